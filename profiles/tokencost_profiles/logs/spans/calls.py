"""From a span to its call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import COUNTED, ERROR, OK, Call
from tokencost_profiles.calls.content import TOOLS
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.row_log import CountsText
from tokencost_profiles.logs.common.model_names import billed_model
from tokencost_profiles.logs.spans import names
from tokencost_profiles.logs.spans.kinds import is_embedding
from tokencost_profiles.logs.spans.labels import Labels, tags_of
from tokencost_profiles.logs.spans.messages import answer_parts, prompt_parts
from tokencost_profiles.logs.spans.providers import provider_of, region_of
from tokencost_profiles.logs.spans.span import (
    Span,
    any_text,
    json_mapping,
    number_in,
    seconds,
    text_in,
)
from tokencost_profiles.logs.spans.tools import tools_of
from tokencost_profiles.logs.spans.usage import cost_of, tier_of, usage_reading
from tokencost_profiles.logs.spans.usage_objects import provider_metadata
from tokencost_profiles.providers.answers.routing import (
    OPENROUTER,
    ask_hugging_face,
    metadata_routing,
)
from tokencost_profiles.providers.bodies.output_limit import output_limit

_TO_FIRST: Final = (  # attribute, how many in a second
    ("gen_ai.server.time_to_first_token", 1),
    ("gen_ai.response.time_to_first_chunk", 1),
    ("gen_ai.client.operation.time_to_first_chunk", 1),
    ("llm.time_to_first_token", 1),
    ("ai.response.msToFirstChunk", 1e3),
    ("ai.stream.msToFirstChunk", 1e3),
    ("ttft_ms", 1e3),
)
_FIRST_EVENTS: Final = ("First Token Stream Event", "ai.stream.firstChunk", "first_token")
_ROUTED: Final = "gen-"  # how the ids of OpenRouter's answers begin
_REQUEST_IDS: Final = ("request_id",)  # Claude Code writes one request as a span and as an event


def call_of(span: Span, labels: Labels, key: str | None) -> Call:
    """Return the call of a span; its usage is None where the span reports none."""
    attributes = span.attributes
    provider = provider_of(attributes)
    call = Call(
        key=key,
        provider=provider,
        api="embeddings" if is_embedding(span) else None,
        model=billed_model(
            provider,
            text_in(attributes, names.MODEL_SERVED),
            text_in(attributes, names.MODEL_ASKED),
        ),
        response_id=text_in(attributes, names.RESPONSE_ID),
        trace=span.trace,
        span=span.span,
        parent=span.parent,
        session=labels.session,
        user=labels.user,
        agent=labels.agent,
        team=labels.team,
        environment=labels.environment,
        project=labels.project,
        at=span.start if span.start is not None else span.end,
        latency=_latency(span),
        first_token=_first_token(span),
        region=region_of(attributes),
        status=ERROR if span.failed else OK,
        max_output=_max_output(attributes),
        tools=tools_of(attributes),
        tags=tags_of(span),
    )
    reading = usage_reading(span, provider)
    if reading is None:
        call.cost, call.cost_basis = cost_of(attributes)
        call.service_tier = tier_of(attributes)
    else:
        reading.apply_to(call)
    call.speed = call.speed or _speed(attributes)
    _apply_host(call, attributes)
    call.response_id = call.response_id or any_text(attributes, *_REQUEST_IDS)
    if call.response_id and call.response_id.startswith("req_") and is_strong(call.response_id):
        call.key = f"id:{call.response_id}"
    return call


def _apply_host(call: Call, attributes: Mapping[str, Any]) -> None:
    """Set the host that answered behind a router, and the router where that alone names it."""
    router, host = metadata_routing(provider_metadata(attributes))
    call.provider = router or call.provider
    call.host = host or text_in(attributes, names.ANSWERED_BY)
    ask_hugging_face(call, text_in(attributes, names.MODEL_ASKED))
    if call.provider is None and call.host and (call.response_id or "").startswith(_ROUTED):
        call.provider = OPENROUTER


def add_text(call: Call, span: Span) -> None:
    """Set the text of the request and of the answer."""
    call.parts = prompt_parts(span) or None
    call.has_request = any(part.role == TOOLS for part in call.parts or ())
    call.answer = answer_parts(span) or None


def add_counts(call: Call, counter: CountsText) -> None:
    """Count the text of a call that reports no numbers."""
    if call.usage is not None or call.status != OK or not (call.parts or call.answer):
        return
    prompt = counter.text(call.model, "\n".join(part.text for part in call.parts or ()))
    answer = counter.answer(call.model, call.answer or ())
    call.usage = {"input": prompt.tokens, "output": answer.tokens}
    call.usage_source, call.error = COUNTED, max(prompt.error, answer.error)


def _latency(span: Span) -> float | None:
    duration = seconds(span.attributes.get("duration_ms"))
    if span.is_event:
        return duration / 1e3 if duration is not None else None
    if span.start is None or span.end is None or span.end < span.start:
        return None
    return round(span.end - span.start, 6)


def _first_token(span: Span) -> float | None:
    for key, scale in _TO_FIRST:
        delay = seconds(span.attributes.get(key))
        if delay is not None:
            return round(delay / scale, 6)
    at = moment(span.attributes.get("langfuse.observation.completion_start_time"))
    for name, when, _ in span.events:
        if at is None and name in _FIRST_EVENTS:
            at = when
    if at is None or span.start is None or at < span.start:
        return None
    return round(at - span.start, 6)


def _max_output(attributes: Mapping[str, Any]) -> int | None:
    limit = number_in(attributes, names.MOST_OUTPUT)
    if limit is None:
        return output_limit(json_mapping(attributes.get("llm.invocation_parameters")))
    return limit


def _speed(attributes: Mapping[str, Any]) -> str | None:
    speed = any_text(attributes, "speed", "gen_ai.usage.speed")
    return None if speed in ("normal", "standard") else speed
