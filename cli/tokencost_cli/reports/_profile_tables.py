"""The tables of `profile`: by unit, by group, and how calls and sessions spread."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.output.formatting import count, duration
from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import AtLeast, Cell, Column, Footnote, Table
from tokencost_cli.reports._cautions import Caution, cautions
from tokencost_cli.reports._long_rows import UnitRow, long_table, unit_rows
from tokencost_cli.reports._profile_document import ProfileView, growth_of
from tokencost_cli.reports._unsure import cost_cell
from tokencost_pricing.money import divide, subtract
from tokencost_pricing.units import CACHE_WRITE_UNITS, UNITS, count_title
from tokencost_profiles.costs.grouping import GroupKey, total
from tokencost_profiles.costs.percentiles import RANKS, Growth, Spread
from tokencost_profiles.costs.totals import Summary

NONE: Final = "(none)"
_SPARK: Final = "▁▂▃▄▅▆▇█"


def by_unit(total: Summary) -> Table:
    """Return what each unit comes to."""
    columns = (
        column("unit"),
        column("tokens", "count", title=count_title(total.usage)),
        column("cost", "money"),
        _share_column(total.uncosted_calls),
        Column("bar", "", "bar"),
    )
    rows: list[tuple[Cell, ...]] = []
    ends = total.line_ends
    for unit, tokens in total.usage.items():
        if tokens:
            amount, *share = _part(total.lines.get(unit), total.cost)
            if total.unsure_calls and unit in ends:
                amount = AtLeast(ends[unit].low)
            rows.append((UNITS[unit].noun, tokens, amount, *share))
    if total.charged_cost is not None:
        rows.append(("charged", None, *_part(total.charged_cost, total.cost)))
    return Table(columns, rows)


def long_groups(view: ProfileView, listed: Sequence[tuple[GroupKey, Summary]]) -> Table:
    """Return one row a group and unit."""
    return long_table(view.by, ((path, group.cell.calls, _units(group)) for path, group in listed))


def _units(group: Summary) -> list[UnitRow]:
    charged = None
    if group.charged_cost is not None:
        charged = (group.charged_calls, group.charged_cost)
    return unit_rows(group.usage, group.lines, group.rates, charged, group.line_ends)


def _part(amount: Decimal | None, total: Decimal | None) -> tuple[Cell, Cell, Cell]:
    """Return an amount, its share of the total, and the bar that draws it."""
    share = divide(amount, total) if amount is not None and total else None
    return amount, share, float(share or 0)


def _share_column(left_out: int, spare: int = 0) -> Column:
    """Return the column of shares; where calls have no cost, they are shares of the priced."""
    return column("cost_share", "share", spare=spare, title="of priced" if left_out else None)


def by_group(
    view: ProfileView,
    listed: Sequence[tuple[GroupKey, Summary]],
    about_prices: Sequence[Caution] = (),
) -> Table:
    """Return one row a group, with footnotes on what must be known of its calls."""
    growths = [growth_of(path, view) for path, _ in listed]
    grows = any(growths)
    rows = [
        _row([value or NONE for value in path], group, view, growth if grows else False)
        for (path, group), growth in zip(listed, growths, strict=True)
    ]
    blank = [""] * (len(view.by) - 1)
    if rest := [group for _, group in view.groups[len(listed) :]]:
        name = [f"({len(rest):,} more)", *blank]
        rest_total = total(view.loaded.profile, rest)
        rows.append(_row(name, rest_total, view, None if grows else False))
    footer = None
    if len(rows) > 1:
        row = _row(["total", *blank], view.total, view, None if grows else False)
        footer = (*row[:-2], None, None)
    notes = [
        Footnote(note.text, tuple(at for at, (_, of) in enumerate(listed) if note.applies(of)))
        for note in (*cautions(view.total), *about_prices)
    ]
    columns = _columns(view, grows=grows)
    return Table(columns, rows, footer=footer, main=True, footnotes=notes)


def _columns(view: ProfileView, *, grows: bool) -> tuple[Column, ...]:
    total = view.total
    reported = view.cost == "reported"
    left_out = total.cell.calls - total.reported_calls if reported else total.uncosted_calls
    return (
        *(column(name, title=name) for name in view.by),
        column("calls", "count"),
        column("sessions", "count", spare=4),
        column("uncached_input_tokens", "count", spare=2),
        column("cache_read_tokens", "count", spare=2),
        column("cache_write_tokens", "count", spare=3),
        column("output_tokens", "count", spare=2),
        *([column("largest_tokens", "count", spare=1)] if grows else []),
        *([column("growth", spare=1)] if grows else []),
        *_cost_columns(view.cost),
        _share_column(left_out, spare=1),
        Column("bar", "", "bar", spare=5),
    )


def _cost_columns(which: str) -> list[Column]:
    computed = column("cost", "money")
    reported = column("cost_reported", "money")
    if which == "both":
        return [computed, reported, column("difference_cost", "money", spare=2)]
    return [reported] if which == "reported" else [computed]


def _row(
    names: list[str], group: Summary, view: ProfileView, growth: Growth | bool | None
) -> tuple[Cell, ...]:
    """Return the row of a group. `growth` is False where there is no column for it."""
    usage = group.cell.usage
    reads = group.cache_read_tokens
    writes = sum(usage.get(unit, 0) for unit in CACHE_WRITE_UNITS)
    cells: list[Cell] = [
        *names,
        group.cell.calls,
        len(group.sessions),
        group.input_tokens - reads - writes,
        reads,
        writes,
        group.output_tokens,
    ]
    if isinstance(growth, Growth):
        cells += [growth.largest, spark(growth.points)]
    elif growth is None:
        cells += [None, None]
    amount, total = _amount(group, view.cost), _amount(view.total, view.cost)
    return (*cells, *_costs(group, view.cost), *_part(amount, total)[1:])


def _amount(group: Summary, which: str) -> Decimal | None:
    return group.reported if which == "reported" else group.cost


def _costs(group: Summary, which: str) -> list[Cell]:
    reported, computed = group.reported, group.cost
    reported_cell = _known(reported, group.cell.calls - group.reported_calls)
    computed_cell = cost_cell(group)
    if which == "reported":
        return [reported_cell]
    if which != "both":
        return [computed_cell]
    # Sums can be held against each other only where they are of the same calls.
    alike = group.reported_calls == group.cell.calls and not group.unpriced_calls
    alike = alike and not group.has_outside_calls
    if computed is None or reported is None or not alike:
        return [computed_cell, reported_cell, None]
    return [computed, reported, subtract(computed, reported)]


def _known(amount: Decimal | None, left_out: int) -> Cell:
    """Return an amount; where calls are left out of it, as the least that it can be."""
    return AtLeast(amount) if amount is not None and left_out else amount


def spark(points: tuple[int, ...]) -> str:
    """Draw numbers as a line of bars, the largest at full height."""
    top = max(points) or 1
    return "".join(_SPARK[min(7, point * 8 // (top + 1))] for point in points)


def spread_table(spreads: Sequence[Spread], of: str) -> Table:
    """Return how what calls or sessions come to is spread."""
    columns = (
        column("measure", title=f"per {of}"),
        column("count", "count", title=f"{of}s"),
        *(column(f"p{rank}" if rank < 100 else "max", "money") for rank in RANKS),
    )
    rows = [
        (
            spread.measure.replace("_", " "),
            spread.number,
            *(_value(value, spread) for value in spread.values),
        )
        for spread in spreads
        if spread.of == of
    ]
    return Table(columns, rows)


def _value(value: Any, spread: Spread) -> Cell:
    if spread.measure in ("latency", "first_token"):
        return duration(value)
    return value if isinstance(value, Decimal) else count(value)
