"""OTLP/JSON: what OpenTelemetry exporters and the collector's file exporter write.

Traces hold the calls; log records hold those that programs report as events. Metrics are read where
they are counters of a session's tokens, and used where neither reports that session.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.logs.formats.otlp.metrics import counter_calls
from tokencost_profiles.logs.spans import SpanTree, events
from tokencost_profiles.logs.spans.json_values import values
from tokencost_profiles.logs.spans.otlp_values import (
    LOGS,
    METRICS,
    SIGNALS,
    SPANS,
    exports_in,
    items,
    record_of,
    span_of,
)

_BEGINS: Final = re.compile(
    r'\s*(?:\[\s*)?\{\s*"(?:resource(?:Spans|Logs|Metrics)|resource_(?:spans|logs|metrics))"'
)
_HOLDS: Final = re.compile(
    r'"(?:scopeSpans|scope_spans|instrumentationLibrarySpans|scopeLogs|scope_logs|scopeMetrics'
    r'|scope_metrics)"\s*:'
)


def _recognises(log_file: Input) -> bool:
    head = log_file.text
    if _BEGINS.match(head):
        return True
    if head.lstrip()[:1] not in ("{", "[") or not _HOLDS.search(head):
        return False
    if log_file.is_lines:
        return any(True for row in log_file.rows for _ in exports_in(row))
    return any(log_file.has(key) for key in (*SPANS, *LOGS, *METRICS))


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    spans, signals, counted = SpanTree(log), set[str](), False
    for line, value in values(log_file, log):
        exports = list(exports_in(value))
        if not exports and value not in ({}, []):
            log.skip(line, "not an OTLP export")
        for export in exports:
            signals.update(key for key in export if key in SIGNALS)
            for call in _counters(export, log, line):
                counted = True
                yield call
            yield from _calls(export, spans, log, line)
    yield from spans.close()
    if signals and signals <= {*METRICS} and not counted:
        raise InputError(
            "metrics, none of which counts a session's tokens",
            hint="export traces or logs",
            file=log_file.label,
        )


def _calls(export: Mapping[str, Any], spans: SpanTree, log: Log, line: int) -> Iterator[Record]:
    for at, (item, resource, scope) in enumerate(items(export, SPANS)):
        yield from spans.add(span_of(item, resource, scope), line, at)
    for item, resource, scope in items(export, LOGS):
        yield from events.calls_in(record_of(item, resource, scope), log, line)


def _counters(export: Mapping[str, Any], log: Log, line: int) -> Iterator[Record]:
    for item, resource, _ in items(export, METRICS):
        yield from counter_calls(item, resource, log, line)


READER: Final = Reader(
    "otlp",
    "OpenTelemetry in OTLP/JSON: traces, log events, token counters of agents",
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
    order=50,
    where="the collector's file exporter, Tempo",
)
