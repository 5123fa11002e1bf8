"""Spans in tables, trees and traces that list their spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.logs.formats.otel_spans.nested_spans import (
    ROOTS,
    children_of,
    has_span_identity,
    is_tree,
    spans_in,
)
from tokencost_profiles.logs.spans.dumps import is_record, is_span
from tokencost_profiles.logs.spans.span import any_text
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects

_DEEPEST: Final = 4
_KEYS: Final = ("context.trace_id", "trace_id", "traceId")


def rows_in(value: Any, depth: int = 0, trace: str | None = None) -> Iterator[Mapping[str, Any]]:
    """Yield the spans and log records in a value, however they are wrapped.

    `trace`: the trace id of an object around the value.
    """
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from rows_in(item, depth + 1, trace)
    elif isinstance(value, Mapping):
        below = children_of(value)
        named = any_text(value, *_KEYS) or trace
        if is_span(value) or is_record(value):
            yield from spans_in(value, trace) if below else (value,)
        elif is_tree(value) or (trace is not None and has_span_identity(value)):
            yield from spans_in(value, named)
        else:
            yield from _wrapped_spans(value, depth, named)


def _wrapped_spans(
    value: Mapping[str, Any], depth: int, trace: str | None
) -> Iterator[Mapping[str, Any]]:
    """Yield the spans in an object that is none itself."""
    table = list(_rows_of_columns(value))
    if table:
        yield from (row for row in table if is_span(row))
        return
    processes = value.get("processes")
    for name, inside in value.items():
        if name in ROOTS:
            for root in objects(inside if isinstance(inside, list) else [inside]):
                yield from spans_in(root, trace)
        elif isinstance(inside, (list, Mapping)):
            for row in rows_in(inside, depth + 1, trace):
                yield _add_process(row, processes)


def _rows_of_columns(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that is written column by column."""
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(data, list):
        yield from (
            dict(zip(map(str, columns), row, strict=False)) for row in data if isinstance(row, list)
        )
    elif isinstance(columns, list):
        named = {
            str(c["name"]): c.get("values")
            for c in columns
            if isinstance(c, Mapping) and "name" in c
        }
        yield from _transpose(
            {
                name: dict(enumerate(values))
                for name, values in named.items()
                if isinstance(values, list)
            }
        )
    elif any(isinstance(value.get(key), Mapping) for key in _KEYS):
        yield from _transpose(
            {name: cells for name, cells in value.items() if isinstance(cells, Mapping)}
        )


def _transpose(columns: Mapping[str, Mapping[Any, Any]]) -> Iterator[dict[str, Any]]:
    places = dict.fromkeys(place for cells in columns.values() for place in cells)
    for place in places:
        yield {name: cells[place] for name, cells in columns.items() if place in cells}


def _add_process(row: Mapping[str, Any], processes: Any) -> Mapping[str, Any]:
    """Return a span of Jaeger with the resource of its process."""
    process = first_mapping(processes, any_text(row, "processID") or "")
    if not process:
        return row
    return {
        **row,
        "resource": {"attributes": process.get("tags")},
        "service_name": process.get("serviceName"),
    }
