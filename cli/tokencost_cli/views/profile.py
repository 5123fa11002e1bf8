"""The report of `profile`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_cli.formatting import count, duration, money, percent
from tokencost_cli.loading import Loaded
from tokencost_cli.report import Cell, Column, Lines, Report, Section, Table
from tokencost_cli.views.audit import audit_lines, audit_warnings
from tokencost_cli.views.shared import amount, head, stamp, table_line
from tokencost_pricing.money import ZERO, add, subtract
from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS, OUTPUT_UNITS, UNITS
from tokencost_profiles import saved, session_spans
from tokencost_profiles.spread import RANKS, Growth, Spread
from tokencost_profiles.spread import document as spread_document
from tokencost_profiles.summary import Path, Summary

NONE: Final = "(none)"
_SPARK: Final = "▁▂▃▄▅▆▇█"
_MOST_UNPRICED: Final = 5


class Shown(NamedTuple):
    """What a profile's report shows."""

    loaded: Loaded
    by: tuple[str, ...]
    cost: str  # auto, computed, reported, both
    total: Summary
    groups: list[tuple[Path, Summary]]
    top: int | None
    spreads: list[Spread]
    growths: dict[str, Growth]


def report(shown: Shown) -> Report:
    """Return the report of a profile."""
    total = shown.total
    kept = shown.groups[: shown.top] if shown.top else shown.groups
    sections: list[Section] = [Lines((_headline(shown),), "headline")]
    if total.usage or total.charged_calls:
        sections.append(_by_unit(total))
    if rates := _rates(total):
        sections.append(Lines(rates))
    sections.append(_by_group(shown, kept))
    if shown.spreads:
        told = dict.fromkeys(spread.of for spread in shown.spreads)
        sections += [_spread(shown.spreads, of) for of in told]
    notes = (*_charged(total), *audit_lines(shown.loaded.profile.audit), *_basis(shown))
    sections.append(Lines(notes, "note"))
    return Report(
        saved.FORMAT, lambda: _document(shown, kept), tuple(sections), tuple(_warnings(shown))
    )


def _document(shown: Shown, kept: list[tuple[Path, Summary]]) -> dict[str, Any]:
    profile = shown.loaded.profile
    return {
        **head(shown.loaded.pricer.table, None),
        "total": _sums(shown.total),
        "by": list(shown.by),
        "groups": [
            {
                "key": dict(zip(shown.by, path, strict=True)), **_sums(group),
                **_growth(path, shown),
            }
            for path, group in kept
        ],
        "groups_left_out": len(shown.groups) - len(kept),
        **({"percentiles": spread_document(shown.spreads)} if shown.spreads else {}),
        "unpriced": [
            {"provider": provider, "model": model, "reason": reason, "calls": calls}
            for (provider, model, reason), calls in _unpriced(shown.total)
        ],
        "findings": [],
        "audit": profile.audit.document(),
        "rates": saved.cards_document(profile),
        "cells": saved.cells_document(profile),
        "sessions": session_spans.document(profile),
    }  # fmt: skip


def _sums(group: Summary) -> dict[str, Any]:
    cell = group.cell
    return {
        "calls": cell.calls,
        "sessions": len(group.sessions),
        "usage": group.usage,
        "cost": amount(group.cost),
        "costs": {unit: amount(value) for unit, value in group.lines.items()},
        "input_cost": amount(group.input_cost),
        "output_cost": amount(group.output_cost),
        "fee_cost": amount(group.fee_cost),
        "charged_cost": amount(group.charged_cost),
        "charged_calls": group.charged_calls,
        "cost_reported": amount(group.reported),
        "reported_calls": group.reported_calls,
        "unpriced_calls": group.unpriced_calls,
        "estimated_calls": group.estimated_calls,
        "calls_without_usage": cell.without_usage,
        "calls_without_time": group.untimed_calls,
        "cache_hit_rate": group.hit_rate,
        "tokens_per_second": group.tokens_per_second,
        "first_token_seconds": group.first_token,
        "first": stamp(cell.first),
        "last": stamp(cell.last),
    }


def _growth(path: Path, shown: Shown) -> dict[str, Any]:
    found = _growth_of(path, shown)
    return {"growth": {**found._asdict(), "points": list(found.points)}} if found else {}


def _growth_of(path: Path, shown: Shown) -> Growth | None:
    if "session" not in shown.by:
        return None
    return shown.growths.get(path[shown.by.index("session")] or "")


def _headline(shown: Shown) -> str:
    total = shown.total
    calls = _calls(total.cell.calls)
    sessions = len(total.sessions)
    within = f" in {count(sessions)} session{'s' if sessions != 1 else ''}" if sessions else ""
    reported = total.reported
    if shown.cost == "reported":
        cost = money(reported) if reported is not None else "no cost reported"
    else:
        cost = money(total.cost) if total.cost is not None else "no price"
    when = ""
    if total.cell.first is not None and total.cell.last is not None:
        zone = shown.loaded.zone
        first, last = (
            f"{datetime.fromtimestamp(at, zone):%Y-%m-%d}"
            for at in (total.cell.first, total.cell.last)
        )
        when = f", {first}" + (f" to {last}" if last != first else "")
    text = f"{cost}: {calls}{within}{when}"
    if shown.cost == "both" and reported is not None:
        text += f"; {money(reported)} as reported by the log"
    return text


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{count(number)} calls"


def _by_unit(total: Summary) -> Table:
    whole = total.cost or ZERO
    columns = (
        Column("unit", "unit"), Column("tokens", "tokens", "count"),
        Column("cost", "cost", "money"), Column("share", "share", "percent"),
        Column("bar", "", "bar"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for unit, tokens in total.usage.items():
        if not tokens:
            continue
        cost = total.lines.get(unit)
        share = float(cost / whole) if cost is not None and whole else None
        rows.append((UNITS[unit].noun, tokens, cost, share, share or 0.0))
    if total.charged_cost is not None:
        share = float(total.charged_cost / whole) if whole else None
        rows.append(("charged", None, total.charged_cost, share, share or 0.0))
    return Table(columns, rows)


def _rates(total: Summary) -> tuple[str, ...]:
    """Return the lines that say what the numbers mean."""
    lines = []
    parts = []
    if total.hit_rate is not None:
        parts.append(f"{percent(total.hit_rate)} of the input read from a cache")
    for side, units, tokens in (
        ("input", INPUT_UNITS, total.input_tokens), ("output", OUTPUT_UNITS, total.output_tokens),
    ):  # fmt: skip
        unpriced = total.unpriced_calls or total.charged_calls
        if tokens and total.cost is not None and not unpriced:
            each = total.cost_of(units) * 1000 / tokens
            parts.append(f"{money(each)} per 1K {side}")
    if parts:
        lines.append("; ".join(parts))
    parts = []
    if total.tokens_per_second is not None:
        parts.append(f"{total.tokens_per_second:,.0f} tokens a second")
    if total.first_token is not None:
        parts.append(f"first token after {duration(total.first_token)}")
    if total.estimated_calls or total.unpriced_calls or total.charged_calls:
        calls = total.cell.calls
        parts.append(f"{percent(_exact(total) / calls)} of the calls exact")
        if total.estimated_calls:
            parts.append(f"{percent(total.estimated_calls / calls)} estimated")
        if total.charged_calls:
            parts.append(f"{percent(total.charged_calls / calls)} charged")
        if total.unpriced_calls:
            parts.append(f"{percent(total.unpriced_calls / calls)} unpriced")
    if parts:
        lines.append("; ".join(parts))
    return tuple(lines)


def _exact(total: Summary) -> int:
    others = total.estimated_calls + total.unpriced_calls + total.charged_calls
    return max(0, total.cell.calls - others)


def _by_group(shown: Shown, kept: list[tuple[Path, Summary]]) -> Table:
    growths = [_growth_of(path, shown) for path, _ in kept]
    grows = any(growths)
    columns = [Column(name, name) for name in shown.by]
    columns += [
        Column("calls", "calls", "count"),
        Column("sessions", "sessions", "count", spare=4),
        Column("input", "input", "count", spare=2),
        Column("cache_read", "cached", "count", spare=2),
        Column("cache_write", "written", "count", spare=3),
        Column("output", "output", "count", spare=2),
        *([Column("largest", "longest prompt", "count", spare=1)] if grows else []),
        *([Column("growth", "growth", "text", spare=1)] if grows else []),
        *_cost_columns(shown.cost),
        Column("share", "share", "percent", spare=1),
        Column("bar", "", "bar", spare=5),
    ]
    whole = _amount(shown.total, shown.cost) or ZERO
    rows = [
        _row([value or NONE for value in path], group, shown, whole, grown if grows else False)
        for (path, group), grown in zip(kept, growths, strict=True)
    ]
    rest = shown.groups[len(kept) :]
    if rest:
        left = [f"({len(rest):,} more)", *([""] * (len(shown.by) - 1))]
        rows.append(_rest(left, [group for _, group in rest], shown, whole, grows=grows))
    footer = None
    if len(rows) > 1:
        name = ["total", *([""] * (len(shown.by) - 1))]
        footer = (*_row(name, shown.total, shown, whole, None if grows else False)[:-2], None, None)
    return Table(columns=tuple(columns), rows=rows, footer=footer, main=True)


def _cost_columns(which: str) -> list[Column]:
    computed = Column("cost", "cost", "money")
    reported = Column("cost_reported", "reported", "money")
    if which == "both":
        return [computed, reported, Column("difference", "difference", "money", spare=2)]
    return [reported] if which == "reported" else [computed]


def _row(
    names: list[str], group: Summary, shown: Shown, whole: Decimal, grown: Growth | bool | None
) -> tuple[Cell, ...]:  # fmt: skip
    usage = group.cell.usage
    reads = group.cache_read_tokens
    writes = sum(usage.get(unit, 0) for unit in CACHE_WRITE_UNITS)
    cells: list[Cell] = [
        *names, group.cell.calls, len(group.sessions), group.input_tokens - reads - writes, reads,
        writes, group.output_tokens,
    ]  # fmt: skip
    if isinstance(grown, Growth):
        cells += [grown.largest, spark(grown.points)]
    elif grown is None:
        cells += [None, None]
    costs = _costs(group, shown.cost)
    own = _amount(group, shown.cost)
    share = float(own / whole) if own is not None and whole else None
    return (*cells, *costs, share, share or 0.0)


def _rest(
    names: list[str], groups: list[Summary], shown: Shown, whole: Decimal, *, grows: bool
) -> tuple[Cell, ...]:  # fmt: skip
    rows = [_row(names, group, shown, whole, None if grows else False) for group in groups]
    summed: list[Cell] = list(names)
    for at in range(len(names), len(rows[0])):
        values = [row[at] for row in rows if isinstance(row[at], (int, float, Decimal))]
        summed.append(_sum(values))
    return tuple(summed)


def _sum(values: list[Any]) -> Cell:
    if not values:
        return None
    if isinstance(values[0], Decimal):
        whole = ZERO
        for value in values:
            whole = add(whole, value)
        return whole
    result: Cell = sum(values)
    return result


def _amount(group: Summary, which: str) -> Decimal | None:
    return group.reported if which == "reported" else group.cost


def _costs(group: Summary, which: str) -> list[Cell]:
    reported, computed = group.reported, group.cost
    if which == "reported":
        return [reported]
    if which != "both":
        return [computed]
    # Sums can be held against each other only where they are of the same calls.
    alike = group.reported_calls == group.cell.calls and not group.unpriced_calls
    if computed is None or reported is None or not alike:
        return [computed, reported, None]
    return [computed, reported, subtract(computed, reported)]


def spark(points: tuple[int, ...]) -> str:
    """Draw numbers as a line of bars, the largest at full height."""
    top = max(points) or 1
    return "".join(_SPARK[min(7, point * 8 // (top + 1))] for point in points)


def _spread(spreads: list[Spread], of: str) -> Table:
    columns = (
        Column("measure", f"per {of}"), Column("count", f"{of}s", "count"),
        *(Column(f"p{rank}", f"p{rank}" if rank < 100 else "most", "money") for rank in RANKS),
    )  # fmt: skip
    rows = [
        (
            spread.measure.replace("_", " "),
            spread.number,
            *(_value(v, spread) for v in spread.values),
        )
        for spread in spreads
        if spread.of == of
    ]
    return Table(columns, rows)


def _value(value: Any, spread: Spread) -> Cell:
    if spread.measure in ("latency", "first_token"):
        return duration(value)
    return value if isinstance(value, Decimal) else count(value)


def _unpriced(total: Summary) -> list[tuple[tuple[str | None, str | None, str], int]]:
    return sorted(total.unpriced.items(), key=lambda item: (-item[1], str(item[0])))


def _basis(shown: Shown) -> tuple[str, ...]:
    looked = [f"read {home.shown} ({home.reader})" for home in shown.loaded.homes]
    return (*looked, table_line(shown.loaded.pricer.table, None) + ", each call at its own day")


def _charged(total: Summary) -> tuple[str, ...]:
    if total.charged_cost is None:
        return ()
    calls, cost = _calls(total.charged_calls), money(total.charged_cost)
    return (f"charged: {cost} for {calls} without a price here, as the log itself says",)


def _warnings(shown: Shown) -> list[str]:
    total = shown.total
    found = []
    unpriced = _unpriced(total)
    for (_, _, reason), calls in unpriced[:_MOST_UNPRICED]:
        found.append(f"{_calls(calls)} without a price: {reason}")
    if len(unpriced) > _MOST_UNPRICED:
        found.append(f"{len(unpriced) - _MOST_UNPRICED} more models have no price")
    if total.untimed_calls:
        found.append(f"{_calls(total.untimed_calls)} without a time: priced as of today")
    without_usage = total.uncosted_calls - total.unpriced_calls
    if without_usage:
        found.append(f"{_calls(without_usage)} without usage: not in the cost")
    found += [f"{note} ({_calls(calls)})" for note, calls in sorted(total.notes.items())]
    found += total.price_notes
    if total.is_cut and shown.cost in ("reported", "both"):
        found.append("no reported cost: it is of whole sessions, of which there are parts here")
    return [*found, *shown.loaded.warnings, *audit_warnings(shown.loaded.profile.audit)]
