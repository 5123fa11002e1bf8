"""OpenRouter's activity export (CSV), and the objects of its generation endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ABORTED, OK, Call, Record
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import document_rows, first_rows, header_of, seconds
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    keys,
    text,
    units,
    unknown_counts,
)

# A generation is counted twice: by the model's tokenizer, which is billed, and by another one.
# `usage` is money.
_KEYS: Final = keys(
    "tokens_prompt tokens_completion tokens_reasoning tokens_cached usage byok_usage_inference "
    "native_tokens_prompt native_tokens_completion native_tokens_reasoning native_tokens_cached"
)


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return {"generation_id", "model_permaslug"} <= header
    return any(_is_generation(row) for row in first_rows(log_file, "data"))


def _is_generation(row: Mapping[str, Any]) -> bool:
    row = first_mapping(row, "data") or row
    return "native_tokens_prompt" in row and "id" in row


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if log_file.is_document and not header_of(log_file):
        for number, row in enumerate(document_rows(log_file.document, "data"), 1):
            log.row()
            yield set_location(_generation(first_mapping(row, "data") or row), log, number)
        return
    for number, row in rows_of(log_file, log):
        if not isinstance(row, Mapping):
            continue
        if "generation_id" in row:
            yield set_location(_activity(row), log, number)
        elif _is_generation(row):
            yield set_location(_generation(first_mapping(row, "data") or row), log, number)


def _set_id(call: Call, name: str | None) -> Call:
    call.response_id, call.provider = name, "openrouter"
    call.cost_basis = "gateway" if call.cost is not None else None
    if name:
        call.key = f"id:{name}" if is_strong(name) else f"openrouter:{name}"
    return call


def _activity(row: Mapping[str, Any]) -> Call:
    taken, spoke = (
        seconds(row.get("generation_time_ms")),
        seconds(row.get("time_to_first_token_ms")),
    )
    call = Call(
        model=text(row.get("model_permaslug")),
        host=text(row.get("provider_name", row.get("provider"))),
        at=moment(row.get("created_at")),
        usage=_units(
            first_count(row, "tokens_prompt"),
            first_count(row, "tokens_cached"),
            first_count(row, "tokens_completion"),
            first_count(row, "tokens_reasoning"),
        ),
        cost=amount(row.get("cost_total")),
        project=text(row.get("app_name", row.get("app"))),
        user=text(row.get("user")),
        team=text(row.get("api_key_name", row.get("key"))),
        latency=taken / 1000 if taken is not None else None,
        first_token=spoke / 1000 if spoke is not None else None,
        status=ABORTED if str(row.get("cancelled")).lower() == "true" else OK,
        unknown_keys=unknown_counts(row, _KEYS),
    )
    return _set_id(call, text(row.get("generation_id")))


def _generation(row: Mapping[str, Any]) -> Call:
    """Read a generation. The native counts are billed; the others are of another tokenizer."""
    taken, spoke = seconds(row.get("generation_time")), seconds(row.get("latency"))
    call = Call(
        model=text(row.get("model")),
        host=text(row.get("provider_name")),
        at=moment(row.get("created_at")),
        usage=_units(
            first_count(row, "native_tokens_prompt"),
            first_count(row, "native_tokens_cached"),
            first_count(row, "native_tokens_completion"),
            first_count(row, "native_tokens_reasoning"),
        ),
        cost=amount(row.get("total_cost", row.get("usage"))),
        latency=taken / 1000 if taken is not None else None,
        first_token=spoke / 1000 if spoke is not None else None,
        status=ABORTED if row.get("cancelled") is True else OK,
        unknown_keys=unknown_counts(row, _KEYS),
    )
    return _set_id(call, text(row.get("id")))


def _units(
    prompt: int | None, cached: int | None, completion: int | None, reasoning: int | None
) -> dict[str, int] | None:
    """Cached tokens are inside the prompt, reasoning inside the completion."""
    fresh = None if prompt is None else max(0, prompt - (cached or 0))
    rest = None if completion is None else max(0, completion - (reasoning or 0))
    return units(input=fresh, cache_read=cached, output=rest, reasoning=reasoning) or None


READER: Final = Reader(
    "openrouter-activity",
    "OpenRouter activity and generations",
    ("usage", "cost", "time", "user", "team", "project", "latency"),
    _recognises,
    _read,
    order=63,
    where="the activity page of OpenRouter: CSV",
)
