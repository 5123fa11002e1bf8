"""The sides of a comparison: made from an estimate, from a saved document, from a profile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.cost import Card, Terms, cost_of
from tokencost_pricing.errors import UnpricedError
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.dimensions import Dimension, Key
from tokencost_profiles.estimate import Item
from tokencost_profiles.gate.comparison import Place, Rates, Side
from tokencost_profiles.gate.saved_estimate import Estimates
from tokencost_profiles.profile import Profile
from tokencost_profiles.summary import Summary, groups

NONE: Final = "(none)"
SEVERAL: Final = "(several)"
_SURE: Final = ("exact", "recorded")


def item_side(item: Item, terms: Terms) -> Side:
    """Return the side of an estimate."""
    counted, cost = item.counted, item.cost
    return Side(
        model=item.offer.key, usage=dict(item.usage.items()), cost=cost.total,
        unpriced=cost.unpriced,
        method="exact" if counted.method in _SURE else "estimated", error=counted.error,
        tokenizer=counted.tokenizer, parts=counted.parts, content=lambda: item.digest,
        window=item.window_share, terms=said_terms(terms.modes, terms.conditions),
        rates=rates_of(item.offer, terms),
    )  # fmt: skip


def said_terms(modes: Iterable[str], conditions: Iterable[tuple[str, str]]) -> str:
    """Write how a call is served, so that two ways can be told apart."""
    return " ".join([*modes, *(f"{name}={value}" for name, value in conditions)])


def rates_of(offer: Offer, terms: Terms) -> Rates:
    """Return what other usage costs on an offer: the tier is decided by each usage."""

    def cost(usage: Mapping[str, int]) -> Decimal | None:
        return cost_of(offer, Usage(usage), terms).total

    return cost


class Repricer:
    """Gives the sides of a saved estimate, at the prices of a table or as they were saved."""

    def __init__(
        self, table: PriceTable, terms: Callable[[Estimates], Terms], *, keep: bool = False,
        head: Estimates | None = None, same: bool = False,
    ) -> None:  # fmt: skip
        self._table, self._terms = table, terms
        self._keep = keep
        self._same = same  # both documents were made with the same prices
        self._book = _book(head) if head else {}

    def sides(self, saved: Estimates) -> dict[Place, Side]:
        """Return the sides of a saved estimate."""
        terms = self._terms(saved)
        found: dict[Place, Side] = {}
        for item in saved.items:
            side = self._side(item, terms)
            found[item["path"], side.model] = side
        return found

    def _side(self, item: Mapping[str, Any], terms: Terms) -> Side:
        cost = None if item["cost"] is None else Decimal(item["cost"])
        side = Side(
            model=f"{item['provider']}/{item['model']}", usage=dict(item["usage"]), cost=cost,
            unpriced=item.get("unpriced"), method=item["method"], error=item.get("error") or 0.0,
            tokenizer=item.get("tokenizer") or "", parts=item.get("parts") or {},
            content=lambda: item.get("digest"), window=item.get("window_share"),
            terms=said_terms(terms.modes, terms.conditions),
        )  # fmt: skip
        own = _lines(item)
        if self._same:
            return side._replace(rates=self._like(item, terms, cost, own))
        live = self._live(item, terms)
        if self._keep:
            known = self._book.get(side.model)
            at_head = known(side.usage) if known else None
            if at_head is None and live is not None:
                at_head = live(side.usage)
            return side._replace(priced=at_head, rates=own)
        if live is None:
            return side._replace(cost=None, unpriced=f"no price for {side.model} today")
        now = live(side.usage)
        reason = None if now is not None else f"no price for {side.model} today"
        then = cost if cost != now else None
        return side._replace(cost=now, unpriced=reason, saved=then, rates=live)

    def _like(
        self, item: Mapping[str, Any], terms: Terms, cost: Decimal | None, own: Rates
    ) -> Rates:
        """Return the table's rates, with their tiers, if these are what it was saved with."""
        chosen: list[Rates] = []

        def rates(usage: Mapping[str, int]) -> Decimal | None:
            if not chosen:
                live = self._live(item, terms)
                chosen.append(live if live and live(item["usage"]) == cost else own)
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


def _book(head: Estimates) -> dict[str, Rates]:
    return {f"{item['provider']}/{item['model']}": _lines(item) for item in head.items}


def _lines(item: Mapping[str, Any]) -> Rates:
    """Return the rates that the lines of a saved bill tell."""
    known: dict[str, Decimal] = {}

    def cost(usage: Mapping[str, int]) -> Decimal | None:
        if not known:
            for line in item.get("lines") or ():
                per = Decimal(line.get("per", 1_000_000))
                known[line["unit"]] = divide(Decimal(line["rate"]), per)
        total = ZERO
        for unit, count in usage.items():
            if count and unit not in known:
                return None
            total = add(total, multiply(Decimal(count), known.get(unit, ZERO)))
        return total

    return cost


def group_sides(
    profile: Profile, by: Sequence[str], dimensions: Sequence[Dimension],
    at_head: Profile | None = None, *, keep: bool = False,
) -> dict[Place, Side]:  # fmt: skip
    """Return the sides of groups of calls.

    `at_head`: the same calls at the prices of the head, where those are others.
    """
    later = groups(at_head, dimensions) if at_head else {}
    models = _models(profile, dimensions)
    found: dict[Place, Side] = {}
    for path, group in groups(profile, dimensions).items():
        names = models[path]
        model = next(iter(names)) if len(names) == 1 else SEVERAL
        side = _group_side(model, group)
        other = later.get(path)
        if other is not None and side.cost is not None and other.cost != side.cost:
            side = side._replace(lines=other.lines)
            if keep:
                side = side._replace(priced=other.cost)
            else:
                side = side._replace(cost=other.cost, saved=side.cost)
        found[" / ".join(value or NONE for value in path), model] = side
    return found


def _models(
    profile: Profile, dimensions: Sequence[Dimension]
) -> dict[tuple[str | None, ...], dict[str, None]]:
    found: dict[tuple[str | None, ...], dict[str, None]] = {}
    for key in profile.cells:
        path = tuple(of(key) for of in dimensions)
        found.setdefault(path, {})[_named(key)] = None
    return found


def _named(key: Key) -> str:
    name = key.model or key.name or NONE
    return f"{key.provider}/{name}" if key.provider else name


def _group_side(model: str, group: Summary) -> Side:
    calls = group.cell.calls
    lost = group.unpriced_calls + group.cell.without_usage
    cost = None if lost else group.cost
    reason = f"{lost:,} of {calls:,} calls have no price" if lost else None
    usage = {unit: count for unit, count in group.usage.items() if unit in UNITS}
    return Side(
        model=model, usage=usage, cost=cost, unpriced=reason,
        method="estimated" if group.estimated_calls else "exact", error=group.cell.error,
        lines=group.lines, calls=calls, runs=len(group.sessions) or None,
    )  # fmt: skip


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
    kept = {name for name, card in base.cards.items() if _identity(card) not in newest}
    return repriced, sum(cell.calls for key, cell in base.cells.items() if key.rates in kept)


def _identity(card: Card) -> tuple[object, ...]:
    """Return what stays the same of a card when its price changes."""
    seen = card.evidence
    return (
        seen.provider, seen.model, seen.tier_from, seen.modes, seen.modifiers, seen.schedule,
        card.search_context, card.unpriced is None,
    )  # fmt: skip
