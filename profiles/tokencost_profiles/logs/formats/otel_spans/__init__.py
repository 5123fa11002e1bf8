"""Spans as SDKs, consoles and platforms dump them: Python, JavaScript, Phoenix, Logfire, Jaeger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.logs.formats.otel_spans.nested_spans import ROOTS
from tokencost_profiles.logs.formats.otel_spans.span_rows import rows_in
from tokencost_profiles.logs.spans import SpanTree, events
from tokencost_profiles.logs.spans.dumps import span_of
from tokencost_profiles.logs.spans.json_values import values

_HINTS: Final = (
    "trace_id",
    "traceId",
    "traceID",
    "context.trace_id",
    "event.name",
    "children",
    *ROOTS,
)
_PENDING: Final = "pending_span"  # Logfire: a span that has begun; another row has the rest


def _recognises(log_file: Input) -> bool:
    if log_file.text.lstrip()[:1] not in ("{", "["):
        return False
    if not any(f'"{hint}"' in log_file.text for hint in _HINTS):
        return False
    if log_file.is_lines:
        return any(_holds(row) for row in log_file.rows)
    first = _first_value(log_file)
    if first is None:
        try:
            first = log_file.document
        except InputError:
            return False
    return _holds(first)


def _holds(value: Any) -> bool:
    return next(rows_in(value), None) is not None


def _first_value(log_file: Input) -> Any:
    """Return the first of several values: a long line, or a short text over several."""
    try:
        if b"\n" not in log_file.head.strip():
            return json.loads(next(log_file.lines())[1])
        return json.JSONDecoder(strict=False).raw_decode(log_file.text.lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    spans = SpanTree(log)
    for line, value in values(log_file, log):
        for at, row in enumerate(rows_in(value)):
            span = span_of(row)
            if span.is_event:
                yield from events.calls_in(span, log, line)
            elif row.get("kind") != _PENDING:
                yield from spans.add(span, line, at)
    yield from spans.close()


READER: Final = Reader(
    "otel-spans",
    "spans as SDKs and consoles dump them; Phoenix, Logfire, Jaeger, Zipkin, promptflow",
    (
        "usage",
        "cost",
        "time",
        "session",
        "tools",
        "agent",
        "user",
        "text",
        "latency",
        "project",
        "team",
        "tags",
    ),
    _recognises,
    _read,
    order=90,
    where="console exporters, platforms' span exports",
)
