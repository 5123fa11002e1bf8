"""Answers that are far longer than those of their peers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from statistics import median
from typing import Final

from tokencost_profiles.attribution.finding import ESTIMATED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.attribution.thresholds import threshold
from tokencost_profiles.calls.call import OK
from tokencost_profiles.calls.content import SYSTEM, TOOLS

_INSTRUCTIONS: Final = (SYSTEM, TOOLS)
_LEAST_PEERS: Final = 20


def _find(inspected: Inspected) -> Iterator[Hit]:
    times = threshold(inspected.settings, "long_output_times")
    least = threshold(inspected.settings, "long_output_tokens")
    peers: dict[tuple[object, ...], list[PricedCall]] = {}
    for thread in inspected.threads:
        priced = thread.single  # in a conversation every answer is to another question
        key = None if priced is None else _task(priced)
        if priced is not None and key is not None:
            peers.setdefault(key, []).append(priced)
    for calls in peers.values():
        if len(calls) < _LEAST_PEERS:
            continue
        usual = int(median(priced.usage["output"] for priced in calls))
        for priced in calls:
            tokens = priced.usage["output"]
            if tokens >= max(least, times * usual):
                cost = priced.cost_of({"output": tokens})
                excess = priced.cost_of({"output": tokens - usual})
                subject = f"{priced.call.model}: {tokens:,} tokens, usually {usual:,}"
                yield calls_hit([priced], excess, cost=cost, subject=subject)


def _task(priced: PricedCall) -> tuple[object, ...] | None:
    """Return what calls that do the same have in common; None: nothing is known to compare with.

    Where the log has text, that is the instructions before the first message.
    """
    call = priced.call
    is_plain = priced.is_selected and priced.is_priced and call.status == OK
    if not is_plain or not priced.usage.get("output"):
        return None
    key = (call.model, call.project, call.agent, call.api)
    if call.parts is None:
        return key if call.project or call.agent else None
    instructions = tuple(
        part.hash for part in takewhile(lambda part: part.role in _INSTRUCTIONS, call.parts)
    )
    return (*key, instructions) if instructions else None


FINDING: Final = Detector(
    "long-output",
    "answers far longer than those of their peers",
    "Ask for the length that is needed, and set a limit of output tokens.",
    "The answer of a single call, without tool calls, has at least 2,000 tokens and ten times the "
    "median of those with the same model, project, agent and instructions (system prompt and "
    "tools, where the log has text), of which there are at least 20. Cost: its output. Saved: the "
    "output over that median. Whether the length was needed is a guess, so it is an estimate. "
    "Settings: `long_output_tokens`, `long_output_times`.",
    ESTIMATED,
    _find,
)
