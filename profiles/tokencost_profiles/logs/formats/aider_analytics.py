"""Aider's analytics log: one row an event; `total_cost` runs on and is never added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    keys,
    text,
    units,
    unknown_counts,
)

_KEYS: Final = keys("prompt_tokens completion_tokens total_tokens")
_SENT: Final = "message_send"


def _recognises(log_file: Input) -> bool:
    return any({"event", "properties", "user_id", "time"} <= row.keys() for row in log_file.objects)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    for number, row in rows(log_file, log):
        if isinstance(row, dict) and row.get("event") == _SENT:
            yield set_location(_call(row, first_mapping(row, "properties")), log, number)


def _call(row: Mapping[str, Any], properties: Mapping[str, Any]) -> Call:
    cost = amount(properties.get("cost"))
    at, user = moment(row.get("time")), text(row.get("user_id"))
    usage = units(
        input=first_count(properties, "prompt_tokens"),
        output=first_count(properties, "completion_tokens"),
    )
    return Call(
        model=text(properties.get("main_model")),
        at=at,
        user=user,
        usage=usage or None,
        unknown_keys=unknown_counts(properties, _KEYS),
        cost=cost,
        cost_basis="client" if cost is not None else None,
        agent=text(properties.get("edit_format")),
        key=f"aider:{user}:{at}:{sorted(usage.items())}" if at else None,
    )


READER: Final = Reader(
    "aider-analytics",
    "Aider's analytics log",
    ("usage", "cost", "time", "user", "agent"),
    _recognises,
    _read,
    order=46,
    where="aider --analytics-log FILE",
)
