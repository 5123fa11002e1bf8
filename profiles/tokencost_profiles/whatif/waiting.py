"""Which calls wait for each other: those of one session, and those whose prompt continues another.

The next call of an agent's loop, or of a chat, is made of the answer to the one before it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tokencost_profiles.calls.content import Part
from tokencost_profiles.whatif.call_set import Entry


def waiting(entries: Sequence[Entry]) -> frozenset[int]:
    """Return the places of the entries whose calls wait for another call, or one for them."""
    return _of_sessions(entries) | _of_histories(entries)


def waiting_calls(entries: Sequence[Entry]) -> int:
    """Return how many calls wait for another one."""
    return sum(entries[at].calls for at in waiting(entries))


def _of_sessions(entries: Sequence[Entry]) -> frozenset[int]:
    counts: Counter[str] = Counter()
    for entry in entries:
        if entry.call.session is not None:
            counts[entry.call.session] += entry.calls
    return frozenset(
        at for at, entry in enumerate(entries) if counts.get(entry.call.session or "", 0) > 1
    )


def _of_histories(entries: Sequence[Entry]) -> frozenset[int]:
    """Find calls without a session whose prompt begins with all of another call's prompt."""
    prompts: dict[bytes, int] = {}
    prefixes: list[tuple[int, list[bytes]]] = []
    for at, entry in enumerate(entries):
        parts = entry.parts() if entry.call.session is None else ()
        digests = list(_prefixes(parts))
        if digests:
            prompts[digests[-1]] = at
            prefixes.append((at, digests[:-1]))
    pairs = (
        (at, prompts[digest]) for at, digests in prefixes for digest in digests if digest in prompts
    )
    return frozenset(place for pair in pairs for place in pair)


def _prefixes(parts: Iterable[Part]) -> Iterator[bytes]:
    """Yield a digest of each beginning of a prompt, the shortest first."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(f"{part.role}\0{part.text}\0".encode("utf-8", "surrogatepass"))
        yield digest.digest()
