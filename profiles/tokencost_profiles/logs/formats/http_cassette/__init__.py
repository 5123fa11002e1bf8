"""Recorded HTTP, by whatever tool: VCR, Betamax, HAR, Polly, Nock, go-vcr, WireMock, Pact, txtar.

The address names the provider, the body is its response: complete, streamed or of a batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import ERROR, Call, Record
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.files.log_file import LARGEST_DOCUMENT, Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.batch_rows import mark_batch
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_cost import apply_header
from tokencost_profiles.logs.common.text_calls import digest
from tokencost_profiles.logs.formats.http_cassette.exchanges import Exchange, exchanges
from tokencost_profiles.logs.formats.http_cassette.text_recordings import (
    is_recording,
    text_exchanges,
)
from tokencost_profiles.logs.formats.http_cassette.yaml_recordings import load_yaml
from tokencost_profiles.logs.http.bodies import form_fields, values_of
from tokencost_profiles.logs.http.hosts import Address, address
from tokencost_profiles.logs.http.response_objects import response_objects
from tokencost_profiles.logs.http.routes import apply_route
from tokencost_profiles.providers import requests, responses
from tokencost_profiles.providers.answers.requested import apply_request
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.streams import assemble, is_event
from tokencost_profiles.providers.usage.bedrock import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import number, text

_YAML: Final = re.compile(r"(?m)^(?:http_)?interactions:|\A(?:---\s*\n)?-\s+request:\s*$")
# YAML of other tools: looked at more closely.
_OTHER_YAML: Final = re.compile(
    r"(?ms)^[ -]*(?:[hH]ttp)?[rR]eq(?:uest)?:.*^[ -]*(?:[hH]ttp)?[rR]es(?:p|ponse)?:"
    r"|^[ -]*when:.*^[ -]*then:"
)
# Keys of JSON recordings, with keys that separate them from other documents.
_KEYS: Final = (
    ("interactions", "request", "response"),
    ("http_interactions", "request", "response"),
    ("log", "entries", "startedDateTime", "request", "response"),
    ("Entries", "RequestUri"),
    ("httpRequest", "httpResponse"),
)
# These are looked at more closely: an answer of a model has to stand in them.
_OTHERS: Final = (
    ("mappings", "request", "response"),
    ("pairs", "request", "response"),
    ("when", "then"),
    ("request", "response", "jsonBody"),
    ("request", "response", "base64Body"),
    ("request", "response", "urlPath"),
    ("request", "response", "urlPathPattern"),
    ("request", "response", "bodyFileName"),
    ("requests", "request", "response", "loggedDate"),
)
_METRICS: Final = "amazon-bedrock-invocationMetrics"
# Of the usage, and of the headers.
_COUNTED: Final = (
    ("input", "input"),
    ("output", "output"),
    ("cacheReadInput", "cache-read-input"),
    ("cacheWriteInput", "cache-write-input"),
)
_HTTP_ERROR: Final = 400
_FOLDERS: Final = ("", "../__files/", "__files/")  # WireMock's folders of bodies


def _recognises(log_file: Input) -> bool:
    head = log_file.text.lstrip("\ufeff \t\r\n")
    if not head.startswith(("{", "[")):
        if is_recording(head):
            return any(_is_answered(one, log_file) for one in text_exchanges(_text(log_file)))
        if _YAML.search(head):
            return "request:" in head and "response" in head
        return bool(_OTHER_YAML.search(head)) and any(
            _is_answered(exchange, log_file) for exchange in _exchanges(log_file)
        )
    if not log_file.is_document:
        return False
    if any(log_file.has(*keys) for keys in _KEYS):
        return True
    if head.startswith("[") and log_file.has("scope", "method", "path", "status", "response"):
        return True
    return any(log_file.has(*keys) for keys in _OTHERS) and any(
        _is_answered(exchange, log_file) for exchange in exchanges(log_file.document)
    )


def _is_answered(exchange: Exchange, log_file: Input) -> bool:
    """Whether what came back is the answer of a model."""
    values = values_of(_body(exchange, log_file), exchange.headers) or []
    return any(is_event(value) or any(True for _ in response_objects(value)) for value in values)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    exports = 0
    any_call = False
    for at, exchange in enumerate(_exchanges(log_file), 1):
        log.row()
        place = address(exchange.url)
        if place.usage_export:
            exports += 1
            continue
        if place.other:
            continue
        name = digest(exchange.method, exchange.url, exchange.at)
        body = _body(exchange, log_file)
        if body is None and exchange.file:
            log.skip(at, "its answer is in a file that is not here")
            continue
        exchange = exchange._replace(body=body)
        for index, call in enumerate(_calls(exchange, place, at, log)):
            any_call = True
            call.key = call.key or f"http:{name}:{at}#{index}"
            yield set_location(call, log, at)
    if exports and not any_call:
        raise InputError(
            "recorded usage exports of a provider (sums by day), not calls",
            hint="give tokencost the logs of the calls themselves",
            file=log_file.label,
        )


def _exchanges(log_file: Input) -> Iterator[Exchange]:
    head = log_file.text.lstrip("\ufeff \t\r\n")
    if head.startswith(("{", "[")):
        yield from exchanges(log_file.document)
    elif is_recording(head):
        yield from text_exchanges(_text(log_file))
    else:
        yield from exchanges(load_yaml(_text(log_file), log_file.label))


def _text(log_file: Input) -> str:
    with log_file.open() as file:
        data = file.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise InputError(
            f"a recording of more than {LARGEST_DOCUMENT >> 20} MB", file=log_file.label
        )
    return data.decode("utf-8-sig", "replace")


def _body(exchange: Exchange, log_file: Input) -> Any:
    """Return the body of an answer, also from a separate file."""
    if exchange.body is not None or not exchange.file:
        return exchange.body
    for folder in _FOLDERS:
        beside = log_file.beside(f"{folder}{exchange.file}")
        if beside is not None:
            return _text(beside)
    return None


def _calls(exchange: Exchange, place: Address, at: int, log: Log) -> Iterator[Call]:
    values = values_of(exchange.body, exchange.headers)
    if values is None:
        log.skip(at, "a body packed in a way that cannot be read")
        return
    sent = next((v for v in values_of(exchange.sent, {}) or () if isinstance(v, dict)), {})
    sent = sent or form_fields(exchange.sent)
    calls = list(_answers(values, place, log))
    if not calls:
        call = _header_call(exchange, values)
        if call is None and place.asks and exchange.method == "POST":
            call = _uncounted_call(exchange, place, sent, values)
        calls = [call] if call is not None else []
    for call in calls:
        _complete(call, exchange, place, sent)
        if log.text and call.parts is None and sent:
            request = requests.read(sent)
            call.parts = request_parts(request) if request else None
            call.has_request = request is not None
        yield call


def _answers(values: list[Any], place: Address, log: Log) -> Iterator[Call]:
    """Yield the calls of a body."""
    chunks = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    streamed = any(is_event(chunk) for chunk in chunks) or (
        len(chunks) > 1 and all(_is_chunk(chunk) for chunk in chunks)
    )
    for value in assemble(chunks) if streamed else values:
        for answer, above in response_objects(value):
            for call in responses.read(answer, text=log.text):
                mark_batch(call, above)
                call.batch = call.batch or place.batch
                yield call


def _uncounted_call(
    exchange: Exchange, place: Address, sent: Mapping[str, Any], values: list[Any]
) -> Call | None:
    """Return the call of a request to a model whose answer has no counts."""
    if exchange.status < _HTTP_ERROR and place.measured:
        asked = responses.read(dict(sent))  # of speech
        return asked[0] if asked else Call()
    return Call(status=ERROR) if exchange.status >= _HTTP_ERROR or not values else None


def _is_chunk(value: Any) -> bool:
    """Whether a value may be a chunk of a streamed Gemini answer: chunks look like full answers."""
    return isinstance(value, Mapping) and ("candidates" in value or "usageMetadata" in value)


def _header_call(exchange: Exchange, values: list[Any]) -> Call | None:
    """Return the call that Bedrock counts beside an answer in a model's native format."""
    counts: Any = {
        f"{name}TokenCount": exchange.headers.get(f"x-amzn-bedrock-{header}-token-count")
        for name, header in _COUNTED
    }
    for value in values:
        if isinstance(value, Mapping) and isinstance(value.get(_METRICS), Mapping):
            counts = value[_METRICS]
    reading = USAGE_FORMAT.read(counts, "bedrock")
    return reading.apply_to(Call(api="invoke")) if reading.usage else None


def _complete(call: Call, exchange: Exchange, place: Address, sent: Mapping[str, Any]) -> None:
    """Set fields that the answer lacks from the request, the headers and the address."""
    apply_request(call, sent)
    asked = text(sent.get("model"))
    apply_route(
        call,
        place,
        exchange.url,
        headers=exchange.headers,
        sent_headers=exchange.sent_headers,
        asked=asked,
    )
    if place.provider == "bedrock" and place.model:
        call.model = place.model  # the answer leaves out where it was served
    call.model = call.model or asked or place.model
    call.at = call.at or exchange.at
    call.latency = call.latency or exchange.latency
    if call.latency is None:
        took = number(exchange.headers.get("openai-processing-ms"))
        call.latency = took / 1000 if took is not None else None
    apply_header(call, exchange.headers)
    call.user = call.user or text(sent.get("user"))
    call.max_output = call.max_output or output_limit(sent)
    if exchange.status >= _HTTP_ERROR and call.usage is None:
        call.status = ERROR


READER: Final = Reader(
    "http-cassette",
    "recorded HTTP: VCR, Betamax, HAR, Polly, Nock, go-vcr, WireMock, Pact, Hoverfly, txtar",
    ("usage", "time", "tools", "user", "text", "latency", "cost"),
    _recognises,
    _read,
    order=50,
    where="tests/cassettes/*.yaml, fixtures/vcr_cassettes/*.yml, *.har",
)
