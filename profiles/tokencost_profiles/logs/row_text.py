"""The text of a call in a mapped row: its request and its answer.

A request is a request body of any known API, a list of messages, or plain text; an answer is a
response body, a message, or plain text. Tables may hold either as JSON text.
"""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.calls.content import Part
from tokencost_profiles.logs.common.chat_parts import parts_of
from tokencost_profiles.logs.common.exports import parse_json_text
from tokencost_profiles.providers import requests, responses

# APIs of request bodies, as logs call them.
_API_NAMES: Final = {
    "openai-chat": "chat",
    "openai-responses": "responses",
    "anthropic": "messages",
    "gemini": "generateContent",
    "bedrock-converse": "converse",
    "cohere": "cohere.chat",
    "texts": "embeddings",
}


def request_parts(value: Any) -> tuple[tuple[Part, ...], str | None]:
    """Return the parts of a request, and the name of its API where that is known."""
    request = parse_json_text(value)
    if isinstance(request, list):
        request = {"messages": request}
    read = requests.read(request)
    if read is not None:
        return read.parts, _API_NAMES.get(read.api)
    return ((Part("user", value, ""),) if isinstance(value, str) else ()), None


def answer_parts(value: Any) -> tuple[Part, ...]:
    """Return the parts of an answer."""
    answer = parse_json_text(value)
    if isinstance(answer, dict):
        calls = responses.read(answer, text=True)
        parts = next((call.answer for call in calls if call.answer), None)
        return parts or parts_of([{"role": "assistant", **answer}])
    if isinstance(answer, list):
        return parts_of(answer)
    return (Part("assistant", value, ""),) if isinstance(value, str) else ()
