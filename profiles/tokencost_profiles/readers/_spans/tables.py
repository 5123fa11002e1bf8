"""Spans in tables and in wrappings: rows, columns, traces that list their spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.meters.base import inner
from tokencost_profiles.readers._spans.base import any_text
from tokencost_profiles.readers._spans.dumps import is_record, is_span

_DEEPEST: Final = 4
_KEYS: Final = ("context.trace_id", "trace_id", "traceId")


def rows_in(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the spans and log records in a value, however they are wrapped."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from rows_in(item, depth + 1)
    elif isinstance(value, Mapping):
        if is_span(value) or is_record(value):
            yield value
            return
        table = list(_rows_of_columns(value))
        if table:
            yield from (row for row in table if is_span(row))
            return
        processes = value.get("processes")
        for inside in value.values():
            if isinstance(inside, (list, Mapping)):
                for row in rows_in(inside, depth + 1):
                    yield _with_process(row, processes)


def _rows_of_columns(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that is written column by column."""
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(data, list):
        yield from (
            dict(zip(map(str, columns), row, strict=False)) for row in data if isinstance(row, list)
        )
    elif isinstance(columns, list):
        named = {str(c["name"]): c.get("values") for c in columns
                 if isinstance(c, Mapping) and "name" in c}  # fmt: skip
        yield from _transposed({name: dict(enumerate(values)) for name, values in named.items()
                                if isinstance(values, list)})  # fmt: skip
    elif any(isinstance(value.get(key), Mapping) for key in _KEYS):
        yield from _transposed(
            {name: cells for name, cells in value.items() if isinstance(cells, Mapping)}
        )


def _transposed(columns: Mapping[str, Mapping[Any, Any]]) -> Iterator[dict[str, Any]]:
    places = dict.fromkeys(place for cells in columns.values() for place in cells)
    for place in places:
        yield {name: cells[place] for name, cells in columns.items() if place in cells}


def _with_process(row: Mapping[str, Any], processes: Any) -> Mapping[str, Any]:
    """Give a span of Jaeger what its process tells."""
    process = inner(processes, any_text(row, "processID") or "")
    if not process:
        return row
    return {
        **row,
        "resource": {"attributes": process.get("tags")},
        "service_name": process.get("serviceName"),
    }
