"""Calls that were sent again, or given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.calls.call import ABORTED, ERROR

_LOST: Final = (ABORTED, ERROR)


def _find(inspected: Inspected) -> Iterator[Hit]:
    for thread in inspected.threads:
        for at, priced in enumerate(thread.calls):
            if not priced.is_selected or not priced.cost:
                continue
            is_last = at + 1 == len(thread.calls)
            if priced.call.status in _LOST and not is_last:
                yield _hit(priced, priced.call.status)
            elif _is_sent_again(thread.calls, at):
                yield _hit(priced, "sent again")


def _is_sent_again(calls: Sequence[PricedCall], at: int) -> bool:
    """Whether the next call of the conversation has the very same prompt."""
    if at + 1 == len(calls):
        return False
    prompt, following = calls[at].call.parts, calls[at + 1].call.parts
    if not prompt or following is None or len(prompt) != len(following):
        return False
    if calls[at].call.model != calls[at + 1].call.model:
        return False
    if prompt[-1].hash != following[-1].hash:
        return False
    return [part.hash for part in prompt] == [part.hash for part in following]


def _hit(priced: PricedCall, why: str) -> Hit:
    hit = calls_hit([priced], None, subject=why)
    return hit._replace(saved=hit.cost)


FINDING: Final = Detector(
    "retries",
    "calls that were aborted, failed or sent again",
    "Retry only what can succeed, with a limit and a growing pause; stream, and stop early.",
    "A call that ended in an error or was aborted is billed for what it read and wrote, and so is "
    "one whose very same prompt is sent to the same model right after it. Cost and saved: what "
    "these calls cost, but for the last one of the conversation, which nothing follows.",
    MEASURED,
    _find,
)
