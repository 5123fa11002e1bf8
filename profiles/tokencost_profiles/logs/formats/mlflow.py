"""MLflow traces: one or many, as `Trace.to_json`, `search_traces` and the artifact store write.

The values of a span's attributes are JSON texts. The usage of a trace is the sum
of its spans, and is used where none of them reports usage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import TURN, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.spans import Span, SpanTree
from tokencost_profiles.logs.spans.dumps import span_of
from tokencost_profiles.logs.spans.json_values import values
from tokencost_profiles.logs.spans.kinds import MODEL, kind_of
from tokencost_profiles.logs.spans.labels import labels_of
from tokencost_profiles.logs.spans.span import (
    any_text,
    flatten_attributes,
    id_of,
    json_mapping,
    parse_json,
)
from tokencost_profiles.logs.spans.usage import usage_reading
from tokencost_profiles.logs.walk.framework_messages import messages_in
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, service_tier, text

_MARK: Final = '"mlflow.'
_ESCAPED: Final = '\\"mlflow.'
_USAGE: Final = ("mlflow.trace.tokenUsage", "token_usage")
_TIMES: Final = ("request_time", "timestamp_ms", "request_time_ms")
_LABELS: Final = ("mlflow.trace.session", "mlflow.trace.user")
_DEEPEST: Final = 3


def _recognises(log_file: Input) -> bool:
    head = log_file.text
    if head.lstrip()[:1] not in ("{", "[") or (_MARK not in head and _ESCAPED not in head):
        return False
    if log_file.is_lines:
        return any(True for row in log_file.rows for _ in _traces(row))
    try:
        return any(True for _ in _traces(log_file.document))
    except InputError:
        return False


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    spans = SpanTree(log)
    for line, value in values(log_file, log):
        at = 0
        for info, listed in _traces(value):
            trace = _trace_span(info)
            reports = False
            for row in listed:
                span = _span(row, trace)
                reports = reports or usage_reading(span, None) is not None
                yield from spans.add(span, line, at)
                at += 1
            if not reports:
                yield from _sum(trace, info, log, line)
    yield from spans.close()


def _traces(
    value: Any, depth: int = 0
) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Yield (info, spans) of every trace in a value."""
    value = parse_json(value)
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _traces(item, depth + 1)
    elif isinstance(value, Mapping):
        data = json_mapping(value.get("data"))
        listed = parse_json(data.get("spans", value.get("spans")))
        spans = [row for row in listed if _is_span(row)] if isinstance(listed, list) else []
        if spans or (isinstance(value.get("info"), Mapping) and "spans" in data):
            yield first_mapping(value, "info") or value, spans
            return
        for key in ("trace", "traces", "data"):
            if key in value:
                yield from _traces(value[key], depth + 1)


def _is_span(row: Any) -> bool:
    attributes = row.get("attributes") if isinstance(row, Mapping) else None
    return isinstance(attributes, Mapping) and any(
        isinstance(key, str) and key.startswith("mlflow.") for key in attributes
    )


def _trace_span(info: Mapping[str, Any]) -> Span:
    """Return a trace as a span: its labels are those of all its spans."""
    attributes = {
        **flatten_attributes(json_mapping(info.get("tags"))),
        **flatten_attributes(json_mapping(info.get("request_metadata"))),
        **flatten_attributes(json_mapping(info.get("trace_metadata"))),
    }
    at = next((at for key in _TIMES if (at := moment(info.get(key))) is not None), None)
    return Span(
        name="",
        trace=any_text(info, "trace_id", "request_id"),
        span=None,
        parent=None,
        start=at,
        end=None,
        attributes=attributes,
        resource={},
        failed=str(info.get("state", info.get("status"))).upper() == "ERROR",
    )


def _span(row: Mapping[str, Any], trace: Span) -> Span:
    """Return a span with its attributes out of their JSON, and the labels of its trace."""
    span = span_of(row)
    labels = {key: value for key, value in trace.attributes.items() if key in _LABELS}
    attributes = {key: parse_json(value) for key, value in span.attributes.items()}
    span = span._replace(
        attributes={**labels, **attributes}, trace=span.trace or id_of(trace.trace)
    )
    if kind_of(span) != MODEL:
        return span
    return span._replace(attributes={**_response_attributes(attributes), **span.attributes})


def _response_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes from a provider's response that MLflow logs as a span's outputs.

    Its usage object goes before MLflow's counts: for Anthropic a few versions of MLflow count the
    cached tokens in, others do not. Older versions write the model nowhere else.
    """
    asked, answer = (
        first_mapping(attributes, "mlflow.spanInputs"),
        first_mapping(attributes, "mlflow.spanOutputs"),
    )
    response_attributes = {
        "gen_ai.request.model": text(asked.get("model")),
        "gen_ai.response.model": text(answer.get("model")),
        "gen_ai.response.id": text(answer.get("id")) if "usage" in answer else None,
        "service_tier": service_tier(answer),
        "gen_ai.usage.raw": answer.get("usage")
        or answer.get("usage_metadata")
        or _message_usage(answer),
    }
    return {key: value for key, value in response_attributes.items() if value}


def _message_usage(answer: Mapping[str, Any]) -> Any:
    """Return the usage object of the only message in LangChain's output."""
    usages = [message.get("usage_metadata") for message, _ in messages_in(answer)]
    return usages[0] if len(usages) == 1 else None


def _sum(trace: Span, info: Mapping[str, Any], log: Log, line: int) -> Iterator[Call]:
    """Yield the usage of a trace, as one record."""
    usage_object = next(
        (
            usage
            for key in _USAGE
            for source in (trace.attributes, info)
            if (usage := json_mapping(source.get(key)))
        ),
        {},
    )
    named = Span(**{**trace._asdict(), "attributes": {"mlflow.chat.tokenUsage": usage_object}})
    reading = usage_reading(named, None)
    if reading is None or not trace.trace:
        return
    labels = labels_of(trace)
    call = Call(
        key=f"mlflow:{trace.trace}",
        scope=TURN,
        trace=trace.trace,
        at=trace.start,
        session=labels.session or trace.trace,
        user=labels.user,
    )
    yield set_location(reading.apply_to(call), log, line)


READER: Final = Reader(
    "mlflow",
    "MLflow traces",
    ("usage", "cost", "time", "session", "tools", "agent", "user", "text", "latency", "tags"),
    _recognises,
    _read,
    order=80,
    where="mlflow.get_trace(...).to_json(), the trace artifact traces.json",
)
