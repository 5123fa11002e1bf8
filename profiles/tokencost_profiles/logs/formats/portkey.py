"""Portkey logs: exported rows. Their costs are in cents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_profiles.calls.call import CACHED, ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.answered import answered_calls
from tokencost_profiles.logs.common.exports import (
    first_rows,
    header_of,
    json_mapping,
    seconds,
)
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.table_rows import exported_rows
from tokencost_profiles.providers.answers.response_format import with_answer
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    text,
    units,
)

_LISTS: Final = ("data", "logs")
_KEYS: Final = {"req_units", "res_units"}
_CENT: Final = Decimal("0.01")


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return header >= _KEYS
    return any(row.keys() >= _KEYS for row in first_rows(log_file, *_LISTS))


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    for number, row in exported_rows(log_file, log, _LISTS, {"req_units"}):
        for call in _calls(row, log):
            yield set_location(call, log, number)


def _calls(row: Mapping[str, Any], log: Log) -> list[Call]:
    metadata = json_mapping(row.get("metadata"))
    cents = amount(row.get("cost"))
    taken = seconds(row.get("response_time"))
    name = text(row.get("id"))
    answer = json_mapping(row.get("response"))
    asked = json_mapping(row.get("request"))
    asked = first_mapping(asked, "body") or asked
    answers = answered_calls(first_mapping(answer, "body") or answer, asked)
    status = first_count(row, "response_status_code", "status_code")
    call = Call(
        key=f"portkey:{name}" if name else None,
        trace=text(row.get("trace_id")),
        span=text(row.get("span_id")),
        provider=_provider(row.get("ai_org")),
        model=text(row.get("ai_model")) or text(row.get("model")),
        at=moment(row.get("created_at", row.get("time_of_generation"))),
        latency=taken / 1000 if taken is not None else None,
        user=text(metadata.get("_user")),
        session=text(metadata.get("session_id")),
        environment=text(metadata.get("_environment")),
        team=text(metadata.get("team")),
        cost=cents * _CENT if cents is not None else None,
        cost_basis="gateway" if cents is not None else None,
        usage=units(input=first_count(row, "req_units"), output=first_count(row, "res_units"))
        or None,
        tags=tuple(sorted((str(key), str(value)) for key, value in metadata.items())),
        status=OK if status is None or status < 400 else ERROR,
    )
    if str(row.get("cache_status")).upper() in ("HIT", "SEMANTIC HIT"):
        call.status = CACHED
    if log.text:
        set_text(call, asked, first_mapping(answer, "body") or answer)
    return with_answer(call, answers)


def _provider(value: Any) -> str | None:
    name = text(value)
    return name.lower() if name else None


READER: Final = Reader(
    "portkey",
    "Portkey logs",
    ("usage", "cost", "time", "session", "user", "team", "tags", "text", "latency"),
    _recognises,
    _read,
    order=59,
    where="exports of Portkey: JSON, JSON lines, CSV",
)
