"""Earlier calls of functions, and what they gave back, as OpenAI's models are shown them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tokencost_profiles.calls.content import Message, Request, ToolCall, arguments_text
from tokencost_profiles.tokens.markup.prompt_format import CALLS, Bit


def names_of(request: Request) -> dict[str, str]:
    """Return the functions that were called, by the ids of the calls."""
    return {
        piece.id: piece.name
        for _, piece in request.pieces()
        if isinstance(piece, ToolCall) and piece.id
    }


def put_together(messages: Iterable[Message]) -> Iterator[Message]:
    """Yield messages, calls that follow each other in messages of their own put into one."""
    held: Message | None = None
    for message in messages:
        if not message.pieces or not all(isinstance(piece, ToolCall) for piece in message.pieces):
            if held is not None:
                yield held
            held = None
            yield message
        elif held is None:
            held = message
        else:
            held = held._replace(pieces=(*held.pieces, *message.pieces))
    if held is not None:
        yield held


def call_bits(calls: list[ToolCall], rules: Mapping[str, Any]) -> Iterator[Bit]:
    """Yield calls that were made at once: more than one are written as a call of calls."""
    if len(calls) > 1 and rules.get("parallel"):
        yield Bit(CALLS, as_one(calls), tokens=rules["parallel"], place=calls[0].place)
        return
    for call in calls:
        yield Bit(CALLS, f"functions.{call.name}", tokens=rules.get("call", 0), place=call.place)
        yield Bit(CALLS, arguments(call), place=call.place)


def as_one(calls: Iterable[ToolCall]) -> str:
    """Return calls at once, as the call of a tool that makes them."""
    inside = ",".join(
        f'{{"recipient_name":"functions.{call.name}","parameters":{arguments(call)}}}'
        for call in calls
    )
    return f'{{"tool_uses":[{inside}]}}'


def arguments(call: ToolCall) -> str:
    """Return the arguments of a call as they are shown: JSON without spaces."""
    text = arguments_text(call.arguments)
    try:
        return msgspec.json.encode(msgspec.json.decode(text)).decode()
    except (msgspec.DecodeError, RecursionError):
        return text
