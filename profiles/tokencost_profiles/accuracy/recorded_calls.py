"""Recorded calls: rows of `request` and what the provider billed for it, one JSON object a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from tokencost_profiles.accuracy.compare_counts import Sample
from tokencost_profiles.accuracy.logged_requests import APIS
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import (
    ASSISTANT,
    USER,
    Block,
    Message,
    Request,
    Text,
    ToolCall,
)
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.log_format import rows
from tokencost_profiles.providers import requests
from tokencost_profiles.providers.usage_fields.usage_format import text

# Where what was billed is not, or not only, what stands in the body.
LEFT_OUT: Final = frozenset(
    {
        "remote-state",
        "remote-media",
        "builtin-tools",
        "server-output",
        "pro-mode",
        "opaque-blobs",
        "placeholder-in-body",
        "count-only",
    }
)


def is_recorded(row: Mapping[str, Any]) -> bool:
    """Whether a row is a recorded call."""
    return isinstance(row.get("request"), dict) and "input_tokens" in row and "loose_key" in row


def samples_of(log_file: Input, log: Log, wanted: Callable[[Call], bool]) -> Iterator[Sample]:
    """Yield the samples of a file, calls with the same content once, unsure ones left out."""
    seen: set[str] = set()
    for number, row in rows(log_file, log):
        if not isinstance(row, dict) or not is_recorded(row):
            log.skip(number, "not a recorded call")
            continue
        if LEFT_OUT & set(row.get("flags") or ()) or row["loose_key"] in seen:
            continue
        if not wanted(_call(row, log.label)):
            continue
        sample = _sample(row)
        if sample is not None:
            seen.add(row["loose_key"])
            yield sample


def _call(row: Mapping[str, Any], file: str) -> Call:
    """Return what conditions can be asked of a row."""
    return Call(
        reader="recorded",
        file=file,
        provider=text(row.get("provider")),
        api=text(row.get("api")),
        model=text(row.get("model")),
        at=moment(row.get("recorded")),
        usage={},
    )


def _sample(row: Mapping[str, Any]) -> Sample | None:
    billed = row.get("input_tokens")
    request = _request(row)
    if request is None or not isinstance(billed, int) or billed <= 0:
        return None
    recorded = str(row.get("recorded") or "")[:10]
    answer, answered = _answer(row)
    return Sample(
        name=str(row.get("id")),
        provider=str(row.get("provider")),
        api=str(row.get("api")),
        model=str(row.get("model")),
        day=date.fromisoformat(recorded) if recorded else date(2026, 1, 1),
        request=request,
        billed=billed,
        group=str(row.get("repo")),
        answer=answer,
        answered=answered,
    )


def _request(row: Mapping[str, Any]) -> Request | None:
    body = row["request"]
    wanted = APIS.get(str(row.get("api")))
    for api in requests.apis():
        if api.name == wanted and api.recognises(body):
            return api.read(body)
    return requests.read(body)


def _answer(row: Mapping[str, Any]) -> tuple[Request | None, int | None]:
    """Return the known answer as a request, and its tokens without reasoning."""
    output = row.get("output_tokens")
    if not isinstance(output, int) or row.get("finish") in ("length", "max_tokens", "MAX_TOKENS"):
        return None, None
    if row.get("reasoning_tokens") or row.get("output_reasoning"):
        return None, None
    blocks: list[Block] = []
    if isinstance(row.get("output_text"), str) and row["output_text"]:
        blocks.append(Text(row["output_text"]))
    for call in row.get("output_tool_calls") or ():
        if isinstance(call, dict):
            blocks.append(ToolCall(str(call.get("name")), _arguments(call)))
    if not blocks:
        return None, None
    request = _request(row)
    api = request.api if request is not None else "text"
    message = Message(ASSISTANT if blocks else USER, tuple(blocks))
    if request is None:
        return Request(api=api, messages=(message,)), output
    answer = Request(
        api=api,
        messages=(message,),
        tools=request.tools,
        choice=request.choice,
        schema=request.schema,
    )
    return answer, output


def _arguments(call: Mapping[str, Any]) -> Any:
    for name in ("arguments", "input", "args"):
        if name in call:
            return call[name]
    return msgspec.json.encode({}).decode()
