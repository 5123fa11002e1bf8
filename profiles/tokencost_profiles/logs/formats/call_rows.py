"""What `tokencost profile --by call` writes as CSV or Parquet, and `to_pandas("calls")` holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.units import UNITS
from tokencost_profiles.calls.call import (
    BY_CLIENT,
    CALL,
    OK,
    OWNER_LABELS,
    REPORTED,
    Call,
    Record,
)
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import header_of, seconds
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.providers.usage_fields.usage_format import amount, number, text

_COLUMNS: Final = frozenset({"call_id", "at", "uncached_input_tokens", "cost_reported"})
_TEXTS: Final = (
    "provider",
    "model",
    "session",
    *OWNER_LABELS,
    "region",
    "search_context",
    "media_size",
    "media_quality",
)
_TAG: Final = "tag:"
_BATCH: Final = "batch"


def _recognises(log_file: Input) -> bool:
    return header_of(log_file) >= _COLUMNS


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    for row_number, row in rows_of(log_file, log):
        if not isinstance(row, Mapping):
            log.skip(row_number, "not an object")
            continue
        yield set_location(_call(row), log, row_number)


def _call(row: Mapping[str, Any]) -> Call:
    name = text(row.get("call_id"))
    modes = [mode for mode in (text(row.get("mode")) or "").split("+") if mode]
    tiers = [mode for mode in modes if mode != _BATCH]
    cost = amount(row.get("cost_reported"))
    call = Call(
        # A short id is a file and a line of one machine: it names nothing here.
        key=f"call-rows:{name}" if name and is_strong(name) and ":" not in name else None,
        at=moment(row.get("at")),
        usage=_usage(row),
        status=text(row.get("status")) or OK,
        scope=text(row.get("scope")) or CALL,
        usage_source=text(row.get("usage_source")) or REPORTED,
        batch=_BATCH in modes,
        service_tier=tiers[0] if tiers else None,
        speed=tiers[1] if len(tiers) > 1 else None,
        tools=tuple((text(row.get("tool")) or "").split(" + ")) if row.get("tool") else (),
        tags=tuple(
            (column.removeprefix(_TAG), str(value))
            for column, value in sorted(row.items())
            if column.startswith(_TAG) and value not in (None, "")
        ),
        latency=seconds(row.get("duration_seconds")),
        first_token=seconds(row.get("time_to_first_token_seconds")),
        cost=cost,
        cost_basis=BY_CLIENT if cost is not None else None,
    )
    for label in _TEXTS:
        setattr(call, label, text(row.get(label)))
    if text(row.get("logged_model")):
        call.provider, call.model = text(row.get("logged_provider")), text(row["logged_model"])
    return call


def _usage(row: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the counts of single units: other columns are their sums."""
    counts = {unit: number(row[unit]) for unit in UNITS if unit in row}
    return {unit: count for unit, count in counts.items() if count is not None} or None


READER: Final = Reader(
    "call-rows",
    "rows of calls that `profile --by call` wrote: CSV and Parquet",
    (
        "usage",
        "cost",
        "time",
        "session",
        "tools",
        "agent",
        "user",
        "team",
        "project",
        "tags",
        "latency",
    ),
    _recognises,
    _read,
    order=48,
    where="what `tokencost profile --by call -o calls.parquet` wrote",
)
