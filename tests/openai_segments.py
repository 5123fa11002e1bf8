"""Requests to OpenAI, as the segments that its models read."""

from __future__ import annotations

from datetime import date
from typing import Any

from tokencost_profiles.providers.requests import openai_chat, openai_responses
from tokencost_profiles.tokens import prompt_rules as rules
from tokencost_profiles.tokens.prompt_formats import Segment, Subject
from tokencost_profiles.tokens.prompt_formats.openai import PROMPT_FORMAT

DAY = date(2026, 6, 1)


CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


TOOL = {
    "type": "function",
    "function": {"name": "look_up", "description": "Look", "parameters": CITY},
}


CALLED: dict[str, Any] = {
    "role": "assistant",
    "tool_calls": [
        {"id": "a", "function": {"name": "look_up", "arguments": '{"city": "Ulm"}'}},
    ],
}


def subject(model: str, api: str, provider: str = "openai") -> Subject:
    values = rules.values("openai", model, provider, api, DAY)
    return Subject(model, provider, api, DAY, values)


def chat(model: str, *messages: dict[str, Any], **body: Any) -> list[Segment]:
    request = openai_chat.REQUEST_FORMAT.read({"messages": list(messages), **body})
    return list(PROMPT_FORMAT.render(request, subject(model, openai_chat.NAME)))


def responses(model: str, *items: dict[str, Any], **body: Any) -> list[Segment]:
    request = openai_responses.REQUEST_FORMAT.read({"input": list(items), **body})
    return list(PROMPT_FORMAT.render(request, subject(model, openai_responses.NAME)))


def message_of(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


def added(segments: list[Segment]) -> float:
    return sum(segment.tokens for segment in segments)


def texts(segments: list[Segment]) -> list[str]:
    return [segment.text for segment in segments if segment.text]
