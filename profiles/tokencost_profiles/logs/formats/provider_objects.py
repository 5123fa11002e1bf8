"""Responses of provider APIs: alone, in arrays, JSON lines, streams, beside their request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import ERROR, Call, Record
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.batch_rows import mark_batch, parse_answers
from tokencost_profiles.logs.common.log_format import Reader, decoded, rows, set_location
from tokencost_profiles.logs.common.logged_cost import apply_cost
from tokencost_profiles.logs.common.model_names import billed_model
from tokencost_profiles.logs.common.plain_pairs import TIMES
from tokencost_profiles.logs.common.plain_rows import PlainRows
from tokencost_profiles.logs.http.hosts import address
from tokencost_profiles.logs.http.pairs import address_near, headers_near, request_near
from tokencost_profiles.logs.http.response_objects import response_objects
from tokencost_profiles.logs.http.routes import apply_route
from tokencost_profiles.providers import requests, responses
from tokencost_profiles.providers.answers.requested import apply_request
from tokencost_profiles.providers.answers.response_format import SPEECH
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.stream_runs import is_chunk, is_continuation
from tokencost_profiles.providers.streams import assemble, is_event, sse_events
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_REQUESTS: Final = ("request", "body", "params", "input", "request_body", "requestBody")


def _recognises(log_file: Input) -> bool:
    head = log_file.text.lstrip()
    if head.startswith(("data:", "event:", ":")):
        return '"' in head
    if log_file.is_lines and not log_file.is_document:
        return any(is_event(row) or _holds_response(row) for row in log_file.rows)
    if head[:1] not in ("{", "["):
        return False
    try:
        return _holds_response(log_file.document) or _has_events(log_file.document)
    except InputError:
        return head.count("\n}") > 1 and any(True for _ in _concatenated_values(log_file.text))


def _holds_response(value: Any) -> bool:
    return next(response_objects(parse_answers(value)), None) is not None


def _has_events(value: Any) -> bool:
    return isinstance(value, list) and any(is_event(item) for item in value[:5])


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    head = log_file.text.lstrip()
    if head.startswith(("data:", "event:", ":")):
        yield from _stream_calls(_sse(log_file, log), log)
    elif log_file.is_document:
        try:
            document = log_file.document
        except InputError:
            yield from _calls_in_value([*_concatenated_values(_file_text(log_file))], 1, log)
            return
        log.row()
        yield from _calls_in_value(document, 1, log)
    elif any(is_event(row) for row in log_file.rows):
        yield from _stream_calls((value for _, value in rows(log_file, log)), log)
    elif log.plain is not None:
        plain = PlainRows(log_file, log, _calls_in_row)
        try:
            yield from _calls_in_rows(decoded(plain.others(), log), log, plain.run)
        finally:
            plain.take()
    else:
        yield from _calls_in_rows(rows(log_file, log), log)


def _calls_in_row(number: int, value: Any, log: Log) -> Iterator[Call]:
    return _calls_in_rows([(number, value)], log)


def _file_text(log_file: Input) -> str:
    with log_file.open() as file:
        return file.read().decode("utf-8", "replace")


def _sse(log_file: Input, log: Log) -> Iterator[Any]:
    lines = _file_text(log_file).split("\n")
    for at, event in enumerate(sse_events(lines), 1):
        log.row()
        try:
            yield json.loads(event)
        except (ValueError, RecursionError):
            log.skip(at, "an event that is not JSON")


def _stream_calls(events: Any, log: Log) -> Iterator[Call]:
    for at, response in enumerate(assemble(events)):
        for call in responses.read(response, text=log.text):
            if call.key is None and at:
                call.key = f"{log.label}:1#{at}"
            yield set_location(call, log, 1)


_Answer = tuple[dict[str, Any], tuple[Any, ...]]  # a response, and the objects around it


def _calls_in_rows(
    values: Iterable[tuple[int, Any]], log: Log, open_run: list[_Answer] | None = None
) -> Iterator[Call]:
    """Yield the calls of rows; rows that are chunks of one answer that has no id are one call.

    `open_run`: holds the chunks so far, whenever the next row is asked for.
    """
    run: list[_Answer] = [] if open_run is None else open_run
    begun = 0
    for number, value in values:
        if _has_events(value):
            yield from _stream_calls(value, log)
            continue
        answers = list(response_objects(parse_answers(value)))
        if not answers and run and isinstance(value, dict) and "usage" in value:
            answers = [(value, ())]  # the end of a stream, with nothing but usage
        if not answers:
            continue
        if run and len(answers) == 1 and is_continuation(run[-1][0], answers[0][0]):
            run += answers
            continue
        yield from _answers([*run], begun, log)
        run.clear()
        begun = number
        if len(answers) == 1 and is_chunk(answers[0][0]):
            run += answers
        else:
            yield from _answers(answers, number, log)
    if not run:
        log.close()
    yield from _answers(run, begun, log)


def _calls_in_value(value: Any, number: int, log: Log) -> Iterator[Call]:
    if _has_events(value):
        yield from _stream_calls(value, log)
    else:
        yield from _answers(list(response_objects(parse_answers(value))), number, log)


def _join_chunks(answers: list[_Answer], log: Log) -> Iterator[_Answer]:
    """Yield answers; chunks that follow each other and are of one answer are that answer."""
    run: list[_Answer] = []
    for answer in answers:
        if run and is_continuation(run[-1][0], answer[0]):
            run.append(answer)
            continue
        yield from _assemble_run(run, log)
        run = [answer] if is_chunk(answer[0]) else []
        if not run:
            yield answer
    yield from _assemble_run(run, log)


def _assemble_run(run: list[_Answer], log: Log) -> Iterator[_Answer]:
    if len(run) < 2:
        yield from run
        return
    log.audit.calls += len(run) - 1
    for response in assemble(chunk for chunk, _ in run):
        yield response, run[-1][1]


def _answers(objects: list[_Answer], number: int, log: Log) -> Iterator[Call]:
    answers = list(_join_chunks(objects, log))
    around = Counter(id(above[-1]) for _, above in answers if above)
    for at, (response, above) in enumerate(answers):
        for call in responses.read(response, text=log.text):
            _complete(call, response, above, log)
            apply_cost(call, response)
            if (
                above and around[id(above[-1])] == 1
            ):  # the cost around several answers is that of all
                apply_cost(call, above[-1])
            set_location(call, log, number)
            if call.key is None and at:
                call.key = f"{log.label}:{number}#{at}"
            yield call


def _complete(call: Call, answer: Any, above: tuple[Any, ...], log: Log) -> None:
    """Set fields that a response lacks from objects around it, its request and its address."""
    mark_batch(call, above)
    request: Mapping[str, Any] | None = None
    for outer in reversed(above):
        if not isinstance(outer, Mapping):
            continue
        if call.at is None:
            call.at = next((at for key in TIMES if (at := moment(outer.get(key)))), None)
        named = first_mapping(outer, *_REQUESTS)
        if named:
            request = named
            _take_request(call, named, log)
        call.model = call.model or text(outer.get("model"))
        call.user = call.user or text(outer.get("user"))
    if request is None:
        request = request_near(above, answer)
        if request is not None:
            _take_request(call, request, log)
    _take_address(call, above, request)
    if call.api == SPEECH and any(isinstance(one, Mapping) and one.get("error") for one in above):
        call.status, call.usage = ERROR, None  # read from its request, whatever came of it


def _take_request(call: Call, request: Mapping[str, Any], log: Log) -> None:
    """Set fields of a call that only its request states."""
    apply_request(call, request)
    asked = text(request.get("model")) or text(request.get("modelId"))
    call.model = billed_model(call.provider, call.model, asked)
    call.user = call.user or text(request.get("user"))
    call.max_output = call.max_output or output_limit(request)
    if log.text and call.parts is None:
        read = requests.read(dict(request))
        call.parts, call.has_request = (request_parts(read), True) if read else (None, False)


def _take_address(call: Call, above: tuple[Any, ...], request: Mapping[str, Any] | None) -> None:
    """Set provider, host, region and model from the address that was called and the headers."""
    url = address_near(above) or ""
    headers = headers_near(above)
    if not url and not headers and call.provider is None:
        return
    place = address(url)
    asked = text(request.get("model")) if request is not None else None
    apply_route(call, place, url, headers=headers, asked=asked)
    if place.provider == "bedrock" and place.model:
        call.model = place.model  # the answer leaves out where it was served
    call.model = call.model or place.model


def _concatenated_values(text_: str) -> Iterator[Any]:
    """Yield JSON values that stand one after another, each over many lines."""
    decoder, at, size = json.JSONDecoder(), 0, len(text_)
    while at < size:
        while at < size and text_[at] in " \t\r\n,":
            at += 1
        if at >= size:
            return
        try:
            value, at = decoder.raw_decode(text_, at)
        except (ValueError, RecursionError):
            return
        yield value


READER: Final = Reader(
    "provider-objects",
    "answers of OpenAI, Anthropic, Gemini, Bedrock, Mistral, Cohere and compatible APIs",
    ("usage", "time", "tools", "text", "cost"),
    _recognises,
    _read,
    order=800,
    is_continued=True,
    has_repeats=True,
    where="recorded API responses, streams, batch results",
)
