"""Rows of batch output files: a response body, with keys around it that mark it as a batch's.

A batch costs half, and its response bodies look like any other: only the row marks them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call

_GEMINI: Final = frozenset({"key", "response", "error", "metadata", "status"})
# Keys that only rows and objects of batches have (OpenAI and who writes alike, Anthropic, xAI).
_MARKS: Final = ("custom_id", "batch_request_id", "inlinedResponses", "inlined_responses")
# Where a table that was exported from a batch holds an answer as text.
_TEXTS: Final = ("response", "modelOutput", "body")


def mark_batch(call: Call, above: tuple[Any, ...]) -> None:
    """Note that a call is of a batch, and who ran it, where what is around its answer shows so."""
    for outer in above:
        if isinstance(outer, Mapping) and is_batch(outer):
            call.batch = True
            call.provider = _host(outer) or call.provider
    if call.service_tier == "batch":
        call.batch = True


def is_batch(outer: Mapping[str, Any]) -> bool:
    """Whether an object is a row of a batch's output, or a batch that holds its answers."""
    if outer.get("object") == "batch" or any(mark in outer for mark in _MARKS):
        return True
    return _is_gemini(outer) or _is_vertex(outer) or _is_bedrock(outer)


def parse_answers(row: Any) -> Any:
    """Return rows of a batch with the answers in them that are written as text."""
    if isinstance(row, list):
        return [parse_answers(item) if isinstance(item, dict) else item for item in row]
    if not isinstance(row, dict) or not is_batch(row):
        return row
    parsed = dict(row)
    for key in _TEXTS:
        value = row.get(key)
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            try:
                parsed[key] = json.loads(value)
            except (ValueError, RecursionError):
                continue
    return parsed


def _is_gemini(outer: Mapping[str, Any]) -> bool:
    """Whether this is a row of the Gemini API's output file, or one of its inlined responses."""
    if "response" not in outer or not outer.keys() <= _GEMINI:
        return False
    metadata = outer.get("metadata")
    return isinstance(outer.get("key"), str) or (
        isinstance(metadata, Mapping) and "key" in metadata
    )


def _is_vertex(outer: Mapping[str, Any]) -> bool:
    return "processed_time" in outer and "response" in outer


def _is_bedrock(outer: Mapping[str, Any]) -> bool:
    return "recordId" in outer and ("modelOutput" in outer or "modelInput" in outer)


def _host(outer: Mapping[str, Any]) -> str | None:
    if _is_bedrock(outer):
        return "bedrock"
    return "vertex" if _is_vertex(outer) else None
