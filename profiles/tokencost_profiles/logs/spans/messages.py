"""The text of a span: its prompt and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import SYSTEM, TOOLS, Part
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.logs.common.chat_parts import message_parts
from tokencost_profiles.logs.common.tool_schemas import schema_parts
from tokencost_profiles.logs.spans.indexed_lists import nested_list
from tokencost_profiles.logs.spans.parts import parts_of
from tokencost_profiles.logs.spans.span import Span, parse_json
from tokencost_profiles.providers import requests
from tokencost_profiles.providers.usage_fields.usage_format import text

_SYSTEM: Final = ("gen_ai.system_instructions", "ai.prompt.system", "gen_ai.system.message")
_TOOLS: Final = (
    "gen_ai.tool.definitions",
    "ai.prompt.tools",
    "gen_ai.request.tools",
    "llm.request.functions",
)
_PROMPTS: Final = (
    "gen_ai.input.messages",
    "ai.prompt.messages",
    "gen_ai.request.messages",
    "all_messages_events",
    "pydantic_ai.all_messages",
    "gen_ai.prompt",
    "ai.prompt",
)
_PROMPTS_INDEXED: Final = (
    ("llm.input_messages", "message"),
    ("gen_ai.prompt", ""),
    ("llm.prompts", ""),
    ("embedding.embeddings", "embedding"),
)
_PROMPT_BODIES: Final = (
    "gcp.vertex.agent.llm_request",
    "request_data",
    "mlflow.spanInputs",
    "langfuse.observation.input",
    "input.value",
)
_EMBEDDED_VALUES: Final = ("ai.values", "ai.value")
_ANSWERS: Final = ("gen_ai.output.messages", "gen_ai.completion", "gen_ai.response.text")
_ANSWERS_INDEXED: Final = (("llm.output_messages", "message"), ("gen_ai.completion", ""))
_ANSWER_BODIES: Final = (
    "gcp.vertex.agent.llm_response",
    "response_data",
    "mlflow.spanOutputs",
    "langfuse.observation.output",
    "output.value",
)
_ROLES: Final = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}


def prompt_parts(span: Span) -> tuple[Part, ...]:
    """Return the parts of the prompt. Of attributes with the same text the first is taken."""
    attributes = span.attributes
    messages = _first_place(_prompt_places(span))
    system = [] if any(one.role == SYSTEM for one in messages) else _instructions(attributes)
    tools = [] if any(one.role == TOOLS for one in messages) else _tools(attributes)
    return (*tools, *system, *messages)


def answer_parts(span: Span) -> tuple[Part, ...]:
    """Return the parts of the answer."""
    return tuple(_first_place(_answer_places(span)))


def _first_place(places: Iterator[list[Part]]) -> list[Part]:
    return next((parts for parts in places if parts), [])


def _instructions(attributes: Mapping[str, Any]) -> list[Part]:
    for key in _SYSTEM:
        if attributes.get(key):
            return parts_of(parse_json(attributes[key]), "system", key)
    return []


def _tools(attributes: Mapping[str, Any]) -> list[Part]:
    for key in _TOOLS:
        value = attributes.get(key) or nested_list(attributes, key)
        if value:
            return [*schema_parts(value, key)]
    return [*schema_parts(nested_list(attributes, "llm.tools"), "llm.tools")]


def _prompt_places(span: Span) -> Iterator[list[Part]]:
    attributes = span.attributes
    for key in _PROMPTS:
        value = parse_json(attributes.get(key))
        if value:
            yield parts_of(_body(value), "user", key)
    yield from _indexed_parts(attributes, _PROMPTS_INDEXED, "user")
    yield _event_parts(span, answers=False)
    for key in _PROMPT_BODIES:
        value = parse_json(attributes.get(key))
        if value:
            request = requests.read(dict(value)) if isinstance(value, Mapping) else None
            yield list(request_parts(request)) if request else parts_of(_body(value), "user", key)
    for key in _EMBEDDED_VALUES:
        yield parts_of([parse_json(item) for item in _as_list(attributes.get(key))], "user", key)


def _answer_places(span: Span) -> Iterator[list[Part]]:
    attributes = span.attributes
    for key in _ANSWERS:
        value = parse_json(attributes.get(key))
        if value:
            yield parts_of(value, "assistant", key)
    yield _ai_sdk_parts(attributes)
    yield from _indexed_parts(attributes, _ANSWERS_INDEXED, "assistant")
    yield _event_parts(span, answers=True)
    for key in _ANSWER_BODIES:
        value = parse_json(attributes.get(key))
        if value:
            yield parts_of(_body(value), "assistant", key)


def _ai_sdk_parts(attributes: Mapping[str, Any]) -> list[Part]:
    parts = []
    for key, role in (
        ("ai.response.reasoning", "reasoning"),
        ("ai.response.text", "assistant"),
        ("ai.response.object", "assistant"),
    ):
        value = text(attributes.get(key))
        if value:
            parts.append(Part(role, value, key))
    calls = parse_json(attributes.get("ai.response.toolCalls"))
    if isinstance(calls, list):
        parts += message_parts({"tool_calls": calls}, "ai.response.toolCalls")
    return parts


def _body(value: Any) -> Any:
    """Return the messages of a body that is no request body of a known API."""
    if isinstance(value, Mapping):
        for key in ("messages", "prompt", "input", "contents", "content", "choices", "message"):
            if value.get(key):
                return value[key]
    return value


def _indexed_parts(
    attributes: Mapping[str, Any], places: tuple[tuple[str, str], ...], role: str
) -> Iterator[list[Part]]:
    for prefix, inside in places:
        parts: list[Part] = []
        for at, item in enumerate(nested_list(attributes, prefix)):
            is_wrapped = (
                isinstance(item, Mapping) and inside and isinstance(item.get(inside), Mapping)
            )
            parts += parts_of(item[inside] if is_wrapped else item, role, f"{prefix}.{at}")
        yield parts


def _event_parts(span: Span, *, answers: bool) -> list[Part]:
    """Read the messages that older instrumentations write as events of the span."""
    parts: list[Part] = []
    for name, _, attributes in span.events:
        role = _ROLES.get(name)
        if answers and name in ("gen_ai.choice", "gen_ai.content.completion"):
            value = attributes.get("message") or attributes.get("gen_ai.completion")
            parts += parts_of(parse_json(value or attributes.get("content")), "assistant", name)
        elif not answers and name == "gen_ai.content.prompt":
            parts += parts_of(parse_json(attributes.get("gen_ai.prompt")), "user", name)
        elif not answers and role is not None:
            parts += _message_event(attributes, role, name)
        elif name == "gen_ai.client.inference.operation.details":
            key = "gen_ai.output.messages" if answers else "gen_ai.input.messages"
            parts += parts_of(
                parse_json(attributes.get(key)), "assistant" if answers else "user", key
            )
    return parts


def _message_event(attributes: Mapping[str, Any], role: str, name: str) -> list[Part]:
    """Read the event of a message; that of a tool has the id of the call as its own."""
    content = parse_json(attributes.get("content"))
    if role != "tool" and not attributes.get("tool_calls"):
        return parts_of(content, role, name)
    message = {
        "role": role,
        "content": content,
        "tool_calls": attributes.get("tool_calls"),
        "tool_call_id": attributes.get("id"),
        "name": attributes.get("name"),
    }
    return parts_of(message, role, name)


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
