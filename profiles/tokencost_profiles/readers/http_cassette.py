"""Recorded HTTP: VCR cassettes (YAML or JSON), Betamax, Nock, and HAR files.

The address tells who billed, the body is the provider's own answer: whole, streamed or of a batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles import requests, responses
from tokencost_profiles.calls import ERROR, Call, Record
from tokencost_profiles.inputs import LARGEST_DOCUMENT, Input
from tokencost_profiles.meters.base import number, text
from tokencost_profiles.meters.bedrock import METER
from tokencost_profiles.readers._batch_rows import mark_batch
from tokencost_profiles.readers._http_bodies import values_of
from tokencost_profiles.readers._http_exchanges import Exchange, exchanges, loaded_yaml
from tokencost_profiles.readers._http_hosts import Address, address
from tokencost_profiles.readers._text_calls import digest
from tokencost_profiles.readers.base import Log, Reader, placed
from tokencost_profiles.readers.provider_objects import found_in
from tokencost_profiles.requests._output_limit import output_limit
from tokencost_profiles.responses._requested import apply_request
from tokencost_profiles.streams import assemble, is_event

_YAML: Final = re.compile(r"(?m)^(?:http_)?interactions:|\A(?:---\s*\n)?-\s+request:\s*$")
_METRICS: Final = "amazon-bedrock-invocationMetrics"
# Of the usage, and of the headers.
_COUNTED: Final = (
    ("input", "input"), ("output", "output"), ("cacheReadInput", "cache-read-input"),
    ("cacheWriteInput", "cache-write-input"),
)  # fmt: skip
_HTTP_ERROR: Final = 400


def _recognises(log_file: Input) -> bool:
    head = log_file.text.lstrip("\ufeff \t\r\n")
    if not head.startswith(("{", "[")):
        return bool(_YAML.search(head)) and "request:" in head and "response" in head
    if not log_file.is_document:
        return False
    if log_file.has("request", "response"):
        if log_file.has("interactions") or log_file.has("http_interactions"):
            return True
        return log_file.has("log", "entries", "startedDateTime")
    return head.startswith("[") and log_file.has("scope", "method", "path", "status", "response")


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    bills = 0
    told = False
    for at, exchange in enumerate(exchanges(_document(log_file)), 1):
        log.row()
        place = address(exchange.url)
        if place.bill:
            bills += 1
            continue
        if place.other:
            continue
        name = digest(exchange.method, exchange.url, exchange.at)
        for index, call in enumerate(_calls(exchange, place, at, log)):
            told = True
            call.key = call.key or f"http:{name}:{at}#{index}"
            yield placed(call, log, at)
    if bills and not told:
        raise InputError(
            f"{log_file.shown}: recorded usage exports of a provider (sums by day), not calls",
            hint="give tokencost the logs of the calls themselves",
        )


def _document(log_file: Input) -> Any:
    if log_file.text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return log_file.document
    with log_file.open() as file:
        data = file.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise InputError(f"{log_file.shown}: more than {LARGEST_DOCUMENT >> 20} MB of YAML")
    return loaded_yaml(data.decode("utf-8-sig", "replace"), log_file.shown)


def _calls(exchange: Exchange, place: Address, at: int, log: Log) -> Iterator[Call]:
    values = values_of(exchange.body, exchange.headers)
    if values is None:
        log.skip(at, "a body packed in a way that cannot be read")
        return
    sent = next((v for v in values_of(exchange.sent, {}) or () if isinstance(v, dict)), {})
    found = list(_answers(values, place, log))
    if not found:
        call = _of_headers(exchange, values)
        if call is None and place.asks and exchange.method == "POST":
            # A model was asked, and nothing that bills came back.
            failed = exchange.status >= _HTTP_ERROR or not values
            call = Call(status=ERROR) if failed else None
        found = [call] if call is not None else []
    for call in found:
        _complete(call, exchange, place, sent)
        if log.text and call.parts is None and sent:
            request = requests.read(sent)
            call.parts = request.parts if request else None
        yield call


def _answers(values: list[Any], place: Address, log: Log) -> Iterator[Call]:
    """Yield the calls of a body."""
    chunks = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    streamed = any(is_event(chunk) for chunk in chunks) or (
        len(chunks) > 1 and all(_is_chunk(chunk) for chunk in chunks)
    )
    for value in assemble(chunks) if streamed else values:
        for answer, above in found_in(value):
            for call in responses.read(answer, text=log.text):
                mark_batch(call, above)
                call.batch = call.batch or place.batch
                yield call


def _is_chunk(value: Any) -> bool:
    """Whether a value is a piece of a streamed Gemini answer: they look like whole ones."""
    return isinstance(value, Mapping) and ("candidates" in value or "usageMetadata" in value)


def _of_headers(exchange: Exchange, values: list[Any]) -> Call | None:
    """Return the call that Bedrock counts beside the answer of a model with a shape of its own."""
    counts: Any = {
        f"{name}TokenCount": exchange.headers.get(f"x-amzn-bedrock-{header}-token-count")
        for name, header in _COUNTED
    }
    for value in values:
        if isinstance(value, Mapping) and isinstance(value.get(_METRICS), Mapping):
            counts = value[_METRICS]
    metered = METER.read(counts, "bedrock")
    return metered.apply_to(Call(api="invoke")) if metered.usage else None


def _complete(call: Call, exchange: Exchange, place: Address, sent: Mapping[str, Any]) -> None:
    """Take from the exchange what the answer does not tell."""
    apply_request(call, sent)
    call.provider = place.provider or call.provider
    call.region = call.region or place.region
    if place.provider == "bedrock" and place.model:
        call.model = place.model  # the answer leaves out where it was served
    call.model = call.model or text(sent.get("model")) or place.model
    call.at = call.at or exchange.at
    call.latency = call.latency or exchange.latency
    if call.latency is None:
        took = number(exchange.headers.get("openai-processing-ms"))
        call.latency = took / 1000 if took is not None else None
    call.user = call.user or text(sent.get("user"))
    call.max_output = call.max_output or output_limit(sent)
    if exchange.status >= _HTTP_ERROR and call.usage is None:
        call.status = ERROR


READER: Final = Reader(
    "http-cassette",
    "recorded HTTP: VCR cassettes, Betamax, Nock, HAR",
    ("usage", "time", "tools", "user", "text", "latency", "cost"),
    _recognises,
    _read,
    order=50,
    where="tests/cassettes/*.yaml, fixtures/vcr_cassettes/*.yml, *.har",
)
