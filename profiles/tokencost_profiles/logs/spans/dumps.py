"""Spans and log records as exporters and platforms dump them: `span_of` takes any shape.

Python's SDK writes `context.trace_id` and ISO times, JavaScript's `spanContext` and times as a pair
of seconds and nanoseconds; Phoenix and Logfire write rows whose columns are named with dots.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.spans.otlp_values import attributes_of
from tokencost_profiles.logs.spans.span import (
    Span,
    any_text,
    flatten_attributes,
    id_of,
    parse_json,
    seconds,
)
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_TRACE: Final = ("trace_id", "traceId", "context.trace_id", "traceID")
_SPAN: Final = ("span_id", "spanId", "context.span_id", "spanID")
_PARENT: Final = ("parent_id", "parent_span_id", "parentSpanId", "parentId", "parent_spanId")
_START: Final = (
    "start_time",
    "startTime",
    "start_timestamp",
    "start_time_unix_nano",
    "startTimeUnixNano",
    "hrTime",
    "timestamp",
    "created_at",
)
_END: Final = ("end_time", "endTime", "end_timestamp", "end_time_unix_nano", "endTimeUnixNano")
_NAMES: Final = ("name", "span_name", "operationName")
_COLUMN: Final = "attributes."
_RECORD: Final = ("body", "severity_number", "severityNumber", "hrTimeObserved")
_FAILED: Final = ("2", "error", "status_code_error", "statuscode.error")


def is_span(row: Any) -> bool:
    """Whether an object is a span: it has a trace, an id and attributes."""
    if not isinstance(row, Mapping) or any(key in row for key in _RECORD):
        return False
    context = _context(row)
    trace = any_text(context, *_TRACE) or any_text(row, *_TRACE)
    span = any_text(context, *_SPAN) or any_text(row, *_SPAN) or _plain_id(row)
    return bool(trace and span and _has_attributes(row))


def is_record(row: Any) -> bool:
    """Whether an object is a log record of an SDK, with an event."""
    return (
        isinstance(row, Mapping)
        and any(key in row for key in _RECORD)
        and isinstance(row.get("attributes"), Mapping)
        and ("hrTime" in row or "timestamp" in row or "observed_timestamp" in row)
    )


def _context(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return first_mapping(row, "context", "spanContext", "_spanContext")


def _plain_id(row: Mapping[str, Any]) -> str | None:
    """Return the id that JavaScript's console exporter and Zipkin call `id`."""
    named = "duration" in row and ("attributes" in row or "tags" in row)
    return any_text(row, "id") if named else None


def _has_attributes(row: Mapping[str, Any]) -> bool:
    if any(isinstance(key, str) and key.startswith(_COLUMN) for key in row):
        return True
    return any(
        isinstance(parse_json(row.get(key)), (Mapping, list)) for key in ("attributes", "tags")
    )


def span_of(row: Mapping[str, Any]) -> Span:
    """Return the span, or the log record, that an object is."""
    context = _context(row)
    start = _first_time(row, _START)
    is_event = is_record(row)
    attributes = _attributes(row)
    return Span(
        name=(any_text(attributes, "event.name") if is_event else None)
        or any_text(row, *_NAMES)
        or (text(row.get("body")) or "" if is_event else ""),
        trace=id_of(any_text(context, *_TRACE) or any_text(row, *_TRACE)),
        span=id_of(any_text(context, *_SPAN) or any_text(row, *_SPAN) or _plain_id(row)),
        parent=_parent(row),
        start=start,
        end=_end(row, start),
        attributes=attributes,
        resource=_resource(row),
        events=_events(row),
        scope=_scope(row),
        failed=_has_failed(row),
        is_event=is_event,
    )


def _parent(row: Mapping[str, Any]) -> str | None:
    parent = id_of(any_text(row, *_PARENT))
    if parent is None:
        parent = id_of(any_text(first_mapping(row, "parentSpanContext", "parent"), *_SPAN))
    references = row.get("references")
    if parent is None and isinstance(references, list):
        for reference in references:
            if isinstance(reference, Mapping) and reference.get("refType") == "CHILD_OF":
                return id_of(any_text(reference, *_SPAN))
    return parent


def _attributes(row: Mapping[str, Any]) -> dict[str, Any]:
    stored = parse_json(row.get("attributes", row.get("tags")))
    attributes = attributes_of(stored) if isinstance(stored, list) else flatten_attributes(stored)
    columns = {
        key.removeprefix(_COLUMN): value
        for key, value in row.items()
        if isinstance(key, str) and key.startswith(_COLUMN) and value is not None
    }
    return {**attributes, **flatten_attributes(columns)} if columns else attributes


def _resource(row: Mapping[str, Any]) -> dict[str, Any]:
    service = any_text(row, "service_name", "serviceName")
    attributes = _resource_attributes(first_mapping(row, "resource")) or flatten_attributes(
        parse_json(row.get("otel_resource_attributes"))
    )
    return {"service.name": service, **attributes} if service else attributes


def _resource_attributes(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a resource. Dumps of JavaScript's SDK may hold pairs."""
    for key in ("attributes", "_attributes", "_rawAttributes"):
        attributes = resource.get(key)
        if isinstance(attributes, list) and attributes and isinstance(attributes[0], list):
            return {str(pair[0]): pair[1] for pair in attributes if _is_pair(pair)}
        if attributes:
            return attributes_of(attributes)
    return {}


def _scope(row: Mapping[str, Any]) -> str:
    scope = first_mapping(
        row,
        "instrumentationScope",
        "instrumentationLibrary",
        "instrumentation_scope",
        "instrumentation_info",
        "scope",
    )
    return any_text(scope, "name") or any_text(row, "otel_scope_name", "scope_name") or ""


def _events(row: Mapping[str, Any]) -> tuple[tuple[str, float | None, dict[str, Any]], ...]:
    listed = parse_json(row.get("events", row.get("otel_events")))
    return tuple(
        (
            any_text(event, "name", "event_name") or "",
            _first_time(event, ("timestamp", "time", "event_timestamp", "time_unix_nano")),
            flatten_attributes(event.get("attributes")),
        )
        for event in (listed if isinstance(listed, list) else ())
        if isinstance(event, Mapping)
    )


def _first_time(row: Mapping[str, Any], keys: tuple[str, ...]) -> float | None:
    return next((at for key in keys if (at := _time(row.get(key))) is not None), None)


def _time(value: Any) -> float | None:
    """Return UTC seconds; JavaScript's SDK writes a pair of seconds and nanoseconds."""
    if isinstance(value, list):
        if not _is_pair(value) or not all(isinstance(part, (int, float)) for part in value):
            return None
        base = moment(value[0])
        return None if base is None else base + value[1] / 1e9
    return moment(value)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _end(row: Mapping[str, Any], start: float | None) -> float | None:
    end = _first_time(row, _END)
    duration = row.get("duration")
    if end is not None or start is None:
        return end
    if isinstance(duration, list):
        numbers = [seconds(part) for part in duration]
        return start + (numbers[0] or 0) + (numbers[1] or 0) / 1e9 if len(numbers) == 2 else None
    length = seconds(duration)
    if length is None:
        return None
    return start + (length if "start_timestamp" in row else length / 1e6)  # Logfire: seconds


def _has_failed(row: Mapping[str, Any]) -> bool:
    status = first_mapping(row, "status")
    code = any_text(status, "code", "status_code") or any_text(
        row, "status_code", "otel_status_code"
    )
    return code is not None and code.strip().lower() in _FAILED
