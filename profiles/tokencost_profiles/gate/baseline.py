"""The sides of a base: of a saved estimate, or of a profile by groups of calls.

Each is at the prices of the head, or as it was saved: an increase must not be one of prices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing import money
from tokencost_pricing.errors import UnpricedError
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_pricing.rate_card import Card
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_profiles.costs.dimensions import Dimension, Key
from tokencost_profiles.costs.grouping import groups
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.estimates.saved_estimate import Estimates, output_source
from tokencost_profiles.gate.items import (
    RECORDED,
    Charged,
    Lines,
    Place,
    Rates,
    Side,
    rates_of,
    terms_text,
)
from tokencost_profiles.tokens.margin import Margin, even

NONE: Final = "(none)"
SEVERAL: Final = "(several)"

# What calls of logs cost: our price; that, and what the log says of unpriced calls; the latter.
COMPUTED: Final = "computed"
AUTO: Final = "auto"
REPORTED: Final = "reported"
COSTS: Final = (COMPUTED, AUTO, REPORTED)


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
            side = _as_saved(item, terms)
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
                priced=money.total(lines.values()),
                lines=lines,
                saved_lines=side.lines,
                rates=_saved_rates(item),
            )
        lines = live(side.usage) if live else None
        if lines is None:
            reason = f"no price for {side.model} today"
            return side._replace(cost=None, lines={}, unpriced=reason, rates=live)
        now = money.total(lines.values())
        saved = side.cost if side.cost != now else None
        return side._replace(cost=now, unpriced=None, saved=saved, lines=lines, rates=live)

    def _rates_like(self, side: Side, item: Mapping[str, Any], terms: Terms) -> Rates:
        """Return the table's rates, with their tiers, if these are what it was saved with."""
        chosen: list[Rates] = []

        def rates(usage: Mapping[str, int]) -> Lines | None:
            if not chosen:
                live = self._live(item, terms)
                lines = live(side.usage) if live else None
                same = lines is not None and money.total(lines.values()) == side.cost
                chosen.append(live if live and same else _saved_rates(item))
            return chosen[0](usage)

        return rates

    def _live(self, item: Mapping[str, Any], terms: Terms) -> Rates | None:
        key = f"{item['provider']}/{item['model']}"
        for name in (item.get("asked"), key):
            try:
                offer = self._table.find(name, at=terms.at) if name else None
            except UnpricedError:
                continue
            if offer is not None and offer.key == key:
                return rates_of(offer, terms)
        return None


def _as_saved(item: Mapping[str, Any], terms: Terms) -> Side:
    lines: dict[str, Decimal] = {}
    for line in item.get("lines") or ():
        lines[line["unit"]] = add(lines.get(line["unit"], ZERO), Decimal(line["cost"]))
    return Side(
        model=f"{item['provider']}/{item['model']}",
        usage=dict(item["usage"]),
        cost=None if item["cost"] is None else Decimal(item["cost"]),
        unpriced=item.get("unpriced"),
        method=item["method"],
        margin=item.get("margin") or Margin(),
        tokenizer=item.get("tokenizer") or "",
        parts=item.get("parts") or {},
        content=lambda: item.get("digest"),
        window=item.get("window_share"),
        terms=terms_text(terms.modes, terms.conditions),
        output_source=output_source(item),
        tier_from=item["evidence"].get("tier_from") or 0,
        lines=lines,
        line=item.get("line"),
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


def group_sides(
    profile: Profile,
    by: Sequence[str],
    dimensions: Sequence[Dimension],
    at_head: Profile | None = None,
    *,
    keep: bool = False,
    cost: str = COMPUTED,
) -> dict[Place, Side]:
    """Return the sides of groups of calls.

    `at_head`: the same calls at the prices of the head, where those are others. `cost`: `computed`;
    `auto`, where unpriced calls cost what their log says; `reported`, where all do.
    """
    charged = cost == AUTO
    later = groups(at_head, dimensions, charged=charged) if at_head and cost != REPORTED else {}
    models = _models(profile, dimensions)
    sides: dict[Place, Side] = {}
    for path, group in groups(profile, dimensions, charged=charged).items():
        names = models[path]
        model = next(iter(names)) if len(names) == 1 else SEVERAL
        side = _reported_side(model, group) if cost == REPORTED else _group_side(model, group)
        other = later.get(path)
        if other is not None and side.cost is not None and other.cost != side.cost:
            if keep:
                side = side._replace(priced=other.cost, lines=other.lines, saved_lines=side.lines)
            else:
                side = side._replace(cost=other.cost, lines=other.lines, saved=side.cost)
        side = side._replace(key=dict(zip(by, path, strict=True)))
        sides[" / ".join(value or NONE for value in path), model] = side
    return sides


def _models(
    profile: Profile, dimensions: Sequence[Dimension]
) -> dict[tuple[str | None, ...], dict[str, None]]:
    models: dict[tuple[str | None, ...], dict[str, None]] = {}
    for key in profile.cells:
        path = tuple(of(key) for of in dimensions)
        models.setdefault(path, {})[_named(key)] = None
    return models


def _named(key: Key) -> str:
    name = key.model or key.name or NONE
    return f"{key.provider}/{name}" if key.provider else name


def _group_side(model: str, group: Summary) -> Side:
    calls, lost = group.cell.calls, group.uncosted_calls
    reason = f"{lost:,} of {calls:,} calls have no price" if lost else None
    side = _measured_side(model, group)._replace(
        cost=None if lost else group.cost,
        unpriced=reason,
        unpriced_calls=lost,
        lines=group.lines,
        ends=group.ends,
        line_ends=group.line_ends,
    )
    if group.charged_cost is None:
        return side
    usage = {unit: n - group.priced_usage.get(unit, 0) for unit, n in group.usage.items()}
    return side._replace(charged=Charged(group.charged_cost, group.charged_calls, usage))


def _reported_side(model: str, group: Summary) -> Side:
    """Return a group all of whose calls cost what the log says."""
    calls, cost = group.cell.calls, group.cell.reported
    side = _measured_side(model, group)
    lost = calls - group.cell.reported_calls
    if lost > 0 or cost is None:
        return side._replace(unpriced=f"the log does not say what {lost:,} of {calls:,} calls cost")
    return side._replace(cost=cost, charged=Charged(cost, calls, side.usage))


def _measured_side(model: str, group: Summary) -> Side:
    """Return what a group used, whatever it cost."""
    return Side(
        model=model,
        usage=group.usage,
        cost=None,
        method="estimated" if group.estimated_calls else "exact",
        margin=even(group.cell.error),
        output_source=RECORDED,
        calls=group.cell.calls,
        runs=len(group.sessions) or None,
    )


def at_prices_of(base: Profile, head: Profile) -> tuple[Profile, int]:
    """Return the base at the prices of the head, and how many calls the head has no prices for."""
    newest: dict[tuple[object, ...], Card] = {}
    for card in head.cards.values():
        known = newest.get(_identity(card))
        if known is None or (card.evidence.price_from or "") >= (known.evidence.price_from or ""):
            newest[_identity(card)] = card
    repriced = Profile(base.audit)
    repriced.cells = base.cells
    repriced.cards = {name: newest.get(_identity(card), card) for name, card in base.cards.items()}
    unmatched = {name for name, card in base.cards.items() if _identity(card) not in newest}
    return repriced, sum(cell.calls for key, cell in base.cells.items() if key.rates in unmatched)


def _identity(card: Card) -> tuple[object, ...]:
    """Return what stays the same of a card when its price changes."""
    seen = card.evidence
    return (
        seen.provider,
        seen.model,
        seen.tier_from,
        seen.modes,
        seen.modifiers,
        seen.schedule,
        card.search_context,
        card.media,
        card.unpriced is None,
        *(_identity(end) for end in (card.low, card.high) if card.unpriced and end is not None),
    )
