"""Expensive models on trivial calls."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.money import ZERO
from tokencost_pricing.offer import Offer
from tokencost_pricing.units import CACHE_WRITE_UNITS
from tokencost_profiles.attribution.finding import ESTIMATED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit, saved_as
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.attribution.thresholds import threshold
from tokencost_profiles.calls.call import OK
from tokencost_profiles.costs.call_offers import offer_of

_LEAST_CALLS: Final = 20
_TEXT: Final = frozenset({"input", "cache_read", *CACHE_WRITE_UNITS, "output", "reasoning"})
_SMALL: Final = ("haiku", "mini", "nano", "flash", "lite", "small", "fast")


def _find(inspected: Inspected) -> Iterator[Hit]:
    prompt = threshold(inspected.settings, "trivial_prompt_tokens")
    output = threshold(inspected.settings, "trivial_output_tokens")
    rate = threshold(inspected.settings, "dear_output_rate")
    by_model: dict[tuple[str | None, str], list[PricedCall]] = {}
    for thread in inspected.threads:
        priced = thread.single
        if priced is not None and _is_trivial(priced, prompt, output, rate):
            key = (priced.call.provider, priced.call.model or "")
            by_model.setdefault(key, []).append(priced)
    for (provider, name), calls in by_model.items():
        smaller = _smaller(inspected, provider, name) if len(calls) >= _LEAST_CALLS else None
        if smaller is not None:
            model, provider = smaller.model.id, smaller.provider
            saved = saved_as(inspected.pricer, calls, model=model, provider=provider, at=None)
            if saved:
                yield calls_hit(calls, saved, subject=f"{name}: {smaller.model.id} costs less")


def _is_trivial(priced: PricedCall, prompt: Decimal, output: Decimal, rate: Decimal) -> bool:
    call = priced.call
    if not priced.is_selected or not priced.is_priced or call.status != OK:
        return False
    if any(count and unit not in _TEXT for unit, count in priced.usage.items()):
        return False  # audio, images, searches: a small model may not have them
    written = priced.usage.get("output", 0) + priced.usage.get("reasoning", 0)
    is_short = 0 < call.prompt_tokens <= prompt and 0 < written <= output
    return is_short and priced.card.rates.get("output", ZERO) >= rate


def _smaller(inspected: Inspected, provider: str | None, name: str) -> Offer | None:
    """Return the newest small model of the same maker that who bills sells; None: none."""
    table = inspected.pricer.table
    try:
        dear = offer_of(table, name, provider)
    except UnknownModelError:
        return None
    if dear.model.kind != "chat":
        return None
    # Who resells models of others writes their makers before the names.
    maker = dear.model.id.partition("/")[0] if "/" in dear.model.id else dear.model.provider
    for word in _SMALL:
        for model_id in table.newest(word, provider=maker):
            try:
                offer = table.find(f"{dear.provider}/{model_id}")
            except UnknownModelError:
                continue
            if offer.provider == dear.provider:
                return offer
    return None


FINDING: Final = Detector(
    "dear-model",
    "an expensive model on trivial calls",
    "Send short single calls to the small model of the same maker, and compare the answers.",
    "Single calls (no conversation, no tools, text only) of at most 2,000 tokens in and 100 out "
    "went to a model whose output costs at least 10 USD a million tokens, at least 20 times. Cost: "
    "these calls. Saved: what the same tokens would cost less with the newest small model of the "
    "same maker that who bills sells. Whether its answers "
    "would do is a guess, so it is an estimate. Settings: `trivial_prompt_tokens`, "
    "`trivial_output_tokens`, `dear_output_rate`.",
    ESTIMATED,
    _find,
)
