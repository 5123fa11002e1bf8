"""What the table knows of one model beside its rates, in lines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tokencost_pricing.fee_words import fee_words
from tokencost_pricing.fees import Fee, fees_on
from tokencost_pricing.moments import written
from tokencost_pricing.money import plain
from tokencost_pricing.offer import Offer
from tokencost_pricing.units import MEASURED_UNITS


def model_lines(offer: Offer, at: datetime) -> list[str]:
    model = offer.model
    lines = []
    if model.limits:
        lines.append("limits: " + ", ".join(f"{k} {v:,}" for k, v in model.limits.items()))
    if model.tokenizer:
        unsure = " (not verified)" if model.tokenizer_unverified else ""
        lines.append(f"tokenizer: {model.tokenizer}{unsure}")
    for name, items in offer.modes.items():
        lines.append(f"mode {name}: " + "; ".join(_mode_text(item) for item in items))
    lines += [
        f"fee {unit}: {_fee_text(unit, fee)}" for unit, fee in fees_on(offer.fees, at).items()
    ]
    lines += [f"modifier {m.name}: x {plain(m.multiply)} when {m.when}" for m in offer.modifiers]
    lines += _region_lines(offer, at)
    if names := [name for names in model.aliases for name in names]:
        lines.append("also called: " + ", ".join(names))
    facts = {
        "status": model.status,
        "released": model.released,
        "retires": model.retires,
        "note": model.note,
        "unverified": model.unverified,
    }
    lines += [f"{name}: {value}" for name, value in facts.items() if value]
    if model.redirect:
        lines.append(f"billed as {model.redirect.to} from {model.redirect.start}")
    if upcoming := model.upcoming(at):
        lines.append(f"a new price is announced for {written(upcoming.start)}")
    lines += _source_lines(offer)
    if model.sources_disagree:
        lines.append("sources that disagree: " + ", ".join(model.sources_disagree))
    return lines


def _region_lines(offer: Offer, at: datetime) -> list[str]:
    """Return the rates of the regions that differ; of one only, where the name states it."""
    row = offer.model.price_on(at)
    regions: dict[str, list[str]] = {}
    stated = dict(offer.conditions).get("region")
    for region, rates in (row.regions if row else {}).items():
        if stated in (None, region):
            text = ", ".join(f"{kind} {plain(rate)}" for kind, rate in rates.items())
            regions.setdefault(text, []).append(region)
    return [f"in {', '.join(names)}: {text}" for text, names in regions.items()]


def _source_lines(offer: Offer) -> list[str]:
    """Return where the rows are from: pages with the day of the check, the lists of the others."""
    model = offer.model
    by_page: dict[tuple[str, str], list[str]] = {}
    for price in model.prices:
        if price.source is not None and "://" in price.source:
            checked = f", checked {price.checked}" if price.checked else ""
            by_page.setdefault((price.source, checked), []).append(price.since or "the first")
    lines = [
        f"source of {', '.join(days)}: {page}{checked}" for (page, checked), days in by_page.items()
    ]
    if model.lists:
        lines.append(f"mirrored from public lists of the families {', '.join(model.lists)}")
    if model.sources:
        lines.append("lists that agree: " + ", ".join(model.sources))
    corrected = [price for price in model.prices if price.corrected]
    lines += [f"corrected: from {price.since}: {price.corrected}" for price in corrected]
    return lines


def _fee_text(unit: str, fee: Fee) -> str:
    if fee.ended:
        return f"ended on {written(fee.start)}"
    if fee.unpriced:
        return f"no price ({fee.unpriced})"
    rate = (
        fee_words(unit, fee) if unit in MEASURED_UNITS else f"${plain(fee.price)} per {fee.per:,}"
    )
    if fee.by_search_context:
        rates = ", ".join(f"{name} ${plain(r)}" for name, r in fee.by_search_context.items())
        rate = f"{rates} per {fee.per:,}, by search context"
    return f"{rate} (a prompt pays it once)" if fee.once else rate


def _mode_text(item: Any) -> str:
    since = "" if item.start.year == 1 else f"from {written(item.start)} "
    if item.same_as:
        return f"{since}as {item.same_as}"
    if item.ended:
        return f"{since}ended"
    parts = [f"x {plain(item.multiply)}"] if item.multiply is not None else []
    if item.only:
        parts.append(f"of {', '.join(sorted(item.only))}")
    parts += [fee_words(unit, fee) for unit, fee in item.fees.items()]
    if item.rates:
        parts.append(", ".join(f"{k} {plain(v)}" for k, v in item.rates.items()))
    if item.max_prompt_tokens:
        parts.append(f"up to {item.max_prompt_tokens:,} prompt tokens")
    return since + " ".join(parts)
