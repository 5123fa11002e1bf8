"""The sides of a comparison: made from an estimate, from a saved document, from a profile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from tokencost_pricing.cost import Card, Cost, Terms, cost_of
from tokencost_pricing.money import ZERO, add
from tokencost_pricing.offer import Offer
from tokencost_pricing.usage import Usage
from tokencost_profiles.costs.dimensions import Dimension, Key
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.totals import Summary, groups
from tokencost_profiles.estimates.estimate import Item
from tokencost_profiles.gate.sides import RECORDED, Charged, Lines, Place, Rates, Side
from tokencost_profiles.tokens.counter import Counted

NONE: Final = "(none)"
SEVERAL: Final = "(several)"
_SURE: Final = ("exact", "recorded")

# What calls of logs cost: our price; that, and what the log says of calls without one; the latter.
COMPUTED: Final = "computed"
AUTO: Final = "auto"
REPORTED: Final = "reported"
COSTS: Final = (COMPUTED, AUTO, REPORTED)


def item_side(item: Item, terms: Terms) -> Side:
    """Return the side of an estimate."""
    counted, cost = item.counted, item.cost
    return Side(
        model=item.offer.key,
        usage=dict(item.usage.items()),
        cost=cost.total,
        unpriced=cost.unpriced,
        method="exact" if counted.method in _SURE else "estimated",
        error=counted.error,
        tokenizer=counted.tokenizer,
        parts=counted.parts,
        content=lambda: item.digest,
        window=item.window_share,
        terms=terms_text(terms.modes, terms.conditions),
        output_source=item.output.source,
        tier_from=cost.evidence.tier_from or 0,
        lines=lines_of(cost) or {},
        rates=rates_of(item.offer, terms),
    )


def unpriced_side(
    model: str, counted: Counted, reason: str, content: Callable[[], str | None]
) -> Side:
    """Return the side of a prompt for a model that no table knows."""
    return Side(
        model=model,
        usage={"input": counted.tokens},
        cost=None,
        unpriced=reason,
        method="estimated",
        error=counted.error,
        tokenizer=counted.tokenizer,
        parts=counted.parts,
        content=content,
    )


def lines_of(cost: Cost) -> Lines | None:
    """Return what each unit of a cost comes to; None where it has no price."""
    if cost.total is None:
        return None
    lines: dict[str, Decimal] = {}
    for line in cost.lines:
        lines[line.unit] = add(lines.get(line.unit, ZERO), line.amount)
    return lines


def terms_text(modes: Sequence[str], conditions: Iterable[tuple[str, str]]) -> str:
    """Write how a call is served, so that two ways can be told apart: `batch in eu`."""
    named = dict(conditions)
    region = named.pop("region", None)
    if named.get("inference_geo") == region:
        named.pop("inference_geo", None)
    parts = [*(modes or ("standard",)), *(f"{name}={value}" for name, value in named.items())]
    return " ".join(parts) + (f" in {region}" if region else "")


def rates_of(offer: Offer, terms: Terms) -> Rates:
    """Return what other usage costs on an offer: the tier is decided by each usage."""

    def lines(usage: Mapping[str, int]) -> Lines | None:
        return lines_of(cost_of(offer, Usage(usage), terms))

    return lines


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
    `auto`, where calls without a price cost what their log says; `reported`, where all do.
    """
    charged = cost == AUTO
    later = groups(at_head, dimensions, charged=charged) if at_head and cost != REPORTED else {}
    models = _models(profile, dimensions)
    found: dict[Place, Side] = {}
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
    calls, lost = group.cell.calls, group.uncosted_calls
    reason = f"{lost:,} of {calls:,} calls have no price" if lost else None
    side = _measured_side(model, group)._replace(
        cost=None if lost else group.cost, unpriced=reason, lines=group.lines
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
        error=group.cell.error,
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
    kept = {name for name, card in base.cards.items() if _identity(card) not in newest}
    return repriced, sum(cell.calls for key, cell in base.cells.items() if key.rates in kept)


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
        card.unpriced is None,
    )
