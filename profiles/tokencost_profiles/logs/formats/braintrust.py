"""Braintrust events: spans of logs and experiments. The prompt includes the cached tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.calls.usage_conventions import INCLUSIVE, Numbers, read
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import (
    document_rows,
    drop_sums,
    duration_between,
    first_rows,
    header_of,
    parse_json_text,
    seconds,
)
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.sub_agents import AGENT, CHAIN, TOOL, AgentTree, kind_of
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    input_parts,
    keys,
    output_parts,
    service_tier,
    text,
    units,
    unknown_counts,
)

_KEYS: Final = keys(
    "prompt_tokens completion_tokens total_tokens tokens prompt_cached_tokens "
    "prompt_cache_creation_tokens prompt_cache_creation_5m_tokens prompt_cache_creation_1h_tokens "
    "prompt_audio_tokens completion_audio_tokens completion_reasoning_tokens "
    "completion_accepted_prediction_tokens completion_rejected_prediction_tokens"
)
_LEVELS: Final = {"tool": TOOL, "function": CHAIN, "task": CHAIN, "agent": AGENT}
_LISTS: Final = ("events", "rows", "data")


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return {"span_id", "root_span_id", "metrics"} <= header
    return any(_is_event(row) for row in first_rows(log_file, *_LISTS))


def _is_event(row: Mapping[str, Any]) -> bool:
    return {"span_id", "root_span_id"} <= row.keys() and bool(
        {"metrics", "span_attributes", "span_parents"} & row.keys()
    )


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    events: dict[str, dict[str, Any]] = {}
    places: dict[str, int] = {}
    for number, row in _rows(log_file, log):
        if not isinstance(row, Mapping) or not _is_event(row):
            continue
        name = str(row.get("span_id"))
        places.setdefault(name, number)
        if name in events:
            log.audit.calls += 1
        _merge(events.setdefault(name, {}), row)
    calls = [
        (set_location(_call(name, event, log), log, places[name]), _parent(event))
        for name, event in events.items()
    ]
    agents = AgentTree()
    for name, event in events.items():
        span = first_mapping(event, "span_attributes")
        kind = kind_of(span.get("type"), _LEVELS)
        agents.add(name, _parent(event), kind, str(span.get("name") or ""))
    yield from agents.placed(drop_sums(calls, log))


def _rows(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    if not log_file.is_document or header_of(log_file):
        yield from rows_of(log_file, log)
        return
    for number, row in enumerate(document_rows(log_file.document, *_LISTS), 1):
        log.row()
        yield number, row


def _merge(event: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Merge a row into its event: later rows of a span hold only the fields that changed."""
    for name, value in row.items():
        parsed = parse_json_text(value)
        if isinstance(parsed, Mapping) and isinstance(event.get(name), dict):
            event[name].update(parsed)
        elif parsed is not None:
            event[name] = dict(parsed) if isinstance(parsed, Mapping) else parsed


def _parent(event: Mapping[str, Any]) -> str | None:
    parents = parse_json_text(event.get("span_parents"))
    return text(parents[0]) if isinstance(parents, list) and parents else None


def _call(name: str, event: Mapping[str, Any], log: Log) -> Call:
    metrics, metadata = first_mapping(event, "metrics"), first_mapping(event, "metadata")
    begun, ended = seconds_at(metrics.get("start")), seconds_at(metrics.get("end"))
    cost = amount(metrics.get("estimated_cost"))
    trace = text(event.get("root_span_id")) or name
    call = Call(
        key=f"span:{trace}/{name}",
        trace=trace,
        span=name,
        parent=_parent(event),
        model=text(metadata.get("model")),
        provider=text(metadata.get("provider")),
        at=begun or moment(event.get("created")),
        latency=duration_between(begun, ended),
        first_token=seconds(metrics.get("time_to_first_token")),
        service_tier=service_tier(metadata),
        session=text(metadata.get("session_id")) or text(metadata.get("thread_id")),
        user=text(metadata.get("user_id")),
        project=text(event.get("project_id")),
        usage=_usage(metrics),
        unknown_keys=unknown_counts(metrics, _KEYS),
        cost=cost,
        cost_basis="client" if cost is not None else None,
        status=ERROR if event.get("error") else OK,
    )
    if log.text:
        set_text(call, event.get("input"), event.get("output"), metadata.get("tools"))
    return call


def seconds_at(value: Any) -> float | None:
    """Return a time that is written as seconds, in UTC seconds."""
    return moment(float(value)) if isinstance(value, (int, float)) else moment(value)


def _usage(metrics: Mapping[str, Any]) -> dict[str, int] | None:
    prompt, completion = (
        first_count(metrics, "prompt_tokens"),
        first_count(metrics, "completion_tokens"),
    )
    if prompt is None and completion is None:
        return None
    short = first_count(metrics, "prompt_cache_creation_5m_tokens")
    long = first_count(metrics, "prompt_cache_creation_1h_tokens")
    written = first_count(metrics, "prompt_cache_creation_tokens")
    if written is None and (short is not None or long is not None):
        written = (short or 0) + (long or 0)
    cached = first_count(metrics, "prompt_cached_tokens")
    reasoning = first_count(metrics, "completion_reasoning_tokens")
    total = first_count(metrics, "tokens", "total_tokens")
    reading = read(Numbers(prompt, completion, total, cached, written, reasoning), INCLUSIVE)
    audio_in = first_count(metrics, "prompt_audio_tokens") or 0
    audio_out = first_count(metrics, "completion_audio_tokens") or 0
    return units(
        **input_parts(reading.fresh, cached, {"audio": audio_in}, None).units,
        cache_write_5m=short,
        cache_write_1h=long,
        cache_write_other=max(0, (written or 0) - (short or 0) - (long or 0)) or None,
        **output_parts(reading.output, {"audio": audio_out}),
        reasoning=reasoning,
    )


READER: Final = Reader(
    "braintrust",
    "Braintrust logs and experiments",
    ("usage", "cost", "time", "session", "user", "project", "text", "latency"),
    _recognises,
    _read,
    order=61,
    where="exports of Braintrust: JSON, JSON lines",
)
