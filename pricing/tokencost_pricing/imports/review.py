"""A week's changes of public lists as Markdown, for a person who decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from tokencost_pricing.card_rates import card
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.imports.checks import Model, Oddity, Rates, newest, oddities
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.names import folded
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms

_NEAR: Final = Decimal("0.005")
_TOKENS: Final = 1000
_YAML: Final = ("input", "output", "cache_read", "cache_write", "cache_write_5m", "cache_write_1h")


class Change(NamedTuple):
    """One value of one list that is another than a week ago, or new."""

    fact: Fact
    before: Decimal | None
    families: tuple[str, ...]  # who holds the new value, this list's family included
    stated: str | None  # the day from which a list states the new value
    ours: Decimal | None  # what the table has today
    oddities: tuple[Oddity, ...]


class Review(NamedTuple):
    """What changed in some lists between two readings."""

    changes: tuple[Change, ...]
    withdrawn: tuple[Oddity, ...]
    new_models: int


def review(
    facts: Sequence[Fact],
    before: Sequence[Fact],
    witnesses: Sequence[Fact] = (),
    table: PriceTable | None = None,
) -> Review:
    """Compare two readings of the same lists. `witnesses`: facts of the other lists."""
    models, old = newest(facts), newest(before)
    odd = oddities([*facts, *witnesses], [*before, *witnesses])
    places: dict[tuple[str, ...], list[Oddity]] = defaultdict(list)
    for one in odd:
        places[one[1:5]].append(one)
    holders = _holders([*facts, *witnesses])
    changes = []
    for fact, was in _changed(models, old):
        near = [one for one in holders[_place(fact)] if _is_near(one.value, fact.value)]
        changes.append(
            Change(
                fact,
                was.value if was else None,
                tuple(sorted({one.family for one in near})),
                min((one.first_seen for one in near if "stated" in one.list), default=None),
                _ours(table, fact) if table else None,
                tuple(places.get(fact[0:1] + fact[2:5], ())),
            )
        )
    withdrawn = tuple(one for one in odd if one.check == "withdrawn")
    return Review(tuple(changes), withdrawn, sum(model not in old for model in models))


def _changed(
    models: Mapping[Model, Rates], old: Mapping[Model, Rates]
) -> Iterator[tuple[Fact, Fact | None]]:
    for model, rates in sorted(models.items(), key=lambda item: (item[0][1:], item[0][0])):
        was = old.get(model, {})
        for field, fact in rates.items():
            if field not in was or was[field].value != fact.value:
                yield fact, was.get(field)


def _holders(facts: Iterable[Fact]) -> dict[tuple[str, str, str], list[Fact]]:
    holders: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for rates in newest(facts).values():
        for fact in rates.values():
            holders[_place(fact)].append(fact)
    return holders


def _place(fact: Fact) -> tuple[str, str, str]:
    return fact.provider, folded(fact.provider, fact.id), fact.field


def _is_near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= _NEAR * abs(other)


def _ours(table: PriceTable, fact: Fact) -> Decimal | None:
    """Return the rate of the table on the fact's day, where it is a plain rate of a model."""
    at = datetime.combine(date.fromisoformat(fact.first_seen), time(12), UTC)
    try:
        offer = table.find(fact.id, provider=fact.provider)
    except TokencostError:
        return None
    return card(offer, Terms(at), _TOKENS).rates.get(fact.field)


def review_text(result: Review, title: str) -> str:
    """Return a review as Markdown: what to look at first, then changes by provider, as rows."""
    old = [change for change in result.changes if change.before is not None]
    odd = [change for change in old if change.oddities]
    lines = [
        f"# {title}",
        "",
        f"{len(old)} changed values, {result.new_models} new models, "
        f"{len({one[1:4] for one in result.withdrawn})} models gone from a list; "
        f"{len(odd)} values are odd and wait for a person.",
        "",
    ]
    if odd:
        lines += ["## Look at these first", "", *_table(odd, reasons=True), ""]
    lines += ["## Changed", ""]
    usual = [change for change in old if not change.oddities]
    for provider, changes in groupby(usual, key=lambda change: change.fact.provider):
        lines += [f"### {provider}", "", *_rows(list(changes)), ""]
    if result.withdrawn:
        lines += ["## Gone from a list: proposals, no retirements", ""]
        for provider, gone in groupby(result.withdrawn, key=lambda one: one.provider):
            names = dict.fromkeys(f"`{one.id}`" for one in gone)
            lines.append(f"- {provider}: {', '.join(names)}")
        lines.append("")
    return "\n".join(lines)


def _rows(changes: list[Change]) -> list[str]:
    """Return a table of changes, then the rows that two families agree on, as YAML."""
    lines = _table(changes, reasons=False)
    proposals: list[str] = []
    for model, of_model in groupby(changes, key=lambda change: change.fact.id):
        group = list(of_model)
        agreed = [
            change.fact
            for change in group
            if len(change.families) > 1
            and change.fact.field in _YAML
            and not (change.ours is not None and _is_near(change.ours, change.fact.value))
        ]
        if agreed:
            rates = ", ".join(f'{fact.field}: "{fact.value:f}"' for fact in _unique(agreed))
            days = [change.stated for change in group if change.stated]
            day = min(days, default=agreed[0].first_seen)
            basis = "catalogue" if days else "bracketed"
            proposals.append(f'{model}: {{from: "{day}", basis: {basis}, rates: {{{rates}}}}}')
    if proposals:
        lines += ["", "```yaml", *proposals, "```"]
    return lines


def _unique(facts: Iterable[Fact]) -> list[Fact]:
    return list({fact.field: fact for fact in facts}.values())


def _table(changes: Iterable[Change], *, reasons: bool) -> list[str]:
    head = "| model | rate | ours | before | now | list | families |"
    rule = "|---|---|---:|---:|---:|---|---|"
    lines = [head + (" why |" if reasons else ""), rule + "---|" * reasons]
    for fact, before, families, _, ours, odd in changes:
        was = " | ".join("-" if value is None else f"{value:f}" for value in (ours, before))
        name = f"{fact.provider}/{fact.id}" if reasons else fact.id
        line = f"| `{name}` | {fact.field} | {was} | {fact.value:f} | {fact.list} | "
        why = f" {'; '.join(one.reason for one in odd)} |" if reasons else ""
        lines.append(f"{line}{', '.join(families)} |{why}")
    return lines
