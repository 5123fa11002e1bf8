"""OTLP's JSON form: spans and log records out of an export request, values out of their wrappings.

Names are in camel case by the standard and in snake case from other exporters; ids are hex by the
standard and base64 where bytes were written as protobuf's JSON has them; integers are text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.spans.span import Span, flatten_attributes, id_of
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

SPANS: Final = ("resourceSpans", "resource_spans", "batches")
LOGS: Final = ("resourceLogs", "resource_logs")
METRICS: Final = ("resourceMetrics", "resource_metrics")
SIGNALS: Final = (*SPANS, *LOGS, *METRICS)
_SCOPES: Final = (
    "scopeSpans",
    "scope_spans",
    "instrumentationLibrarySpans",
    "scopeLogs",
    "scope_logs",
    "instrumentationLibraryLogs",
    "scopeMetrics",
    "scope_metrics",
)
_ITEMS: Final = ("spans", "logRecords", "log_records", "logs", "metrics")
_DEEPEST: Final = 12
_FAILED: Final = (2, "2", "STATUS_CODE_ERROR", "ERROR", "Error", "error")


def exports_in(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the export requests in a value: itself, those of a list, or one inside it."""
    if depth > 3:
        return
    if isinstance(value, list):
        for item in value:
            yield from exports_in(item, depth + 1)
    elif isinstance(value, Mapping):
        if any(isinstance(value.get(key), list) for key in SIGNALS):
            yield value
        else:
            for inside in value.values():
                if isinstance(inside, (Mapping, list)):
                    yield from exports_in(inside, depth + 1)


def items(
    export: Mapping[str, Any], signals: tuple[str, ...]
) -> Iterator[tuple[Mapping[str, Any], dict[str, Any], str]]:
    """Yield (span, record or metric, attributes of the resource, scope) of an export request."""
    for signal in signals:
        for group in _objects(export.get(signal)):
            shared = attributes_of(first_mapping(group, "resource").get("attributes"))
            for scope_key in _SCOPES:
                for part in _objects(group.get(scope_key)):
                    name = text(first_mapping(part, "scope", "instrumentationLibrary").get("name"))
                    for item_key in _ITEMS:
                        for item in _objects(part.get(item_key)):
                            yield item, shared, name or ""


def span_of(item: Mapping[str, Any], resource: Mapping[str, Any], scope: str) -> Span:
    """Return a span of OTLP."""
    return Span(
        name=str(item.get("name") or ""),
        trace=id_of(_get(item, "traceId")),
        span=id_of(_get(item, "spanId")),
        parent=id_of(_get(item, "parentSpanId")),
        start=moment(_get(item, "startTimeUnixNano")),
        end=moment(_get(item, "endTimeUnixNano")),
        attributes=attributes_of(item.get("attributes")),
        resource=resource,
        events=tuple(_event(event) for event in _objects(item.get("events"))),
        scope=scope,
        failed=first_mapping(item, "status").get("code") in _FAILED,
    )


def record_of(item: Mapping[str, Any], resource: Mapping[str, Any], scope: str) -> Span:
    """Return a log record as an event."""
    attributes = attributes_of(item.get("attributes"))
    body = value_of(item.get("body"))
    if isinstance(body, Mapping):
        attributes = {**flatten_attributes(body), **attributes}
    name = (
        text(_get(item, "eventName"))
        or text(attributes.get("event.name"))
        or (body if isinstance(body, str) else "")
    )
    at = moment(_get(item, "timeUnixNano")) or moment(_get(item, "observedTimeUnixNano"))
    return Span(
        name=name,
        trace=id_of(_get(item, "traceId")),
        span=id_of(_get(item, "spanId")),
        parent=None,
        start=at,
        end=at,
        attributes=attributes,
        resource=resource,
        scope=scope,
        is_event=True,
    )


def _event(event: Mapping[str, Any]) -> tuple[str, float | None, dict[str, Any]]:
    name = str(event.get("name") or "")
    return name, moment(_get(event, "timeUnixNano")), attributes_of(event.get("attributes"))


def attributes_of(listed: Any) -> dict[str, Any]:
    """Return attributes by name, from a list of pairs or from a plain object."""
    if isinstance(listed, Mapping):
        return flatten_attributes({key: value_of(value) for key, value in listed.items()})
    return flatten_attributes(
        {
            str(entry["key"]): value_of(entry.get("value"))
            for entry in _objects(listed)
            if "key" in entry
        }
    )


def value_of(value: Any, depth: int = 0) -> Any:
    """Return the content of a wrapped value; a value that is not wrapped as it is."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return value
    if "stringValue" in value:
        return value["stringValue"]
    for key, inside in value.items():
        kind = key.replace("_", "").lower()
        if kind == "intvalue":
            return int(inside) if isinstance(inside, str) and _is_integer(inside) else inside
        if kind in ("stringvalue", "doublevalue", "boolvalue", "bytesvalue"):
            return inside
        if kind == "arrayvalue":
            values = inside.get("values") if isinstance(inside, Mapping) else inside
            return [value_of(item, depth + 1) for item in values or ()] if _lists(values) else []
        if kind == "kvlistvalue":
            values = inside.get("values") if isinstance(inside, Mapping) else inside
            return {
                str(entry.get("key")): value_of(entry.get("value"), depth + 1)
                for entry in _objects(values)
            }
    return dict(value)


def _lists(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _is_integer(written: str) -> bool:
    return len(written) < 20 and written.lstrip("-").isdecimal()


def _get(item: Mapping[str, Any], key: str) -> Any:
    """Return a field by its name in camel case or in snake case."""
    if key in item:
        return item[key]
    return item.get("".join(f"_{c.lower()}" if c.isupper() else c for c in key))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
