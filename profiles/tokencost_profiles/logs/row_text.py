"""The text of a call in a mapped row: its request and its answer.

A request is a request body of any known API, a list of messages, or plain text; an answer is a
response body, a message, or plain text. Tables may hold either as JSON text.
"""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.logs.common.exports import parse_json_text
from tokencost_profiles.logs.common.logged_text import prompt_parts
from tokencost_profiles.providers import requests

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


def set_request(call: Call, value: Any) -> None:
    """Set the parts of a request, and the API where it is known and the row names none."""
    request = parse_json_text(value)
    if isinstance(request, list):
        request = {"messages": request}
    read = requests.read(request)
    if read is not None:
        call.parts, call.api = request_parts(read), call.api or _API_NAMES.get(read.api)
        call.has_request = isinstance(parse_json_text(value), dict)
    else:
        call.parts, call.has_request = prompt_parts(value)
