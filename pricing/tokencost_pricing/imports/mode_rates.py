"""What batch, flex and priority cost: a factor on the rates of a model where one says it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.imports import Row
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.rates import extras_of, money
from tokencost_pricing.imports.series import Witnesses
from tokencost_pricing.modes import MODES

Groups = Mapping[tuple[str | None, int, str | None], Mapping[str, Sequence[Fact]]]
# What a mode may be of the base rates: else one of the two is of another day.
_BOUNDS: Final = {
    "batch": (Decimal("0.4"), Decimal(1)),
    "flex": (Decimal("0.4"), Decimal(1)),
}
_DEARER: Final = (Decimal(1), Decimal(10))
_STEP: Final = Decimal("0.0001")


def modes_of(
    groups: Groups, row: Row, kind: str, witnesses: Witnesses
) -> dict[str, list[dict[str, Any]]]:
    """Return the modes of a model as of its newest row."""
    modes: dict[str, list[dict[str, Any]]] = {}
    for mode in MODES:
        group = groups.get((mode, 0, None), {})
        rates = {
            extra.rate: extra.spans[-1].values[0]
            for extra in extras_of(group, kind, witnesses, with_pair=True)
        }
        known = {name: value for name, value in rates.items() if value is not None}
        if "input" in known and ("output" in known or "output" not in row["rates"]):
            entry = _mode(known, row, *_BOUNDS.get(mode, _DEARER))
            if entry is not None:
                modes[mode] = [entry]
    return modes


def _mode(
    rates: Mapping[str, Decimal], row: Row, least: Decimal, most: Decimal
) -> dict[str, Any] | None:
    """Return a factor on all rates or on some, or the rates themselves."""
    base = {name: Decimal(value) for name, value in row["rates"].items()}
    factors = {
        name: (value / base[name]).quantize(_STEP)
        for name, value in rates.items()
        if base.get(name)
    }
    if not factors or not all(least <= factor <= most for factor in factors.values()):
        return None
    values = set(factors.values())
    if len(values) > 1 or not set(rates) <= set(base):
        start = {"from": row["from"]} if "from" in row else {}
        return {**start, "rates": {name: money(value) for name, value in rates.items()}}
    multiply = money(values.pop())
    if set(factors) == {name for name, value in base.items() if value}:
        return {"multiply": multiply}
    return {"multiply": multiply, "only": sorted(factors)}
