"""W&B Weave calls. The summary of a call holds the usage of all calls below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import (
    document_rows,
    drop_sums,
    duration_between,
    first_rows,
    json_mapping,
)
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.answers.response_format import copy_terms
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import amount, first_mapping, text

_LISTS: Final = ("calls", "data")
_COUNTS: Final = ("prompt_tokens_total_cost", "completion_tokens_total_cost")


def _recognises(log_file: Input) -> bool:
    return any(
        {"op_name", "trace_id", "started_at"} <= row.keys() for row in first_rows(log_file, *_LISTS)
    )


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    calls = [
        (set_location(call, log, number), call.parent)
        for number, row in _rows(log_file, log)
        if isinstance(row, Mapping) and "op_name" in row
        for call in _calls(row, log)
    ]
    yield from drop_sums(calls, log)


def _rows(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    if not log_file.is_document:
        yield from rows_of(log_file, log)
        return
    for number, row in enumerate(document_rows(log_file.document, *_LISTS), 1):
        log.row()
        yield number, row


def _calls(row: Mapping[str, Any], log: Log) -> Iterator[Call]:
    """Yield a call for each model of a row: one, except in rows that wrap several calls."""
    summary = json_mapping(row.get("summary"))
    by_model = first_mapping(summary, "usage")
    costs = first_mapping(first_mapping(summary, "weave"), "costs")
    answered = responses.read(dict(json_mapping(row.get("output"))))
    if not by_model:
        yield _call(row, None, log)
        return
    for at, (model, usage) in enumerate(by_model.items()):
        call = _call(row, model, log)
        if answered and len(by_model) == 1:
            copy_terms(answered[0], call)
            call.response_id = answered[0].response_id
        reading = read_usage(dict(usage) if isinstance(usage, Mapping) else None)
        if reading is not None:
            reading.apply_to(call)
        if at:
            call.key = f"{call.key}#{model}"
        stated_costs = [amount(first_mapping(costs, model).get(name)) for name in _COUNTS]
        if None not in stated_costs and stated_costs:
            call.cost = sum((cost for cost in stated_costs if cost is not None), Decimal(0))
            call.cost_basis = "client"
        yield call


def _call(row: Mapping[str, Any], model: str | None, log: Log) -> Call:
    name, trace = text(row.get("id")), text(row.get("trace_id"))
    attributes = json_mapping(row.get("attributes"))
    begun, ended = moment(row.get("started_at")), moment(row.get("ended_at"))
    call = Call(
        key=f"span:{trace}/{name}" if trace and name else None,
        trace=trace,
        span=name,
        parent=text(row.get("parent_id")),
        model=model,
        at=begun,
        latency=duration_between(begun, ended),
        session=text(row.get("thread_id")) or text(attributes.get("session_id")),
        turn=text(row.get("turn_id")),
        user=text(row.get("wb_user_id")),
        project=text(row.get("project_id")),
        status=ERROR if row.get("exception") else OK,
    )
    if log.text:
        set_text(call, row.get("inputs"), row.get("output"))
    return call


READER: Final = Reader(
    "weave",
    "W&B Weave calls",
    ("usage", "cost", "time", "session", "user", "project", "text", "latency"),
    _recognises,
    _read,
    order=62,
    where="exports of Weave: JSON, JSON lines",
)
