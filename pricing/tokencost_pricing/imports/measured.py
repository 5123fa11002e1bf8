"""Fees of a model: by minute, image, character, page, search unit, request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.fields import Meter, meter
from tokencost_pricing.imports.rates import money
from tokencost_pricing.imports.series import Span, Witnesses, accepted, contradicted, sightings
from tokencost_pricing.units import MEASURED_UNITS

# Where a request states no size, quality or search context.
_DEFAULTS: Final = ("medium", "standard", "low", "high", "hd")
_TOOLS: Final = frozenset({"web_search", "file_search", "code_container"})


class Fees(NamedTuple):
    """Fees as the schema has them, and who holds them."""

    entries: dict[str, dict[str, Any]]
    families: tuple[str, ...] = ()
    first_seen: str = ""


def fees_of(
    group: Mapping[str, Sequence[Fact]], kind: str, witnesses: Witnesses, *, strict: bool
) -> Fees:
    """Return the accepted fees of a model. `strict`: it is billed by nothing else."""
    prices: dict[str, list[tuple[Meter, Span]]] = {}
    for field, facts in sorted(group.items()):
        unit = meter(field, kind)
        if unit is None or unit.is_rate or (strict and unit.unit not in MEASURED_UNITS):
            continue
        seen = sightings([facts], witnesses)
        spans = accepted(seen, witnesses)
        if spans and not contradicted(seen, spans, witnesses) and spans[-1].values[0]:
            prices.setdefault(unit.unit, []).append((unit, spans[-1]))
    entries: dict[str, dict[str, Any]] = {}
    families: set[str] = set()
    first = "9999"
    for name, dated in prices.items():
        entry = _fee(dated)
        if entry is not None:
            entries[name] = entry
            families.update(*(span.families for _, span in dated))
            first = min(first, *(span.start for _, span in dated))
    return Fees(entries, tuple(sorted(families)), first)


def _fee(prices: Sequence[tuple[Meter, Span]]) -> dict[str, Any] | None:
    """Return one fee: a price, or one by search context or by size and quality."""
    plain = next(((unit, span) for unit, span in prices if unit.choice is None), None)
    choices = {unit.choice: span.values[0] for unit, span in prices if unit.choice}
    unit = prices[0][0]
    if not choices:
        return _priced(plain[1].values[0], plain[0].per) if plain else None
    default = next((name for name in _DEFAULTS if name in choices), next(iter(sorted(choices))))
    entry = _priced(choices[default], unit.per)
    if entry is None:
        return None
    by = {name: money(value) for name, value in sorted(choices.items()) if value is not None}
    if unit.unit == "web_search":
        return {**entry, "by_search_context": by}
    return {**entry, "by_size_quality": by, "default": default}


def _priced(value: Decimal | None, per: int) -> dict[str, Any] | None:
    return None if value is None else {"price": money(value), "per": per}
