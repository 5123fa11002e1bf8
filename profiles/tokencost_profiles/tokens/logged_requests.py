"""The request rebuilt from the parts of a logged call, as far as the log has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    USER,
    Block,
    Media,
    Message,
    Part,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)
from tokencost_profiles.files.log_file import DECODE_ERRORS
from tokencost_profiles.providers.bodies.blocks import as_list, as_mapping, function_tool

_ROLES: Final = {
    "system": SYSTEM,
    "assistant": ASSISTANT,
    "reasoning": ASSISTANT,
    "tool_call": ASSISTANT,
    "tool_result": TOOL,
}


# The API of a call, as request bodies are named.
APIS: Final = {
    "chat": "openai-chat",
    "chat.completions": "openai-chat",
    "agents.completions": "openai-chat",
    "responses": "openai-responses",
    "messages": "anthropic",
    "invoke": "anthropic",
    "rawPredict": "anthropic",
    "generateContent": "gemini",
    "converse": "bedrock-converse",
    "converse-stream": "bedrock-converse",
    "cohere.chat": "cohere",
    "embeddings": "texts",
}


def api_of(called: str | None) -> str:
    """Return which API of `requests` a log means; chat of OpenAI's form where it names none."""
    return APIS.get(called or "", "openai-chat")


def request_of(parts: Iterable[Part], called: str | None, model: str | None = None) -> Request:
    """Return the request that parts make: tools apart, parts of one message together.

    `called`: the API, as the log calls it.
    """
    all_parts = list(parts)
    system = [part for part in all_parts if part.role == "system" and not _in_messages(part)]
    return Request(
        api=api_of(called),
        model=model,
        system=tuple(_block(part) for part in system),
        messages=tuple(
            _messages(part for part in all_parts if part.role != "tools" and part not in system)
        ),
        tools=tuple(tool for part in all_parts if part.role == "tools" for tool in tools_of(part)),
    )


def _messages(parts: Iterable[Part]) -> Iterator[Message]:
    for (role, place), message_parts in groupby(
        parts, key=lambda part: (_role(part), _message(part))
    ):
        yield Message(role, tuple(_block(part) for part in message_parts), place=place)


def _in_messages(part: Part) -> bool:
    """Whether a system prompt stands among the messages, as OpenAI has it, or beside them."""
    return part.place.startswith(("messages", "input", "[")) or not part.place


def _role(part: Part) -> str:
    return _ROLES.get(part.role, USER)


def _message(part: Part) -> str:
    """Return the place of the message that a part stands in: `messages[3]` of its place."""
    head, bracket, _ = part.place.partition("]")
    return head + bracket


def _block(part: Part) -> Block:
    if part.role == "reasoning":
        return Reasoning(part.text, place=part.place)
    if part.role == "tool_call":
        name, brace, rest = part.text.partition("{")
        return ToolCall(name, brace + rest, place=part.place)
    if part.role == "tool_result":
        return ToolResult((Text(part.text, part.place),), place=part.place)
    if part.role == "attachment":
        media = part.media or Media("document", part.place)
        return media._replace(text=part.text or None)
    return Text(part.text, part.place)


def tools_of(part: Part) -> Iterator[Tool]:
    """Yield the tools of a definition, in the form of any provider."""
    try:
        raw = as_mapping(msgspec.json.decode(part.text))
    except (*DECODE_ERRORS, RecursionError):
        raw = {}
    declared: list[Any] = as_list(raw.get("functionDeclarations")) or [
        raw.get("function") or raw.get("toolSpec") or raw
    ]
    for entry in declared:
        tool = function_tool(as_mapping(entry), raw, part.place)
        schema = as_mapping(as_mapping(entry).get("inputSchema"))
        yield tool._replace(parameters=schema.get("json", schema)) if schema else tool
