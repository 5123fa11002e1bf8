"""Calls whose prompt is just longer than where a dearer price begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_pricing.cost import price
from tokencost_pricing.money import subtract
from tokencost_pricing.units import PROMPT_UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.attribution.shares import split_integer

_NARROW: Final = 10  # percent of the threshold that a prompt is over it, less than that


def _find(inspected: Inspected) -> Iterator[Hit]:
    bands = [length for length in inspected.pricer.table.prompt_lengths() if length]
    for priced in inspected.calls:
        prompt = priced.call.tier_tokens
        if not priced.is_priced or not prompt:
            continue
        crossed = [first for first in bands if first <= prompt and _is_narrow(prompt, first - 1)]
        for first in reversed(crossed):
            hit = _hit(inspected, priced, prompt, first - 1)
            if hit is not None:
                yield hit
                break


def _is_narrow(prompt: int, threshold: int) -> bool:
    return 100 * (prompt - threshold) < _NARROW * threshold


def _hit(inspected: Inspected, priced: PricedCall, prompt: int, threshold: int) -> Hit | None:
    """Return what a call would have cost at a threshold, where its price changes behind it."""
    below = inspected.pricer.rate(priced.call, threshold).card
    if below.unpriced is not None or below.rates == priced.card.rates:
        return None
    units = [unit for unit in PROMPT_UNITS if priced.usage.get(unit)]
    counts = split_integer(threshold, [priced.usage[unit] for unit in units])
    usage = {**priced.usage, **dict(zip(units, counts, strict=True))}
    cheaper = price(Usage(usage), below).total
    cost = priced.cost
    if cheaper is None or cost is None or cheaper >= cost:
        return None
    subject = f"{priced.call.model}: {prompt:,} of {threshold:,} tokens"
    return calls_hit([priced], subtract(cost, cheaper), subject=subject)


FINDING: Final = Detector(
    "tier-crossed",
    "prompts just over the length at which a dearer price begins",
    "Compact the conversation, or drop an attachment, before the prompt crosses that length.",
    "Some models cost more for a prompt of more than so many tokens, and then the complete prompt "
    "pays the dearer rates. Counted are calls that are over that length by less than a tenth. "
    "Cost: these calls. Saved: what was paid over what the call would have cost with a prompt of "
    "just that length.",
    MEASURED,
    _find,
)
