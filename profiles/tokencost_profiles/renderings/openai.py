"""OpenAI models: chat and Responses, on OpenAI and Azure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.renderings._openai_schema import schema_text
from tokencost_profiles.renderings._text import bits_of
from tokencost_profiles.renderings._typescript import function_text
from tokencost_profiles.renderings.base import (
    CALLS,
    FRAME,
    SCHEMA,
    TEXT,
    TOOLS,
    Bit,
    Rendering,
    Subject,
)
from tokencost_profiles.requests.base import (
    ASSISTANT,
    SYSTEM,
    Message,
    Request,
    Tool,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)


def _serves(model: str, provider: str) -> bool:
    return model.startswith(
        ("gpt-", "chatgpt-", "o1", "o3", "o4", "codex", "computer-use", "text-embedding")
    )


# These read a text as it stands, no message around it.
_WORDLESS: Final = ("text-embedding", "davinci", "babbage", "text-davinci")


def _render(request: Request, subject: Subject) -> Iterator[Bit]:
    if subject.model.startswith(_WORDLESS) or "instruct" in subject.model:
        for _, piece in request.pieces():
            yield from bits_of(piece)
        return
    rules = subject.rules
    yield Bit(FRAME, tokens=rules.get("start", 0))
    if request.system:
        yield Bit(FRAME, tokens=rules.get("message", 0), place="system")
        for piece in request.system:
            yield from bits_of(piece)
    functions = [tool for tool in request.tools if tool.builtin is None]
    formed = request.schema if request.schema and request.schema.schema is not None else None
    joined = _joined(request, rules) if functions or formed else None
    names = _names(request)
    for message in request.messages:
        yield from _message(message, rules, names, message is joined)
        if formed and message.role == ASSISTANT:
            yield Bit(SCHEMA, tokens=rules.get("assistant_formed", 0), place=message.place)
    if functions:
        yield from _functions(functions, request, rules, joined is not None)
    for tool in request.tools:
        if tool.builtin is not None:
            yield Bit(TOOLS, json_text(tool.raw or {}), place=tool.place)
    if formed is not None:
        tokens = rules.get("schema_below" if joined is not None else "schema", 0)
        if functions:
            tokens -= rules.get("shared", 0)
        yield Bit(SCHEMA, schema_text(formed), tokens=tokens, place="schema")


def _joined(request: Request, rules: Mapping[str, Any]) -> Message | None:
    """Return the system message that functions are written below, where they are."""
    first = request.messages[0] if request.messages else None
    if first is None or first.role != SYSTEM or not rules.get("tools_below"):
        return None
    return first


def _names(request: Request) -> dict[str, str]:
    """Return the functions that were called, by the ids of the calls."""
    return {
        piece.id: piece.name
        for _, piece in request.pieces()
        if isinstance(piece, ToolCall) and piece.id
    }


def _message(
    message: Message, rules: Mapping[str, Any], names: Mapping[str, str], joined: bool
) -> Iterator[Bit]:
    pieces = message.pieces
    spoken = [piece for piece in pieces if not isinstance(piece, (ToolCall, ToolResult))]
    if spoken or not pieces:
        tokens = rules.get("message", 0)
        if message.role == ASSISTANT:
            tokens += rules.get("assistant", 0)
        yield Bit(FRAME, tokens=tokens, place=message.place)
    last = len(spoken) - 1 if joined else -1
    for at, piece in enumerate(spoken):
        for bit in bits_of(piece):
            yield bit._replace(text=f"{bit.text}\n\n") if at == last else bit
    calls = [piece for piece in pieces if isinstance(piece, ToolCall)]
    if calls:
        yield Bit(CALLS, tokens=-rules.get("message", 0) if spoken else 0, place=message.place)
        yield from _calls(calls, rules)
    for piece in pieces:
        if isinstance(piece, ToolResult):
            yield from _result(piece, rules, names)


def _calls(calls: list[ToolCall], rules: Mapping[str, Any]) -> Iterator[Bit]:
    """Yield calls that were made at once: more than one are written as a call of calls."""
    if len(calls) > 1 and rules.get("parallel"):
        inside = ",".join(
            f'{{"recipient_name":"functions.{call.name}","parameters":{_arguments(call)}}}'
            for call in calls
        )
        text = f'{{"tool_uses":[{inside}]}}'
        yield Bit(CALLS, text, tokens=rules["parallel"], place=calls[0].place)
        return
    for call in calls:
        yield Bit(CALLS, f"functions.{call.name}", tokens=rules.get("call", 0), place=call.place)
        yield Bit(CALLS, _arguments(call), place=call.place)


def _arguments(call: ToolCall) -> str:
    return compact(arguments_text(call.arguments))


def _result(
    result: ToolResult, rules: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[Bit]:
    name = names.get(result.id or "") or result.name or ""
    who = name if rules.get("result_bare") else f"functions.{name}"
    yield Bit(CALLS, who, tokens=rules.get("result", 0), place=result.place)
    for piece in result.content:
        for bit in bits_of(piece):
            yield bit._replace(kind=CALLS) if bit.kind == TEXT else bit


def compact(arguments: str) -> str:
    """Return arguments as they are shown to the model: JSON without spaces."""
    try:
        return msgspec.json.encode(msgspec.json.decode(arguments)).decode()
    except (msgspec.DecodeError, RecursionError):
        return arguments


def _functions(
    functions: list[Tool], request: Request, rules: Mapping[str, Any], below: bool
) -> Iterator[Bit]:
    written = "".join(
        function_text(tool.name, tool.description, tool.parameters) for tool in functions
    )
    start = "namespace functions {\n\n" if rules.get("tools_open") else ""
    yield Bit(TOOLS, f"{start}{written}}} // namespace functions", place="tools")
    yield Bit(TOOLS, tokens=rules.get("tools_below" if below else "tools", 0), place="tools")
    named = _must(functions, request, rules)
    if named and rules.get("named"):
        yield Bit(TOOLS, named, tokens=rules["named"], place="tool_choice")


def _must(functions: list[Tool], request: Request, rules: Mapping[str, Any]) -> str | None:
    """Return the function that has to be called, where one is named."""
    names = {tool.name for tool in functions}
    if request.choice in names:
        return request.choice
    if request.choice == "required" and len(names) == 1 and rules.get("required"):
        return next(iter(names))
    return None


def _answer(request: Request, subject: Subject) -> Iterator[Bit]:
    for _, piece in request.pieces():
        if isinstance(piece, ToolCall):
            yield Bit(TEXT, piece.name, tokens=subject.rules.get("answer_call", 0))
            yield Bit(TEXT, compact(arguments_text(piece.arguments)))
        else:
            for bit in bits_of(piece):
                yield bit._replace(kind=TEXT)


RENDERING: Final = Rendering("openai", _serves, _render, 50, _answer)
