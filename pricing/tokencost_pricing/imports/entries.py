"""The entry of one model in a generated file, from the facts of the lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.imports import Row
from tokencost_pricing.imports.conditions import condition
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.kinds import is_priced, kind_of
from tokencost_pricing.imports.measured import fees_of
from tokencost_pricing.imports.mode_rates import modes_of
from tokencost_pricing.imports.rates import Extra, extras_of, money
from tokencost_pricing.imports.releases import first_day
from tokencost_pricing.imports.series import (
    Span,
    Witnesses,
    accepted,
    contradicted,
    sightings,
)

PAIR: Final = ("input", "output")
# First tokens of a band: the list writes the last that is not in it, but these providers' bands
# begin at the number itself.
_INCLUSIVE: Final = frozenset({"xai"})
NAMES: Final = {
    "A": "aichat",
    "API": "host-api",
    "CW": "catwalk",
    "D": "model-prices",
    "F": "langfuse",
    "G": "genai-prices",
    "H": "helicone",
    "HF": "huggingface-api",
    "K": "cline",
    "L": "litellm",
    "M": "models.dev",
    "MM": "model-market-comparison",
    "N": "one-api",
    "O": "openai-cost-calculator",
    "OE": "openrouter-endpoints",
    "OR": "openrouter-api",
    "P": "parsera",
    "PK": "portkey-models",
    "S": "llm-prices",
    "T": "metergraph",
    "VG": "vercel-gateway",
    "meters": "azure-meters",
}


class Facts(NamedTuple):
    """The facts of one model of one provider."""

    provider: str
    model: str
    by_field: Mapping[str, Sequence[Fact]]
    witnesses: Witnesses
    released: str | None = None

    def grouped(self) -> dict[tuple[str | None, int, str | None], dict[str, list[Fact]]]:
        """Return the facts by mode, band and region, then by kind."""
        groups: dict[tuple[str | None, int, str | None], dict[str, list[Fact]]] = {}
        for field, facts in self.by_field.items():
            mode, above, region, kind = condition(field)
            groups.setdefault((mode, above, region), {}).setdefault(kind, []).extend(facts)
        return groups


class Outcome(NamedTuple):
    """An entry of the schema, or why there is none."""

    entry: dict[str, Any] | None
    reason: str = ""
    families: tuple[str, ...] = ()


def entry_of(facts: Facts) -> Outcome:
    """Return the entry of a model, where its price is accepted."""
    groups = facts.grouped()
    base = groups.get((None, 0, None), {})
    kind = kind_of(facts.model, base)
    entry: dict[str, Any] = {} if kind == "chat" else {"kind": kind}
    pairs = spans_of(base, facts)
    if isinstance(pairs, str):
        return Outcome(None, pairs)
    fees = fees_of(base, kind, facts.witnesses, strict=not pairs)
    if not pairs and not fees.entries:
        return Outcome(None, "one family alone" if base else "no list price")
    rows = _rows(groups, pairs, kind, facts) if pairs else [_empty_row(fees.first_seen)]
    if not is_priced(kind, rows[-1]["rates"], fees.entries):
        return Outcome(None, "no price of what it makes")
    families = pairs[-1].families if pairs else fees.families
    entry["lists"] = [NAMES.get(family, family) for family in families]
    entry["prices"] = rows
    if pairs and (modes := modes_of(groups, rows[-1], kind, facts.witnesses)):
        entry["modes"] = modes
    if fees.entries:
        entry["fees"] = fees.entries
    return Outcome(entry, families=families)


def spans_of(base: Mapping[str, Sequence[Fact]], facts: Facts) -> list[Span] | str:
    """Return the accepted pairs of input and output; a reason where a newer list is against it."""
    columns = [base.get(kind, ()) for kind in PAIR]
    if not any(columns):
        return []
    seen = sightings(columns, facts.witnesses)
    spans = accepted(seen, facts.witnesses)
    if not spans:
        return "one family alone" if len({one.family for one in seen}) < 2 else "no two agree"
    if contradicted(seen, spans, facts.witnesses):
        return "a newer list is against it"
    return spans


def _empty_row(seen: str) -> Row:
    """Return the row of a model that is not billed by tokens."""
    return {"seen": seen, "basis": "list", "rates": {}}


def _rows(
    groups: Mapping[tuple[str | None, int, str | None], dict[str, list[Fact]]],
    pairs: Sequence[Span],
    kind: str,
    facts: Facts,
) -> list[Row]:
    """Return the dated rows of a model."""
    extras = extras_of(groups.get((None, 0, None), {}), kind, facts.witnesses)
    bands = {
        above: extras_of(group, kind, facts.witnesses, with_pair=True)
        for (mode, above, region), group in sorted(groups.items(), key=str)
        if mode is None and region is None and above
    }
    everything = [*extras, *(extra for band in bands.values() for extra in band)]
    rows: list[Row] = []
    for start, end, span in _stretches(pairs, everything):
        rates = {
            name: money(value)
            for name, value in zip(PAIR, span.values, strict=True)
            if value is not None and not (name == "output" and kind == "embedding" and not value)
        }
        rates |= _extra_rates(extras, start, end, span.values[0])
        row = _head(start, span, not rows, facts)
        row["rates"] = rates
        tiers = _tiers(bands, start, end, facts.provider, rates)
        if tiers:
            row["tiers"] = tiers
        if not rows or (rates, tiers) != (rows[-1]["rates"], rows[-1].get("tiers", [])):
            rows.append(row)
    return rows


def _stretches(pairs: Sequence[Span], extras: Iterable[Extra]) -> list[tuple[str, str, Span]]:
    """Return (start, end, pair) of the times in which no accepted value changes."""
    changes = sorted({span.start for extra in extras for span in extra.spans[1:]})
    stretches: list[tuple[str, str, Span]] = []
    for number, span in enumerate(pairs):
        end = pairs[number + 1].start if number + 1 < len(pairs) else "9999"
        starts = [span.start, *(day for day in changes if span.start < day < end)]
        ends = [*starts[1:], end]
        stretches += [(day, until, span) for day, until in zip(starts, ends, strict=True)]
    return stretches


def _head(start: str, span: Span, is_first: bool, facts: Facts) -> Row:
    """Return a row with its dates."""
    if is_first:
        day = first_day(start, facts.released, at_edge=span.at_edge)
        if day:
            return {"from": day, "basis": "list"}
        seen = start or span.seen  # a list may state the end of a price alone
        return {"seen": seen, "basis": "list"} if seen else {"basis": "list"}
    row: Row = {"from": start}
    if start != span.start:
        return {**row, "basis": "bracketed"}
    if span.not_before and span.not_before < start:
        row["not_before"] = span.not_before
    return {**row, "basis": "catalogue" if span.stated else "bracketed"}


def _extra_rates(
    extras: Iterable[Extra], start: str, end: str, base: Decimal | None
) -> dict[str, str]:
    """Return the rates beside input and output that hold in a stretch."""
    rates = {}
    for extra in extras:
        value = extra.within(start, end)
        if value is not None and extra.is_sane(value, base):
            rates[extra.rate] = money(value)
    return rates


def _tiers(
    bands: Mapping[int, Sequence[Extra]],
    start: str,
    end: str,
    provider: str,
    base: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the upper bands that hold in a stretch: none is cheaper than what is below it.

    A list may write one band twice, as the last token below it and as its first.
    """
    tiers: list[dict[str, Any]] = []
    below = dict(base)
    for above, extras in sorted(bands.items()):
        held = {extra.rate: extra.within(start, end) for extra in extras}
        rates = _extra_rates(extras, start, end, held.get("input"))
        is_cheaper = any(
            Decimal(rate) < Decimal(below[name]) for name, rate in rates.items() if name in below
        )
        if "input" in rates and not is_cheaper and not rates.items() <= below.items():
            first = above if provider in _INCLUSIVE else above + 1
            tiers.append({"from_prompt_tokens": first, "scope": "whole_request", "rates": rates})
            below |= rates
    return tiers
