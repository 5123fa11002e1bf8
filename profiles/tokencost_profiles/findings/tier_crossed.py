"""Calls whose prompt is just longer than where a dearer price begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_pricing.cost import price
from tokencost_pricing.units import PROMPT_UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.attribution.shares import split_integer

_NARROW: Final = 1.10  # of the threshold


def _find(inspected: Inspected) -> Iterator[Hit]:
    bands = [length for length in inspected.pricer.table.prompt_lengths() if length]
    for priced in inspected.calls:
        prompt = priced.call.tier_tokens
        if not priced.is_priced or not prompt:
            continue
        crossed = [length for length in bands if length <= prompt <= length * _NARROW]
        for threshold in reversed(crossed):
            hit = _hit(inspected, priced, prompt, threshold)
            if hit is not None:
                yield hit
                break


def _hit(inspected: Inspected, priced: PricedCall, prompt: int, threshold: int) -> Hit | None:
    """Return what a call would have cost just below a threshold, where its price changes there."""
    below = inspected.pricer.rate(priced.call, threshold - 1).card
    if below.unpriced is not None or below.rates == priced.card.rates:
        return None
    units = [unit for unit in PROMPT_UNITS if priced.usage.get(unit)]
    counts = split_integer(threshold - 1, [priced.usage[unit] for unit in units])
    usage = {**priced.usage, **dict(zip(units, counts, strict=True))}
    cheaper = price(Usage(usage), below).total
    cost = priced.cost
    if cheaper is None or cost is None or cheaper >= cost:
        return None
    subject = f"{priced.call.model}: {prompt:,} of {threshold:,} tokens"
    return calls_hit([priced], cost - cheaper, subject=subject)


FINDING: Final = Detector(
    "tier-crossed",
    "prompts just over the length at which a dearer price begins",
    "Compact the conversation, or drop an attachment, before the prompt crosses that length.",
    "Some models cost more for a prompt of more than so many tokens, and then the complete prompt "
    "pays the dearer rates. Counted are calls that are over that length by less than a tenth. "
    "Saved: what was paid over what the call would have cost with a prompt just below.",
    MEASURED,
    _find,
)
