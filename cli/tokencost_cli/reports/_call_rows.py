"""One row a call, for CSV and Parquet: when, what, by whom, how long, how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tokencost_cli.output.report import Cell, Column, Table
from tokencost_cli.reports._profile_document import OneCall
from tokencost_cli.reports._shared import stamp
from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS, OUTPUT_UNITS, UNITS

_LABELS: Final = ("session", "project", "user", "team", "environment", "branch", "agent", "file")
_READS: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))
# Sums of units, by the names that OpenTelemetry has for them.
_SUMS: Final = {
    "input_tokens": INPUT_UNITS,
    "uncached_input_tokens": tuple(
        unit for unit in INPUT_UNITS if unit not in (*_READS, *CACHE_WRITE_UNITS)
    ),
    "cache_read_tokens": _READS,
    "cache_write_tokens": CACHE_WRITE_UNITS,
    "output_tokens": OUTPUT_UNITS,
    "reasoning_tokens": ("reasoning",),
}


def by_call(calls: Sequence[OneCall]) -> Table:
    """Return the table of single calls, a column for each unit and tag that any of them has."""
    units = [unit for unit in UNITS if any(unit in (one.call.usage or {}) for one in calls)]
    tags = sorted({name for one in calls for name, _ in one.call.tags})
    columns = (
        Column("call_id", "call_id"),
        Column("at", "at"),
        Column("provider", "provider"),
        Column("model", "model"),
        Column("mode", "mode"),
        *(Column(label, label) for label in _LABELS),
        Column("line", "line", "count"),
        Column("tool", "tool"),
        *(Column(f"tag:{name}", name) for name in tags),
        Column("duration_seconds", "duration_seconds", "seconds"),
        Column("time_to_first_token_seconds", "time_to_first_token_seconds", "seconds"),
        *(Column(unit, unit, "count") for unit in units if unit not in _SUMS),
        *(Column(name, name, "count") for name in _SUMS),
        Column("cost", "cost", "money"),
        Column("cost_reported", "cost_reported", "money"),
    )
    return Table(columns, [_row(one, units, tags) for one in calls], main=True, spreadsheet=True)


def _row(one: OneCall, units: Sequence[str], tags: Sequence[str]) -> tuple[Cell, ...]:
    call = one.call
    usage = call.usage
    named = dict(call.tags)
    sums = [
        None if usage is None else sum(usage.get(unit, 0) for unit in of) for of in _SUMS.values()
    ]
    return (
        one.id,
        stamp(call.at),
        one.key.provider,
        one.key.model or call.model,
        "+".join(one.modes) or None,
        *(getattr(call, label) or None for label in _LABELS),
        call.line,
        " + ".join(call.tools) or None,
        *(named.get(name) for name in tags),
        call.latency,
        call.first_token,
        *(None if usage is None else usage.get(unit) for unit in units if unit not in _SUMS),
        *sums,
        one.sums.cost,
        call.cost,
    )
