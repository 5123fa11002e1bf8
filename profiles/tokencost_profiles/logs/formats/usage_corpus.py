"""Collections of recorded usage objects, each with what an extractor made of it (genai-prices).

The recorded body is read; what was extracted from it repeats it and is left aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.log_format import Reader, rows, set_location
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.answers.response_format import call_of
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

# How the collection calls clouds -> how the price table does.
_PROVIDERS: Final = {"aws": "bedrock"}
_USAGES: Final = ("usage", "usageMetadata", "meta")


def _recognises(log_file: Input) -> bool:
    if not log_file.has("body", "extracted", "extractors"):
        return False
    if not log_file.is_document:
        return any(_is_record(row) for row in log_file.objects)
    document = log_file.document
    return isinstance(document, list) and any(_is_record(row) for row in document[:5])


def _is_record(row: Any) -> bool:
    return isinstance(row, Mapping) and "extracted" in row and isinstance(row.get("body"), Mapping)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    for number, row in _records(log_file, log):
        if _is_record(row):
            call = _call(row)
            if call is not None:
                yield set_location(call, log, number)


def _records(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    if not log_file.is_document:
        yield from rows(log_file, log)
        return
    document = log_file.document
    for number, row in enumerate(document if isinstance(document, list) else (), 1):
        log.row()
        yield number, row


def _call(row: Mapping[str, Any]) -> Call | None:
    body, provider = dict(first_mapping(row, "body")), _provider(row.get("extracted"))
    calls = responses.read(body)
    if calls and calls[0].usage is not None:
        call = calls[0]
    else:
        usage = next((body[key] for key in _USAGES if isinstance(body.get(key), dict)), None)
        reading = read_usage(usage, provider)
        if reading is None or not reading.usage:
            return None
        call = call_of(reading, api="", provider=provider, model=body.get("model"))
        call.api = None
    call.provider = provider or call.provider
    call.model = text(row.get("model")) or call.model
    call.final = True
    return call


def _provider(extracted: Any) -> str | None:
    """Return who answered, where only one provider's rules could read the body."""
    names = {
        name
        for entry in (extracted if isinstance(extracted, list) else ())
        for rule in _list(first_mapping({"entry": entry}, "entry").get("extractors"))
        if isinstance(rule, Mapping) and (name := text(rule.get("provider_id")))
    }
    name = names.pop() if len(names) == 1 else None
    return _PROVIDERS.get(name, name) if name else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


READER: Final = Reader(
    "usage-corpus",
    "collections of recorded usage objects (genai-prices)",
    ("usage",),
    _recognises,
    _read,
    order=90,
    where="tests/dataset/usages.json",
)
