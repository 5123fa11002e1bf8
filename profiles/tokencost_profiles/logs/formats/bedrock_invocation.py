"""Amazon Bedrock's model invocation logs, as they are in S3 or come out of CloudWatch.

A row counts a request twice: in its counters, and in the model's answer, which has more units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import ERROR, Call, Record
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input, lenient_json
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, decode_leniently, rows, set_location
from tokencost_profiles.providers import requests, responses
from tokencost_profiles.providers.streams import assemble
from tokencost_profiles.providers.usage.bedrock import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    first_mapping,
    service_tier,
    text,
)

_SIGNATURE: Final = re.compile(r'schemaType\\*"\s*:\s*\\*"ModelInvocationLog')
_KIND: Final = "ModelInvocationLog"
_EVENTS: Final = ("events", "logEvents", "Records", "results")
_MESSAGES: Final = ("message", "@message")
# Kinds of model ids that name a profile of the account: the answer's model id is used instead.
_OPAQUE: Final = ("application-inference-profile/", "provisioned-model/", "imported-model/")
_LABELS: Final = ("project", "team", "environment", "user", "session", "branch", "agent")


def _recognises(log_file: Input) -> bool:
    return bool(_SIGNATURE.search(log_file.text))


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    for number, value in _values(log_file, log):
        for row in _invocations(value):
            for at, call in enumerate(_calls(row, log.text)):
                if at and call.key:
                    call.key = call.key if "#" in call.key else f"{call.key}#{at}"
                yield set_location(call, log, number)


def _values(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    head = log_file.text.lstrip("\ufeff \t\r\n")
    if not head.startswith(("{", "[")):
        # Exported from CloudWatch to S3: each line begins with its time.
        for number, line in log_file.lines():
            log.row()
            begin = line.find(b"{")
            value = decode_leniently(line[begin:] if begin >= 0 else line, number, log)
            if value is not None:
                yield number, value
    elif log_file.is_document:
        log.row()
        try:
            yield 1, log_file.document
        except InputError:
            values = list(_concatenated_values(log_file))
            if not values:
                raise
            yield 1, values
    else:
        yield from rows(log_file, log)


def _concatenated_values(log_file: Input) -> Iterator[Any]:
    """Yield objects that follow each other with no line break between, as Firehose writes them."""
    with log_file.open() as file:
        content = file.read().decode("utf-8", "replace")
    decoder, at = json.JSONDecoder(strict=False), 0
    while (at := content.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(content, at)
        except (ValueError, RecursionError):
            return
        yield value


def _invocations(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a value: itself, or those inside the wrapping of an export."""
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value:
            yield from _invocations(item, depth + 1)
    elif isinstance(value, Mapping):
        if value.get("schemaType") == _KIND:
            yield value
            return
        for key in _EVENTS:
            yield from _invocations(value.get(key), depth + 1)
        for key in _MESSAGES:
            message = value.get(key)
            if isinstance(message, str) and _KIND in message:
                message = _parse_message(message)
            yield from _invocations(message, depth + 1)


def _parse_message(message: str) -> Any:
    try:
        return lenient_json(message.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _calls(row: Mapping[str, Any], want_text: bool) -> Iterator[Call]:
    """Yield the call of a row, and the other passes that its answer was billed for."""
    request, response = first_mapping(row, "input"), first_mapping(row, "output")
    calls = _answers(response.get("outputBodyJson"), want_text) or [Call()]
    if not calls[0].usage:
        reading = _row_reading(request, response)
        if reading is not None:
            reading.apply_to(calls[0])
    for call in calls:
        yield _complete(call, row, want_text)


def _complete(call: Call, row: Mapping[str, Any], want_text: bool) -> Call:
    call.provider = "bedrock"
    call.api = _api(row) or call.api
    call.model = _model(text(row.get("modelId")), call.model)
    call.region = text(row.get("region")) or text(row.get("inferenceRegion"))
    call.at = moment(row.get("timestamp")) or call.at
    call.user = text(first_mapping(row, "identity").get("arn"))
    request = text(row.get("requestId"))
    call.response_id = call.response_id or request
    call.key = call.key or (f"id:{request}" if request else None)
    call.final = True
    if text(row.get("errorCode")):
        call.status = ERROR
    _label(call, row)
    if want_text:
        body = first_mapping(row, "input").get("inputBodyJson")
        read = requests.read(body)
        call.parts, call.has_request = (request_parts(read), True) if read else (None, False)
        call.max_output = read.max_output if read else None
    return call


def _answers(body: Any, want_text: bool) -> list[Call]:
    """Return the calls of an answer: a body, or the chunks of a stream."""
    if isinstance(body, list):
        body = next(iter(assemble(body)), None)
    if not isinstance(body, dict):
        return []
    calls = responses.read(body, text=want_text)
    for call in calls:
        call.service_tier = call.service_tier or service_tier(body)
    return calls


def _row_reading(request: Mapping[str, Any], response: Mapping[str, Any]) -> UsageReading | None:
    """Return the counts of the row's counters. Cached tokens stand beside the input."""
    counts = {
        key: value
        for side in (request, response)
        for key, value in side.items()
        if isinstance(key, str) and key.endswith("TokenCount")
    }
    reading = USAGE_FORMAT.read(counts, "bedrock")
    return reading if reading.usage else None


def _api(row: Mapping[str, Any]) -> str | None:
    operation = (text(row.get("operation")) or "").lower()
    return next((name for name in ("converse", "invoke") if name in operation), None)


def _model(name: str | None, answered: str | None) -> str | None:
    """Return the model id at the end of an ARN, or the answer's where that is opaque."""
    if name is None:
        return answered
    if any(kind in name for kind in _OPAQUE) and answered:
        return answered
    return name.rsplit("/", 1)[-1]


def _label(call: Call, row: Mapping[str, Any]) -> None:
    """Take the labels that were sent with the request."""
    labels = {
        str(key).lower(): str(value)
        for key, value in first_mapping(row, "requestMetadata").items()
        if isinstance(value, (str, int)) and value != ""
    }
    for name in _LABELS:
        if name in labels:
            setattr(call, name, labels[name])
    account, served_in = text(row.get("accountId")), text(row.get("inferenceRegion"))
    if account:
        labels["account"] = account
    if served_in and served_in != call.region:
        labels["inference_region"] = served_in
    call.tags = tuple(sorted(labels.items()))


READER: Final = Reader(
    "bedrock-invocation",
    "Amazon Bedrock model invocation logs",
    ("usage", "time", "user", "tools", "text", "tags", "latency", "project", "team"),
    _recognises,
    _read,
    order=30,
    where="s3://.../BedrockModelInvocationLogs/**/*.json.gz, CloudWatch exports",
)
