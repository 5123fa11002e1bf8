"""Expensive models on trivial calls."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from tokencost_pricing.cost import price
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.money import ZERO, add
from tokencost_pricing.offer import Offer
from tokencost_pricing.usage import Usage
from tokencost_profiles.attribution.finding import ESTIMATED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.calls.call import OK
from tokencost_profiles.costs.call_offers import offer_of

_PROMPT: Final = 2_000  # tokens at most: setting `trivial_prompt_tokens`
_OUTPUT: Final = 100  # tokens at most: setting `trivial_output_tokens`
_RATE: Final = Decimal(10)  # USD a million tokens of output at least: setting `dear_output_rate`
_LEAST_CALLS: Final = 20
_SMALL: Final = ("haiku", "mini", "nano", "flash", "lite", "small", "fast")


def _find(inspected: Inspected) -> Iterator[Hit]:
    prompt = int(inspected.settings.get("trivial_prompt_tokens", _PROMPT))
    output = int(inspected.settings.get("trivial_output_tokens", _OUTPUT))
    rate = Decimal(str(inspected.settings.get("dear_output_rate", _RATE)))
    by_model: dict[tuple[str | None, str], list[PricedCall]] = {}
    for thread in inspected.threads:
        for priced in thread.calls if len(thread.calls) == 1 else ():
            if _is_trivial(priced, prompt, output, rate):
                key = (priced.call.provider, priced.call.model or "")
                by_model.setdefault(key, []).append(priced)
    for (provider, name), calls in by_model.items():
        smaller = _smaller(inspected, provider, name) if len(calls) >= _LEAST_CALLS else None
        if smaller is not None:
            saved = _saved(inspected, calls, smaller)
            if saved:
                yield calls_hit(calls, saved, subject=f"{name}: {smaller.model.id} costs less")


def _is_trivial(priced: PricedCall, prompt: int, output: int, rate: Decimal) -> bool:
    call = priced.call
    if not priced.is_selected or not priced.is_priced or call.status != OK or call.tools:
        return False
    written = priced.usage.get("output", 0) + priced.usage.get("reasoning", 0)
    is_short = 0 < call.prompt_tokens <= prompt and 0 < written <= output
    return is_short and priced.card.rates.get("output", ZERO) >= rate


def _smaller(inspected: Inspected, provider: str | None, name: str) -> Offer | None:
    """Return the newest small model of who bills, among those that are still sold."""
    table = inspected.pricer.table
    try:
        biller = offer_of(table, name, provider).provider
    except UnknownModelError:
        return None
    for word in _SMALL:
        for model_id in table.newest(word):
            try:
                offer = table.find(f"{biller}/{model_id}")
            except UnknownModelError:
                continue
            if offer.provider == biller:
                return offer
    return None


def _saved(inspected: Inspected, calls: list[PricedCall], smaller: Offer) -> Decimal:
    total = ZERO
    for priced in calls:
        moved = replace(priced.call, model=smaller.model.id, provider=smaller.provider, at=None)
        cost = price(Usage(priced.usage), inspected.pricer.rate(moved).card).total
        if cost is not None and priced.cost is not None and cost < priced.cost:
            total = add(total, priced.cost - cost)
    return total


FINDING: Final = Detector(
    "dear-model",
    "an expensive model on trivial calls",
    "Send short single calls to the small model of the same maker, and compare the answers.",
    "Single calls (no conversation, no tools) of at most 2,000 tokens in and 100 out went to a "
    "model whose output costs at least 10 USD a million tokens, at least 20 times. Saved: what the "
    "same tokens would cost less with the newest small model of who bills. Whether its answers "
    "would do is a guess, so it is an estimate. Settings: `trivial_prompt_tokens`, "
    "`trivial_output_tokens`, `dear_output_rate`.",
    ESTIMATED,
    _find,
)
