"""Known answers as requests: a text, or what a provider answered, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tokencost_profiles.calls.content import ASSISTANT, Block, Message, Request, Text
from tokencost_profiles.files.log_file import DECODE_ERRORS
from tokencost_profiles.providers import requests


def answer_request(text: str, asked: Request | None = None) -> Request:
    """Return the request that holds an answer as its only message, to be counted as output.

    `text`: the answer's words, or the JSON of a provider's answer (or of its message). `asked`:
    what is answered: tools and a form of the answer decide what stands around it.
    """
    request = asked or Request(api="openai-chat")
    blocks = _answer_blocks(text) or (Text(text),)
    return Request(
        api=request.api,
        messages=(Message(ASSISTANT, tuple(blocks)),),
        tools=request.tools,
        choice=request.choice,
        schema=request.schema,
    )


def _answer_blocks(text: str) -> list[Block]:
    """Return the blocks of a provider's answer; none where the text is none."""
    if not text.lstrip().startswith("{"):
        return []
    try:
        body = _body(msgspec.json.decode(text.encode("utf-8", "surrogatepass")))
    except (*DECODE_ERRORS, RecursionError):
        return []
    request = requests.read(body) if body else None
    return [block for _, block in request.blocks()] if request is not None else []


def _body(answer: Any) -> dict[str, Any]:
    """Return the request body that sends an answer back; empty for what is none."""
    if not isinstance(answer, Mapping):
        return {}
    choice, candidate = _first(answer.get("choices")), _first(answer.get("candidates"))
    if isinstance(choice.get("message"), Mapping):
        return {"messages": [choice["message"]]}
    if isinstance(candidate.get("content"), Mapping):
        return {"contents": [candidate["content"]]}
    if answer.get("object") == "response" and isinstance(answer.get("output"), list):
        return {"input": answer["output"]}
    if answer.get("role") != "assistant":
        return {}
    names = ("role", "content", "tool_calls")
    body: dict[str, Any] = {"messages": [{name: answer[name] for name in names if name in answer}]}
    if isinstance(answer.get("content"), list):
        body["anthropic_version"] = ""
    return body


def _first(values: Any) -> Mapping[str, Any]:
    first = values[0] if isinstance(values, list) and values else None
    return first if isinstance(first, Mapping) else {}
