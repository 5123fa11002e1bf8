"""The text of calls in exports: cells that hold a request or messages, and an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, SYSTEM, TOOLS, USER, Part
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.logs.common.chat_parts import message_parts, parts_of
from tokencost_profiles.logs.common.exports import parse_json_text
from tokencost_profiles.logs.common.tool_schemas import schema_parts
from tokencost_profiles.logs.http.pairs import is_request
from tokencost_profiles.providers import requests, responses
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping

_DEEPEST: Final = 4
_PROMPTS: Final = (
    "messages", "contents", "input", "prompt", "inputText", "texts", "singleEmbeddingParams",
)  # fmt: skip
_SETTINGS: Final = (
    "model", "modelId", "anthropic_version", "contents", "inferenceConfig", "toolConfig",
    "inputText", "texts", "singleEmbeddingParams",
)  # fmt: skip
_TOOLS: Final = ("tools", "functions", "tool_definitions", "available_tools")
_SYSTEMS: Final = (
    "system", "systemInstruction", "system_instruction", "instructions", "system_prompt",
)  # fmt: skip
_LISTS: Final = ("messages", "contents", "choices", "generations", "input", "inputs", "output")
_AROUND: Final = ("kwargs", "input", "inputs", "body", "request", "output", "response", "data")
_TEXTS: Final = ("prompt", "input", "text", "output", "query", "question", "completion", "answer")


def set_text(call: Call, prompt: Any, answer: Any, tools: Any = None) -> None:
    """Set the text of a call. `tools`: schemas, where they stand beside the prompt."""
    call.parts, call.has_request = prompt_parts(prompt, tools)
    call.answer = answer_parts(answer)


def prompt_parts(value: Any, tools: Any = None) -> tuple[tuple[Part, ...], bool]:
    """Return the parts of a prompt, and whether it is a complete request: it has its tools, or is
    the body that was sent.
    """
    prompt = parse_json_text(value)
    is_body = _is_body(prompt)
    request = requests.read(dict(prompt)) if is_body else None
    parts = (request_parts(request) if request else ()) or parts_of_value(prompt, USER)
    has_tools = any(part.role == TOOLS for part in parts)
    if not has_tools and tools:
        parts = (*schema_parts(tools), *parts)
        has_tools = any(part.role == TOOLS for part in parts)
    return parts, bool(parts) and (has_tools or is_body)


def answer_parts(value: Any) -> tuple[Part, ...]:
    """Return the parts of an answer: a response of a known API, a message, or a text."""
    answer = parse_json_text(value)
    if isinstance(answer, dict) and responses.response_format_of(answer) is not None:
        calls = responses.read(answer, text=True)
        parts = next((call.answer for call in calls if call.answer), None)
        if parts:
            return parts
    return parts_of_value(answer, ASSISTANT)


def parts_of_value(value: Any, role: str, depth: int = 0) -> tuple[Part, ...]:
    """Return the parts of an input or output cell, however it is written."""
    if isinstance(value, str):
        return (Part(role, value, ""),) if value else ()
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            return parts_of_value(value[0], role, depth)
        is_answer = role == ASSISTANT
        return parts_of(value, "output" if is_answer else "messages", role)
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return ()
    return (*_frame(value), *_content(value, role, depth))


def _frame(value: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return what stands before the messages of a body: tools, and the system prompt."""
    tools = next((value[key] for key in _TOOLS if value.get(key)), None)
    tools = tools or first_mapping(value, "toolConfig").get("tools")
    parts = schema_parts(tools)
    for key in _SYSTEMS:
        if value.get(key) and ("role" not in value or key == "system"):
            content = parse_json_text(value[key])
            parts += tuple(message_parts({"role": SYSTEM, "content": content}, key))
            break
    return parts


def _content(value: Mapping[str, Any], role: str, depth: int) -> tuple[Part, ...]:
    for name in _LISTS:
        listed = parse_json_text(value.get(name))
        if isinstance(listed, list) and listed:
            return parts_of_value(listed, role)
    for name in _AROUND:
        inside = parse_json_text(value.get(name))
        if isinstance(inside, Mapping) and (parts := parts_of_value(inside, role, depth + 1)):
            return parts
    parts = tuple(message_parts({"role": role, **value}))
    if parts:
        return parts
    for name in _TEXTS:
        if isinstance(value.get(name), str) and value[name]:
            return (Part(role, value[name], name),)
    return ()


def _is_body(value: Any) -> bool:
    """Whether a prompt is the body of a request: what it asks stands beside its settings."""
    if not isinstance(value, Mapping):
        return False
    has_prompt = any(value.get(name) for name in _PROMPTS)
    return has_prompt and is_request(value) and any(name in value for name in _SETTINGS)
