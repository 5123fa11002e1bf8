"""The sides of a saved estimate, at the prices of a table or as they were saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tokencost_pricing.cost import Terms
from tokencost_pricing.errors import UnpricedError
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_pricing.table import PriceTable
from tokencost_profiles.gate.saved_estimate import Estimates, output_source
from tokencost_profiles.gate.sides import Lines, Place, Rates, Side, total_of
from tokencost_profiles.gate.snapshots import rates_of, terms_text


class Repricer:
    """Gives the sides of a saved estimate.

    `keep`: at the prices they were saved with; `as_saved`: those are the prices of the head, so
    that nothing has to be priced anew.
    """

    def __init__(
        self,
        table: PriceTable,
        terms: Callable[[Estimates], Terms],
        *,
        keep: bool = False,
        head: Estimates | None = None,
        as_saved: bool = False,
    ) -> None:
        self._table, self._terms = table, terms
        self._keep = keep
        self._as_saved = as_saved
        self._head_rates = _rates_by_model(head) if head else {}

    def sides(self, saved: Estimates) -> dict[Place, Side]:
        """Return the sides of a saved estimate."""
        terms = self._terms(saved)
        sides: dict[Place, Side] = {}
        for item in saved.items:
            side = _as_saved(item, saved, terms)
            sides[item["path"], side.model] = self._priced(side, item, terms)
        return sides

    def _priced(self, side: Side, item: Mapping[str, Any], terms: Terms) -> Side:
        if self._as_saved:
            return side._replace(rates=self._rates_like(side, item, terms))
        live = self._live(item, terms)
        if self._keep:
            known = self._head_rates.get(side.model)
            lines = known(side.usage) if known else None
            if lines is None and live is not None:
                lines = live(side.usage)
            if lines is None:
                return side._replace(rates=_saved_rates(item))
            return side._replace(
                priced=total_of(lines.values()),
                lines=lines,
                saved_lines=side.lines,
                rates=_saved_rates(item),
            )
        lines = live(side.usage) if live else None
        if lines is None:
            reason = f"no price for {side.model} today"
            return side._replace(cost=None, lines={}, unpriced=reason, rates=live)
        now = total_of(lines.values())
        saved = side.cost if side.cost != now else None
        return side._replace(cost=now, unpriced=None, saved=saved, lines=lines, rates=live)

    def _rates_like(self, side: Side, item: Mapping[str, Any], terms: Terms) -> Rates:
        """Return the table's rates, with their tiers, if these are what it was saved with."""
        chosen: list[Rates] = []

        def rates(usage: Mapping[str, int]) -> Lines | None:
            if not chosen:
                live = self._live(item, terms)
                lines = live(side.usage) if live else None
                same = lines is not None and total_of(lines.values()) == side.cost
                chosen.append(live if live and same else _saved_rates(item))
            return chosen[0](usage)

        return rates

    def _live(self, item: Mapping[str, Any], terms: Terms) -> Rates | None:
        key = f"{item['provider']}/{item['model']}"
        for name in (item.get("asked"), key):
            try:
                offer = self._table.find(name) if name else None
            except UnpricedError:
                continue
            if offer is not None and offer.key == key:
                return rates_of(offer, terms)
        return None


def _as_saved(item: Mapping[str, Any], saved: Estimates, terms: Terms) -> Side:
    lines: dict[str, Decimal] = {}
    for line in item.get("lines") or ():
        lines[line["unit"]] = add(lines.get(line["unit"], ZERO), Decimal(line["cost"]))
    return Side(
        model=f"{item['provider']}/{item['model']}",
        usage=dict(item["usage"]),
        cost=None if item["cost"] is None else Decimal(item["cost"]),
        unpriced=item.get("unpriced"),
        method=item["method"],
        error=item.get("error") or 0.0,
        tokenizer=item.get("tokenizer") or "",
        parts=item.get("parts") or {},
        content=lambda: item.get("digest"),
        window=item.get("window_share"),
        terms=terms_text(terms.modes, terms.conditions),
        output_source=output_source(item, saved),
        tier_from=item["evidence"].get("tier_from") or 0,
        lines=lines,
    )


def _rates_by_model(head: Estimates) -> dict[str, Rates]:
    return {f"{item['provider']}/{item['model']}": _saved_rates(item) for item in head.items}


def _saved_rates(item: Mapping[str, Any]) -> Rates:
    """Return the rates that the lines of a saved cost state."""
    known: dict[str, Decimal] = {}

    def rates(usage: Mapping[str, int]) -> Lines | None:
        if not known:
            for line in item.get("lines") or ():
                per = Decimal(line.get("per", 1_000_000))
                known[line["unit"]] = divide(Decimal(line["rate"]), per)
        if any(count and unit not in known for unit, count in usage.items()):
            return None
        return {
            unit: multiply(Decimal(count), known[unit])
            for unit, count in usage.items()
            if unit in known
        }

    return rates
