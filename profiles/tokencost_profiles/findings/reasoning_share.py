"""Where most of the output is reasoning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_pricing.money import ZERO, add
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall

_LEAST_SHARE: Final = 0.5
_LEAST_TOKENS: Final = 1_000


def _find(inspected: Inspected) -> Iterator[Hit]:
    by_model: dict[str, list[PricedCall]] = {}
    for priced in inspected.calls:
        if priced.is_priced and priced.usage.get("reasoning"):
            by_model.setdefault(priced.call.model or "", []).append(priced)
    output: dict[str, int] = {}
    for priced in inspected.calls:
        model = priced.call.model or ""
        output[model] = output.get(model, 0) + priced.usage.get("output", 0)
    for model, calls in by_model.items():
        reasoning = sum(priced.usage["reasoning"] for priced in calls)
        if reasoning < _LEAST_TOKENS or reasoning <= (reasoning + output[model]) * _LEAST_SHARE:
            continue
        cost = ZERO
        for priced in calls:
            cost = add(cost, priced.cost_of({"reasoning": priced.usage["reasoning"]}) or ZERO)
        share = round(100 * reasoning / (reasoning + output[model]))
        yield calls_hit(calls, None, cost=cost, subject=f"{model}: {share}%")


FINDING: Final = Detector(
    "reasoning-share",
    "more than half of the output is reasoning",
    "Try a lower reasoning effort, and measure whether the answers are as good.",
    "Reasoning is billed as output. The finding states, for each model, what it cost (its tokens "
    "times the price of output) where it is more than half of all output, and at least 1,000 "
    "tokens: a fact, no claim that it is waste, so nothing is `saved`. Only providers that report "
    "reasoning apart show it.",
    MEASURED,
    _find,
)
