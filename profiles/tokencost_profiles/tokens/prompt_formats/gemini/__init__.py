"""Gemini and Gemma, on AI Studio and Vertex.

The Gemini API counts what the model reads: one token around each content that has a role, and
functions as the generation of the model reads them. Vertex, and the Gemini API up to 2.0, count
the texts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import (
    SYSTEM,
    Media,
    Other,
    Piece,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    SCHEMA,
    TEXT,
    THINKING,
    TOOLS,
    Bit,
    Rendering,
    Subject,
)
from tokencost_profiles.tokens.markup.text import bits_of
from tokencost_profiles.tokens.prompt_formats.gemini import classic, python
from tokencost_profiles.tokens.prompt_formats.gemini import declaration as declared
from tokencost_profiles.tokens.prompt_formats.gemini.media_tokens import Shelf

_PYTHON: Final = "python"
_DECLARED: Final = "declaration"


def _serves(model: str, provider: str) -> bool:
    return model.rpartition("/")[2].startswith(("gemini", "gemma", "learnlm"))


def _render(request: Request, subject: Subject) -> Iterator[Bit]:
    rules = subject.rules
    yield Bit(FRAME, tokens=rules.get("start", 0))
    yield Bit(FRAME, tokens=rules.get("content", 0) * _framed(request))
    for tool in request.tools:
        yield from _tool(tool, rules)
    schema = request.schema.schema if request.schema is not None else None
    if schema:
        yield from _schema(schema, request, rules)
    reader = _Reader(request, rules)
    for piece in request.system:
        yield from reader.piece(piece, False)
    current = _current(request)
    for at, message in enumerate(request.messages):
        for piece in message.pieces:
            yield from reader.piece(piece, at > current)


def _framed(request: Request) -> int:
    """Return how many contents have a role: the one of a system instruction may be left out."""
    without = request.options.get("contentsWithoutRole", 0)
    number = len(request.messages) + (1 if request.system else 0)
    return max(0, number - without) if isinstance(without, int) else number


def _names(request: Request) -> dict[str, str]:
    """Return the names of calls by id: other APIs name the function only in the call."""
    return {
        piece.id: piece.name
        for message in request.messages
        for piece in message.pieces
        if isinstance(piece, ToolCall) and piece.id
    }


def _current(request: Request) -> int:
    """Return where the last message stands that says something new, not what a tool gave back."""
    last = -1
    for at, message in enumerate(request.messages):
        if message.role not in ("assistant", "tool") and not any(
            isinstance(piece, ToolResult) for piece in message.pieces
        ):
            last = at
    return last


def _tool(tool: Tool, rules: Mapping[str, Any]) -> Iterator[Bit]:
    if tool.builtin:
        yield Bit(TOOLS, place=tool.place, warning=f"what '{tool.name}' adds is not counted")
    elif rules.get("tools") == _DECLARED:
        yield from declared.bits(TOOLS, declared.declaration(tool), tool.place)
    elif rules.get("tools") == _PYTHON:
        schema = msgspec.json.encode(tool.parameters or {})
        text = python.declaration(tool.name, tool.description, schema)
        yield Bit(TOOLS, text, place=tool.place)
    else:
        keys = bool(rules.get("tool")) and bool(tool.parameters)
        yield Bit(TOOLS, tokens=rules.get("tool", 0) if keys else 0, place=tool.place)
        yield from _texts(TOOLS, classic.declaration(tool, keys), tool.place)


def _texts(kind: str, texts: Iterable[str], place: str) -> Iterator[Bit]:
    for text in texts:
        if text:
            yield Bit(kind, text, place=place)


def _schema(schema: Mapping[str, Any], request: Request, rules: Mapping[str, Any]) -> Iterator[Bit]:
    """Yield what the form of the answer adds. It is not billed where functions are read whole."""
    if rules.get("tools") in (_PYTHON, _DECLARED):
        return
    if request.options.get("responseJsonSchema") or request.api != "gemini":
        yield Bit(SCHEMA, tokens=rules.get("json_schema", 0), place="schema")
        if rules.get("json_schema"):
            yield from _texts(SCHEMA, classic.leaves(schema), "schema")
        return
    yield from _texts(SCHEMA, classic.schema(schema), "schema")


class _Reader:
    """Reads the pieces of one request."""

    def __init__(self, request: Request, rules: Mapping[str, Any]) -> None:
        self._rules = rules
        self._form = rules.get("tools")
        self._shelf = Shelf(request, rules)
        self._names = _names(request)

    def piece(self, piece: Piece, now: bool) -> Iterator[Bit]:
        """Yield the bits of a piece. `now`: it stands behind the last prompt."""
        if isinstance(piece, Reasoning):
            yield from self._thought(piece, now)
        elif isinstance(piece, ToolCall):
            yield from self.call(piece)
        elif isinstance(piece, ToolResult):
            yield from self._result(piece)
        elif isinstance(piece, Media):
            yield from self._shelf.bits(piece)
        else:
            yield from bits_of(piece)

    def call(self, piece: ToolCall) -> Iterator[Bit]:
        """Yield a call, as it was answered or is sent back."""
        yield Bit(CALLS, tokens=self._rules.get("call", 0), place=piece.place)
        if self._form == _DECLARED:
            yield from declared.bits(CALLS, declared.call(piece), piece.place)
        elif self._form == _PYTHON:
            yield Bit(CALLS, python.call(piece), place=piece.place)
        else:
            yield from _texts(CALLS, classic.arguments(piece), piece.place)

    def _thought(self, piece: Reasoning, now: bool) -> Iterator[Bit]:
        """Yield a thought. A sealed one is read until the answer to the last prompt is whole."""
        if not piece.sealed:
            yield Bit(THINKING, piece.text, scale=self._rules.get("thought", 0), place=piece.place)
            return
        tokens = piece.sealed * self._rules.get("sealed", 0) - self._rules.get("sealed_empty", 0)
        if now and tokens > 0:
            warning = "thoughts are guessed from the size of what they are sealed in"
            yield Bit(THINKING, tokens=tokens, place=piece.place, warning=warning)

    def _result(self, piece: ToolResult) -> Iterator[Bit]:
        named = piece.id if self._rules.get("result_name") == "id" else None
        name = piece.name or named or self._names.get(piece.id or "", "")
        value = _given(piece, name, self._rules.get("result_text", ""))
        yield Bit(CALLS, tokens=self._rules.get("result", 0), place=piece.place)
        if self._form == _DECLARED:
            yield from declared.bits(CALLS, declared.result(name, value), piece.place)
        elif self._form == _PYTHON:
            yield Bit(CALLS, python.result(name, value), place=piece.place)
        else:
            yield from _texts(CALLS, (name, *classic.leaves(value)), piece.place)
        for inner in piece.content:
            if isinstance(inner, Media):
                yield from self._shelf.bits(inner)


def _given(piece: ToolResult, name: str, form: str) -> Any:
    """Return what a tool gave back as one value: other APIs give a text, gateways dress it."""
    for inner in piece.content:
        if isinstance(inner, Other):
            return inner.value
    text = "".join(inner.text for inner in piece.content if isinstance(inner, Text))
    if form == "named":
        return {"name": name, "content": text}
    if text.startswith("{"):
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            pass
    return {"result": text}


def _answer(request: Request, subject: Subject) -> Iterator[Bit]:
    reader = _Reader(request, subject.rules)
    for role, piece in request.pieces():
        if isinstance(piece, ToolCall):
            yield Bit(TEXT, tokens=subject.rules.get("answered", 0))
        if role != SYSTEM:
            yield from (bit._replace(kind=TEXT) for bit in reader.piece(piece, False))


RENDERING: Final = Rendering(
    "gemini",
    _serves,
    _render,
    order=50,
    answer=_answer,
)
