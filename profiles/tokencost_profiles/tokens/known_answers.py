"""Known answers as requests: a text, or what a provider answered, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, Final, TypeGuard

import msgspec

from tokencost_profiles.calls.content import ASSISTANT, Block, Message, Request, Text
from tokencost_profiles.files.log_file import DECODE_ERRORS
from tokencost_profiles.providers import requests

_MESSAGE: Final = frozenset({"content", "tool_calls"})


def answer_request(text: str, asked: Request | None = None) -> Request:
    """Return the request that holds an answer as its only message, to be counted as output.

    `text`: the answer's words, or the JSON of a provider's answer (or of its message). `asked`:
    what is answered: tools and a form of the answer decide what stands around it.
    """
    request = asked or Request(api="openai-chat")
    blocks = _answer_blocks(text)
    return Request(
        api=request.api,
        messages=(Message(ASSISTANT, (Text(text),) if blocks is None else blocks),),
        tools=request.tools,
        choice=request.choice,
        schema=request.schema,
    )


def _answer_blocks(text: str) -> tuple[Block, ...] | None:
    """Return the blocks of a provider's answer, all choices of it; None where the text is none."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        answer = msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
        body = _streamed(answer) if isinstance(answer, list) else _body(answer)
        request = requests.read(body) if body else None
    except (*DECODE_ERRORS, RecursionError):
        return None
    return None if request is None else tuple(block for _, block in request.blocks())


def _streamed(chunks: list[Any]) -> dict[str, Any]:
    """Return the body that sends back an answer of Gemini in chunks; empty for other lists."""
    bodies = [_body(chunk) for chunk in chunks]
    if not all(map(_is_chunk, chunks)):
        return {}
    contents = [content for body in bodies for content in body.get("contents", ())]
    return {"contents": contents} if contents else {}


def _is_chunk(chunk: Any) -> bool:
    return isinstance(chunk, Mapping) and not {"candidates", "usageMetadata"}.isdisjoint(chunk)


def _body(answer: Any) -> dict[str, Any]:
    """Return the request body that sends an answer back; empty for what is none."""
    if not isinstance(answer, Mapping):
        return {}
    candidates = _parts(answer.get("candidates"), "content")
    if candidates:
        return {"contents": candidates}
    output = answer.get("output")
    if _is_of_responses(answer):
        return {"input": output}
    messages = _parts(answer.get("choices"), "message")
    messages += [{"role": ASSISTANT, "content": text} for text in _texts(answer)]
    inner = answer.get("message") or (
        output.get("message") if isinstance(output, Mapping) else None
    )
    if not messages:
        messages += [one for one in (inner, answer) if _is_message(one)][:1]
    names = ("role", "content", "tool_calls")
    body: dict[str, Any] = {
        "messages": [{name: one[name] for name in names if name in one} for one in messages]
    }
    if messages and messages[0] is answer and isinstance(answer.get("content"), list):
        body["anthropic_version"] = ""
    if isinstance(output, Mapping):
        body["inferenceConfig"] = {}  # Bedrock's Converse
    return body if messages else {}


def _parts(values: Any, name: str) -> list[Mapping[str, Any]]:
    """Return what choices hold under a name."""
    every = values if isinstance(values, list) else []
    return [
        value[name]
        for value in every
        if isinstance(value, Mapping) and isinstance(value.get(name), Mapping)
    ]


def _texts(answer: Mapping[str, Any]) -> list[str]:
    """Return the texts of APIs that answer with no message: older completions, Cohere's first."""
    choices = answer.get("choices")
    if answer.get("object") == "text_completion" and isinstance(choices, list):
        texts = [choice.get("text") for choice in choices if isinstance(choice, Mapping)]
        return [text for text in texts if isinstance(text, str)]
    text = answer.get("text")
    return [text] if isinstance(text, str) and "generation_id" in answer else []


def _is_of_responses(answer: Mapping[str, Any]) -> bool:
    output = answer.get("output")
    is_response = answer.get("object") == "response" or str(answer.get("id")).startswith("resp_")
    return is_response and isinstance(output, list)


def _is_message(value: Any) -> TypeGuard[Mapping[str, Any]]:
    if not isinstance(value, Mapping) or value.get("role") != ASSISTANT:
        return False
    has_text = isinstance(value.get("content"), (str, list, NoneType))
    return has_text and not _MESSAGE.isdisjoint(value)
