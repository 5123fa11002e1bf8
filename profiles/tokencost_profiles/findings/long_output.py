"""Answers that are far longer than those of their peers."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from tokencost_profiles.attribution.finding import ESTIMATED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.calls.call import OK

_TIMES: Final = 10  # the median of peers: setting `long_output_times`
_LEAST_TOKENS: Final = 2_000  # setting `long_output_tokens`
_LEAST_PEERS: Final = 20


def _find(inspected: Inspected) -> Iterator[Hit]:
    times = int(inspected.settings.get("long_output_times", _TIMES))
    least = int(inspected.settings.get("long_output_tokens", _LEAST_TOKENS))
    peers: dict[tuple[str | None, ...], list[PricedCall]] = {}
    for priced in inspected.calls:
        call = priced.call
        if priced.is_priced and call.status == OK and not call.tools and priced.usage.get("output"):
            key = (call.model, call.project, call.agent, call.api)
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


FINDING: Final = Detector(
    "long-output",
    "answers far longer than those of their peers",
    "Ask for the length that is needed, and set a limit of output tokens.",
    "An answer without tool calls has at least 2,000 tokens and ten times the median of answers "
    "of the same model, project and agent, of which there are at least 20. Saved: the output over "
    "that median. Whether the length was needed is a guess, so it is an estimate. Settings: "
    "`long_output_tokens`, `long_output_times`.",
    ESTIMATED,
    _find,
)
