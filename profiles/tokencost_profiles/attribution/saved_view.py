"""The content view in saved profiles: the dearest parts one by one, the others as one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from tokencost_pricing.money import add
from tokencost_pricing.rate_card import Card
from tokencost_profiles.attribution.content import UNPRICED, ContentRow, ContentView, Usages
from tokencost_profiles.costs.saved_content import MOST_ROWS, SavedContentRow

MORE = "more"  # the kind of the row that stands for all parts too small to stand alone


def saved_rows(view: ContentView) -> list[SavedContentRow]:
    """Return the rows of a view as they are saved: not more than `MOST_ROWS`, their sum exact."""
    billed = (row for row in view.rows if row.is_billed)
    rows = sorted(billed, key=lambda row: (-row.cost, row.number))
    alone = rows if len(rows) <= MOST_ROWS else rows[: MOST_ROWS - 1]
    saved = [_saved(row, view) for row in alone]
    if rest := rows[len(alone) :]:
        saved.append(_folded(rest, view))
    return saved


def _saved(row: ContentRow, view: ContentView) -> SavedContentRow:
    return SavedContentRow(
        row.kind,
        row.name,
        row.target,
        row.hash,
        row.tokens,
        row.instances,
        row.copies,
        row.calls_carried,
        row.input_tokens,
        row.output_tokens,
        row.carrying_cost,
        row.made_cost,
        row.fee_cost,
        usage=view.usage_of([row.number]),
        charged=view.charged.get(row.number),
    )


def _folded(rows: Sequence[ContentRow], view: ContentView) -> SavedContentRow:
    folded = SavedContentRow(MORE, folded=len(rows))
    for row in rows:
        folded.tokens += row.tokens * max(1, row.instances)
        folded.instances += row.instances
        folded.input_tokens += row.input_tokens
        folded.output_tokens += row.output_tokens
        folded.carrying_cost = add(folded.carrying_cost, row.carrying_cost)
        folded.made_cost = add(folded.made_cost, row.made_cost)
        folded.fee_cost = add(folded.fee_cost, row.fee_cost)
        folded.charged = _sum(folded.charged, view.charged.get(row.number))
    folded.usage = view.usage_of([row.number for row in rows])
    return folded


def view_of_saved(rows: Iterable[SavedContentRow], cards: Mapping[str, Card]) -> ContentView:
    """Return the view that rows of any number of saved profiles make: rows of one part are one.

    It has no threads: which calls carry a part is not saved.
    """
    merged: dict[tuple[str, str, bytes], ContentRow] = {}
    usages: dict[int, Usages] = {}
    charged: dict[int, Decimal] = {}
    for row in rows:
        name = f"{row.folded:,} parts" if row.kind == MORE else row.name
        key = (row.kind, name, row.hash)
        known = merged.get(key)
        if known is None:
            known = merged[key] = ContentRow(
                number=len(merged), kind=row.kind, name=name, target=row.target, hash=row.hash
            )
        _take(known, row)
        _add_usage(usages.setdefault(known.number, {}), row.usage)
        amount = _sum(charged.get(known.number), row.charged)
        if amount is not None:
            charged[known.number] = amount

    def usage_of(numbers: Sequence[int]) -> Usages:
        total: Usages = {}
        for number in numbers:
            _add_usage(total, usages.get(number, {}))
        return total

    return ContentView(list(merged.values()), (), cards, usage_of, charged, is_counted=None)


def _take(row: ContentRow, saved: SavedContentRow) -> None:
    row.tokens = max(row.tokens, saved.tokens)
    row.instances += saved.instances
    row.copies = max(row.copies, saved.copies)
    row.calls_carried += saved.calls_carried
    row.input_tokens += saved.input_tokens
    row.output_tokens += saved.output_tokens
    row.unpriced_tokens += sum(saved.usage.get(UNPRICED, {}).values())
    row.carrying_cost = add(row.carrying_cost, saved.carrying_cost)
    row.made_cost = add(row.made_cost, saved.made_cost)
    row.fee_cost = add(row.fee_cost, saved.fee_cost)


def _add_usage(total: Usages, usages: Mapping[str, Mapping[str, int]]) -> None:
    for card, usage in usages.items():
        sums = total.setdefault(card, {})
        for unit, count in usage.items():
            sums[unit] = sums.get(unit, 0) + count


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    if a is None or b is None:
        return b if a is None else a
    return add(a, b)
