"""Helicone requests: exported rows, JSON lines or CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import CACHED, ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.calls.usage_conventions import EXCLUSIVE, INCLUSIVE, Numbers, read
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.answered import answered_calls
from tokencost_profiles.logs.common.exports import (
    first_rows,
    header_of,
    json_mapping,
    seconds,
)
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.table_rows import exported_rows
from tokencost_profiles.providers.answers.response_format import with_answer
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    input_parts,
    keys,
    output_parts,
    text,
    units,
    unknown_counts,
)

_COUNTS: Final = keys(
    "prompt_tokens completion_tokens total_tokens prompt_cache_read_tokens reasoning_tokens "
    "prompt_cache_write_tokens prompt_audio_tokens completion_audio_tokens request_body "
    "response_body properties request_properties"
)
_LISTS: Final = ("data", "requests")
_KEYS: Final = {"request_id", "request_created_at"}


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return header >= _KEYS or {"Request Id", "Prompt Tokens"} <= header
    return any(row.keys() >= _KEYS for row in first_rows(log_file, *_LISTS))


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    for number, row in exported_rows(log_file, log, _LISTS, {"request_id", "Request Id"}):
        for call in _calls(row, log):
            yield set_location(call, log, number)


def _calls(row: Mapping[str, Any], log: Log) -> list[Call]:
    row = {str(name).lower().replace(" ", "_"): value for name, value in row.items()}
    name = text(row.get("request_id"))
    cost = amount(row.get("cost_usd", row.get("costusd", row.get("cost"))))
    latency = seconds(row.get("delay_ms", row.get("latency")))
    spoke = seconds(row.get("time_to_first_token"))
    status = first_count(row, "response_status", "status")
    labels = json_mapping(row.get("request_properties", row.get("properties")))
    provider = text(row.get("provider", row.get("request_provider")))
    call = Call(
        key=f"helicone:{name}" if name else None,
        provider=provider.lower() if provider else None,
        model=text(row.get("response_model"))
        or text(row.get("model"))
        or text(row.get("request_model"))
        or text(row.get("model_override")),
        at=moment(row.get("request_created_at", row.get("created_at"))),
        latency=latency / 1000 if latency is not None else None,
        first_token=spoke / 1000 if spoke is not None else None,
        user=text(row.get("request_user_id")) or text(row.get("user_id")),
        session=text(labels.get("Helicone-Session-Id")),
        usage=_usage(row, provider),
        unknown_keys=unknown_counts(row, _COUNTS),
        cost=cost,
        cost_basis="gateway" if cost is not None else None,
        tags=tuple(sorted((str(key), str(value)) for key, value in labels.items())),
    )
    if str(row.get("cache_enabled")).lower() == "true" and row.get("cache_reference_id") not in (
        None,
        "",
        "00000000-0000-0000-0000-000000000000",
    ):
        call.status = CACHED
    elif status is not None and status >= 400:
        call.status = ERROR
    else:
        call.status = OK
    if log.text:
        set_text(call, row.get("request_body"), row.get("response_body"))
    request = json_mapping(row.get("request_body"))
    return with_answer(call, answered_calls(json_mapping(row.get("response_body")), request))


def _usage(row: Mapping[str, Any], provider: str | None) -> dict[str, int] | None:
    prompt, completion = first_count(row, "prompt_tokens"), first_count(row, "completion_tokens")
    if prompt is None and completion is None:
        return None
    cached = first_count(row, "prompt_cache_read_tokens")
    written = first_count(row, "prompt_cache_write_tokens")
    reasoning = first_count(row, "reasoning_tokens")
    # Cached tokens are inside or beside the prompt by the provider's convention.
    convention = (
        EXCLUSIVE if provider and provider.lower() in ("anthropic", "aws", "bedrock") else INCLUSIVE
    )
    total = first_count(row, "total_tokens")
    reading = read(Numbers(prompt, completion, total, cached, written, reasoning), convention)
    audio_in = first_count(row, "prompt_audio_tokens") or 0
    audio_out = first_count(row, "completion_audio_tokens") or 0
    return units(
        **input_parts(reading.fresh, cached, {"audio": audio_in}, None).units,
        cache_write_other=written,
        reasoning=reasoning,
        **output_parts(reading.output, {"audio": audio_out}),
    )


READER: Final = Reader(
    "helicone",
    "Helicone requests",
    ("usage", "cost", "time", "session", "user", "tags", "text", "latency"),
    _recognises,
    _read,
    order=58,
    where="exports of Helicone: JSON, JSON lines, CSV",
)
