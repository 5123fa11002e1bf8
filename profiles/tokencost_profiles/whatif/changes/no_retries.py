"""Calls are left out that failed, or that a later one repeats with the same words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tokencost_profiles.whatif.change import Change, Flag, Idea, Step
from tokencost_profiles.whatif.parse_numbers import switch

if TYPE_CHECKING:
    from tokencost_profiles.whatif.call_set import CallSet, Entry
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_WINDOW: Final = 600  # seconds within which the same prompt is taken to be a retry


def _apply(_: bool, portions: list[Portion], state: ReplayState) -> list[Portion]:
    retries = _retries(portions)
    dropped = sum(portions[at].entry.calls for at in retries)
    if dropped:
        state.note("retries left out", dropped)
    return [portion for at, portion in enumerate(portions) if at not in retries]


def _retries(portions: list[Portion]) -> set[int]:
    """Return the positions of calls that a later one repeats.

    A failed call that was billed is one too; where there is no text, only failed ones are known.
    """
    from tokencost_profiles.calls.call import ERROR

    later_at: dict[tuple[str | None, bytes], float] = {}  # session and prompt -> seconds
    retries: set[int] = set()
    newest_first = sorted(range(len(portions)), key=lambda at: -(portions[at].entry.call.at or 0.0))
    for at in newest_first:  # the last try is the one that stays
        entry = portions[at].entry
        call = entry.call
        if call.status == ERROR and call.usage:
            retries.add(at)
            continue
        digest = _digest(entry)
        if digest is None or call.at is None:
            continue
        key = (call.session, digest)
        later = later_at.get(key)
        if later is not None and later - call.at <= _WINDOW:
            retries.add(at)
        later_at[key] = call.at
    return retries


def _digest(entry: Entry) -> bytes | None:
    from hashlib import blake2b

    parts = entry.parts()
    if not parts:
        return None
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(f"{part.role}\0{len(part.text)}\0".encode())
        digest.update(part.text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def _ideas(calls: CallSet, models: Models) -> Iterator[Idea]:
    if calls.by_call:
        yield Idea("no-retries", True, "find out why calls are repeated", "none")


CHANGE = Change(
    key="no_retries",
    order=120,
    step=Step.CALLS,
    title="fewer calls",
    explanation=(
        "failed calls are left out, and the earlier of two with the same prompt within ten minutes"
    ),
    example="",
    flag=Flag(help="Leave out failed and repeated calls."),
    parse=switch,
    apply=_apply,
    ideas=_ideas,
    needs_calls=lambda _: True,
)
