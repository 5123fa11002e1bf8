"""Earlier calls of functions, and their results, as OpenAI's models read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tokencost_profiles.calls.content import Message, Request, ToolCall, arguments_text
from tokencost_profiles.tokens.markup.prompt_format import CALLS, Segment


def names_of(request: Request) -> dict[str, str]:
    """Return the functions that were called, by the ids of the calls."""
    return {
        block.id: block.name
        for _, block in request.blocks()
        if isinstance(block, ToolCall) and block.id
    }


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
        yield Segment(CALLS, parallel_call(calls), tokens=rules["parallel"], place=calls[0].place)
        return
    for call in calls:
        yield Segment(
            CALLS, f"functions.{call.name}", tokens=rules.get("call", 0), place=call.place
        )
        yield Segment(CALLS, arguments(call), place=call.place)


def parallel_call(calls: Iterable[ToolCall]) -> str:
    """Return calls at once, as the call of a tool that makes them."""
    inside = ",".join(
        f'{{"recipient_name":"functions.{call.name}","parameters":{arguments(call)}}}'
        for call in calls
    )
    return f'{{"tool_uses":[{inside}]}}'


def arguments(call: ToolCall) -> str:
    """Return the arguments of a call as the model reads them: compact JSON."""
    text = arguments_text(call.arguments)
    try:
        return msgspec.json.encode(msgspec.json.decode(text)).decode()
    except (msgspec.DecodeError, RecursionError):
        return text
