"""One row a call, for CSV and Parquet: when, what, by whom, how long, how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import Cell, Table
from tokencost_cli.reports.documents.fields import at
from tokencost_cli.reports.documents.totals import TOKEN_SUMS
from tokencost_pricing.units import UNITS
from tokencost_profiles.costs.single_calls import SingleCall

_LABELS: Final = ("session", "project", "user", "team", "environment", "branch", "agent", "file")


def by_call(calls: Sequence[SingleCall]) -> Table:
    """Return the table of single calls, a column for each unit and tag that any of them has."""
    units = [unit for unit in UNITS if any(unit in (one.call.usage or {}) for one in calls)]
    has_ends = any(one.sums.ends is not None for one in calls)
    tags = sorted({name for one in calls for name, _ in one.call.tags})
    columns = (
        column("call_id"),
        column("at"),
        column("provider"),
        column("model"),
        column("mode"),
        *(column(label) for label in _LABELS),
        column("line", "count"),
        column("tool"),
        *(column(f"tag:{name}", title=name) for name in tags),
        column("duration_seconds", "seconds"),
        column("time_to_first_token_seconds", "seconds"),
        *(column(unit, "count") for unit in units if unit not in TOKEN_SUMS),
        *(column(name, "count") for name in TOKEN_SUMS),
        column("cost", "money"),
        *([column("cost_low", "money"), column("cost_high", "money")] if has_ends else []),
        column("cost_reported", "money"),
    )
    rows = [_row(one, units, tags, has_ends=has_ends) for one in calls]
    return Table(columns, rows, main=True, spreadsheet=True)


def _row(
    one: SingleCall, units: Sequence[str], tags: Sequence[str], *, has_ends: bool
) -> tuple[Cell, ...]:
    call = one.call
    usage = call.usage
    named = dict(call.tags)
    sums = [
        None if usage is None else sum(usage.get(unit, 0) for unit in of)
        for of in TOKEN_SUMS.values()
    ]
    return (
        one.id,
        at(call.at),
        one.key.provider,
        one.key.model or call.model,
        "+".join(one.modes) or None,
        *(getattr(call, label) or None for label in _LABELS),
        call.line,
        " + ".join(dict.fromkeys(call.tools)) or None,
        *(named.get(name) for name in tags),
        call.latency,
        call.first_token,
        *(None if usage is None else usage.get(unit) for unit in units if unit not in TOKEN_SUMS),
        *sums,
        one.sums.cost,
        *((one.sums.ends or (None, None)) if has_ends else ()),
        call.cost,
    )
