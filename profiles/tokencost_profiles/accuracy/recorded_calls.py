"""Recorded calls: rows of `request` and what the provider billed for it, one JSON object a line.

docs/accuracy.md lists the fields of a row. Fields that are not known are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_pricing.units import PROMPT_UNITS
from tokencost_profiles.accuracy.compare_counts import Sample
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, Block, Message, Request, Text, ToolCall
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import rows
from tokencost_profiles.providers import requests
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import text
from tokencost_profiles.tokens.logged_requests import APIS

# How an answer ends that was cut off: its tokens are not those of its text.
_CUT_OFF: Final = ("length", "max_tokens", "MAX_TOKENS")
_OUTPUT_UNITS: Final = ("output", "output_audio", "output_image")
_NO_DAY: Final = date(2026, 3, 15)


class RecordedCall(NamedTuple):
    """A row as it was read. `sample` is None where the row cannot be counted."""

    group: str
    sample: Sample | None


def is_recorded(row: Mapping[str, Any]) -> bool:
    """Whether a row is a recorded call: a request, and the usage that was billed for it."""
    return isinstance(row.get("request"), dict) and (
        isinstance(row.get("usage"), dict) or isinstance(row.get("input_tokens"), int)
    )


def recorded_calls(
    log_file: Input, log: Log, wanted: Callable[[Call], bool]
) -> Iterator[RecordedCall]:
    """Yield the wanted calls of a file, calls of one group once.

    Rows marked `skip` give no sample, nor do rows whose request is of no known API.
    """
    seen: set[str] = set()
    for number, row in rows(log_file, log):
        if not isinstance(row, dict) or not is_recorded(row):
            log.skip(number, "not a recorded call")
            continue
        group = _group(row)
        if group in seen or not wanted(_call(row, log.label)):
            continue
        call = RecordedCall(group, None if row.get("skip") else _sample(row))
        if call.sample is not None:
            seen.add(group)
        yield call


def _group(row: Mapping[str, Any]) -> str:
    """Return the key of calls with the same content: the group of the row, else a hash."""
    if row.get("group") is not None:
        return str(row["group"])
    content = (row.get("model"), row.get("provider"), row["request"])
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def _call(row: Mapping[str, Any], file: str) -> Call:
    """Return the fields of a row that conditions may name, as a call."""
    return Call(
        reader="recorded",
        file=file,
        provider=text(row.get("provider")),
        api=text(row.get("api")),
        model=_model(row),
        at=moment(row.get("recorded")),
        usage={},
    )


def _sample(row: Mapping[str, Any]) -> Sample | None:
    usage = _usage(row)
    billed = _count(row, "input_tokens", sum(usage.get(unit, 0) for unit in PROMPT_UNITS))
    request, model = _request(row), _model(row)
    if request is None or model is None or not billed:
        return None
    recorded = str(row.get("recorded") or "")[:10]
    answer, answered = _answer(row, request, usage)
    return Sample(
        name=str(row.get("id")),
        provider=text(row.get("provider")) or "",
        api=text(row.get("api")) or request.api,
        model=model,
        day=date.fromisoformat(recorded) if recorded else _NO_DAY,
        request=request,
        billed=billed,
        group=str(row.get("repo")),
        answer=answer,
        answered=answered,
        answered_by=text(row.get("response_model")),
    )


def _model(row: Mapping[str, Any]) -> str | None:
    return text(row.get("model")) or text(row["request"].get("model"))


def _usage(row: Mapping[str, Any]) -> Mapping[str, int]:
    """Return the units of the usage object, as its provider means them."""
    reading = read_usage(row.get("usage"), text(row.get("provider")))
    return reading.usage if reading is not None else {}


def _count(row: Mapping[str, Any], name: str, otherwise: int) -> int:
    stated = row.get(name)
    return stated if isinstance(stated, int) else otherwise


def _request(row: Mapping[str, Any]) -> Request | None:
    body = row["request"]
    wanted = APIS.get(str(row.get("api")))
    for api in requests.request_formats():
        if api.name == wanted and api.recognises(body):
            return _streamed(api.read(body), row)
    return requests.read(body)


def _streamed(request: Request, row: Mapping[str, Any]) -> Request:
    """Return a request with the mark of a streamed call, where only the address tells."""
    if request.api != "gemini" or row.get("stream") is not True:
        return request
    return msgspec.structs.replace(request, options={**request.options, "streamed": True})


def _answer(
    row: Mapping[str, Any], request: Request, usage: Mapping[str, int]
) -> tuple[Request | None, int | None]:
    """Return the known answer as a request, and its tokens less reasoning."""
    output = _count(row, "output_tokens", sum(usage.get(unit, 0) for unit in _OUTPUT_UNITS))
    reasoning = _count(row, "reasoning_tokens", usage.get("reasoning", 0))
    finish = row.get("finish")
    cut_off = any(
        reason in _CUT_OFF for reason in (finish if isinstance(finish, list) else [finish])
    )
    if not output or reasoning or row.get("output_reasoning") or cut_off:
        return None, None
    blocks: list[Block] = []
    if isinstance(row.get("output_text"), str) and row["output_text"]:
        blocks.append(Text(row["output_text"]))
    for call in row.get("output_tool_calls") or ():
        if isinstance(call, dict):
            blocks.append(ToolCall(str(call.get("name")), _arguments(call)))
    if not blocks:
        return None, None
    answer = Request(
        api=request.api,
        messages=(Message(ASSISTANT, tuple(blocks)),),
        tools=request.tools,
        choice=request.choice,
        schema=request.schema,
    )
    return answer, output


def _arguments(call: Mapping[str, Any]) -> Any:
    return next((call[name] for name in ("arguments", "input", "args") if name in call), "{}")
