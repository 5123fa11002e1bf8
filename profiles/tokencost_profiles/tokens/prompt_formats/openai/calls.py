"""Earlier calls of functions, and their results, as OpenAI's models read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tokencost_profiles.calls.content import Message, Request, ToolCall, arguments_text
from tokencost_profiles.tokens.markup.chat_template import dumps
from tokencost_profiles.tokens.markup.prompt_format import CALLS, Segment


def names_of(request: Request) -> dict[str, str]:
    """Return the functions that were called, by the ids of the calls."""
    return {
        block.id: block.name
        for _, block in request.blocks()
        if isinstance(block, ToolCall) and block.id
    }


def parallel_ids(messages: Iterable[Message]) -> frozenset[str]:
    """Return the ids of calls that were made at once with others."""
    ids: set[str] = set()
    for message in messages:
        calls = [block for block in message.blocks if isinstance(block, ToolCall)]
        if len(calls) > 1:
            ids.update(call.id for call in calls if call.id)
    return frozenset(ids)


def merge_call_messages(messages: Iterable[Message]) -> Iterator[Message]:
    """Yield messages, neighbouring messages of calls joined into one."""
    held: Message | None = None
    for message in messages:
        if not message.blocks or not all(isinstance(block, ToolCall) for block in message.blocks):
            if held is not None:
                yield held
            held = None
            yield message
        elif held is None:
            held = message
        else:
            held = held._replace(blocks=(*held.blocks, *message.blocks))
    if held is not None:
        yield held


def call_segments(calls: list[ToolCall], rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield parallel calls: more than one are written as a call of calls."""
    if len(calls) > 1 and rules.get("parallel"):
        written = parallel_call(calls, spaced=bool(rules.get("parallel_json")))
        yield Segment(CALLS, written, tokens=rules["parallel"], place=calls[0].place)
        return
    for call in calls:
        yield Segment(
            CALLS, f"functions.{call.name}", tokens=rules.get("call", 0), place=call.place
        )
        yield Segment(CALLS, arguments(call), place=call.place)


def parallel_call(calls: Iterable[ToolCall], *, spaced: bool = False) -> str:
    """Return calls at once, as the call of a tool that makes them.

    The arguments are compact JSON, or `spaced` with a blank behind each colon and comma.
    """
    inside = ",".join(
        f'{{"recipient_name":"functions.{call.name}","parameters":{written}}}'
        for call in calls
        for written in (json_value(arguments(call)) if spaced else arguments(call),)
    )
    return f'{{"tool_uses":[{inside}]}}'


def arguments(call: ToolCall) -> str:
    """Return the arguments of a call as the model reads them: compact JSON."""
    text = arguments_text(call.arguments)
    try:
        return msgspec.json.encode(msgspec.json.decode(text)).decode()
    except (msgspec.DecodeError, RecursionError):
        return text


def json_value(text: str) -> str:
    """Return a text as a value of JSON: spaced where it is JSON, else as a string."""
    try:
        return dumps(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError):
        return dumps(text)
