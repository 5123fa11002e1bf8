"""Exports of observability tools: cells that hold JSON, spans, and spans that repeat sums."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tokencost_profiles.calls.call import Call, Link, Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.providers.usage_fields.usage_format import amount, objects


def parse_json_text(value: Any) -> Any:
    """Return a value; a text that holds a JSON object or list is decoded."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def json_mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, also one written as JSON text; an empty one for anything else."""
    parsed = parse_json_text(value)
    return parsed if isinstance(parsed, Mapping) else {}


def header_of(log_file: Input) -> frozenset[str]:
    """Return the column names of a CSV or Parquet file; an empty set for other files."""
    if log_file.is_parquet:
        return log_file.parquet_columns
    if log_file.head[:1] in (b"{", b"[") or b"\0" in log_file.head:
        return frozenset()
    line = log_file.text.partition("\n")[0]
    return frozenset(name.strip().strip('"') for name in line.strip().split(","))


def first_rows(log_file: Input, *listing: str) -> Iterator[Mapping[str, Any]]:
    """Yield the first objects of a JSON file: its rows, or those of the list inside."""
    if log_file.is_lines and not log_file.is_document:
        yield from log_file.objects
    elif log_file.head.lstrip()[:1] in (b"{", b"["):
        yield from document_rows(log_file.document, *listing)


def document_rows(document: Any, *listing: str) -> list[Mapping[str, Any]]:
    """Return the rows of a document: a list, one under a name, or the document itself."""
    if isinstance(document, Mapping):
        for name in listing:
            if isinstance(document.get(name), list):
                return objects(document[name])
        return [document]
    return objects(document)


def seconds(value: Any) -> float | None:
    """Return a length of time, written as a number or as text."""
    duration = amount(value)
    return float(duration) if duration is not None and 0 <= duration < 10**7 else None


def duration_between(begun: float | None, ended: float | None) -> float | None:
    """Return the time between two moments, where both are known and in order."""
    return ended - begun if begun is not None and ended is not None and ended >= begun else None


def drop_sums(calls: Iterable[tuple[Call, str | None]], log: Log) -> Iterator[Record]:
    """Yield the calls with no reporting call below them, and links for the others.

    `calls` are (call, its parent). For tools that write sums or estimates on the spans around a
    call: the innermost span is right. A call may report only its cost.
    """
    pairs = list(calls)
    parents = {call.span: parent for call, parent in pairs}
    above: set[str | None] = set()
    for call, parent in pairs:
        seen: set[str | None] = set()
        while _reports(call) and parent is not None and parent not in seen:
            seen.add(parent)
            above.add(parent)
            parent = parents.get(parent)
    for call, parent in pairs:
        if not _reports(call) or call.span in above:
            log.audit.rolled_up += _reports(call)
            if call.trace and call.span and parent:
                yield Link(call.trace, call.span, parent)
        else:
            yield call


def _reports(call: Call) -> bool:
    """Whether a call reports usage or cost."""
    return call.usage is not None or bool(call.cost)
