"""Calls that only repeat one that failed, or was asked again with the same words."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from tokencost_profiles.calls.call import ERROR, OK
from tokencost_profiles.whatif.call_set import Entry

_WINDOW: Final = 600  # seconds within which the same prompt is taken to be a retry


def without_retries(entries: Sequence[Entry]) -> tuple[list[Entry], int]:
    """Return the calls without those that a later one repeats, and how many were left out.

    A failed call that was billed goes too; without text, only failed ones are known.
    """
    seen: dict[tuple[str | None, bytes], float] = {}
    kept: list[Entry] = []
    dropped = 0
    ordered = sorted(range(len(entries)), key=lambda at: -(entries[at].call.at or 0.0))
    gone: set[int] = set()
    for at in ordered:  # newest first: the last try is the one that stays
        entry = entries[at]
        call = entry.call
        if call.status not in (OK, "") and call.status == ERROR and call.usage:
            gone.add(at)
            continue
        digest = _digest(entry)
        if digest is None or call.at is None:
            continue
        place = (call.session, digest)
        later = seen.get(place)
        if later is not None and later - call.at <= _WINDOW:
            gone.add(at)
        seen[place] = call.at
    for at, entry in enumerate(entries):
        if at in gone:
            dropped += entry.calls
        else:
            kept.append(entry)
    return kept, dropped


def _digest(entry: Entry) -> bytes | None:
    parts = entry.parts()
    if not parts:
        return None
    found = blake2b(digest_size=16)
    for part in parts:
        found.update(f"{part.role}\0{len(part.text)}\0".encode())
        found.update(part.text.encode("utf-8", "surrogatepass"))
    return found.digest()
