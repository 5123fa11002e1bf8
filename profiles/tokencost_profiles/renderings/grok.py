"""Grok: a hidden system text that differs by version, a frame around functions, JSON for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.renderings._text import bits_of
from tokencost_profiles.renderings.base import (
    CALLS,
    FRAME,
    IMAGES,
    MEDIA,
    SCHEMA,
    TEXT,
    THINKING,
    TOOLS,
    Bit,
    Rendering,
    Subject,
)
from tokencost_profiles.requests.base import (
    ASSISTANT,
    SYSTEM,
    Media,
    Piece,
    Reasoning,
    Request,
    Tool,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)


def _serves(model: str, provider: str) -> bool:
    return "grok" in model


def _render(request: Request, subject: Subject) -> Iterator[Bit]:
    rules = subject.rules
    yield Bit(FRAME, tokens=rules.get("start", 0) + _frame(request, rules))
    functions = [tool for tool in request.tools if not tool.builtin]
    if functions:
        yield Bit(TOOLS, tokens=rules.get("tools", 0) + rules.get("tool", 0) * len(functions))
    for tool in request.tools:
        yield _tool(tool, rules)
    if request.schema is not None:
        schema = request.schema.schema
        text = json_text(schema) if schema else ""
        yield Bit(SCHEMA, text, tokens=rules.get("schema" if schema else "json", 0), place="schema")
    for role, piece in request.pieces():
        yield from _piece(role, piece, rules)


def _frame(request: Request, rules: Mapping[str, Any]) -> float:
    """Return what stands around the messages behind the first prompt, by who says them."""
    roles = request.roles
    system = bool(request.system) or SYSTEM in roles
    answers = roles.count(ASSISTANT)
    return float(rules.get("system", 0) * system + rules.get("answer", 0) * answers)


def _tool(tool: Tool, rules: Mapping[str, Any]) -> Bit:
    if tool.builtin:
        warning = f"what '{tool.name}' adds is not known"
        return Bit(TOOLS, tokens=rules.get("builtin", 0), place=tool.place, warning=warning)
    said = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    text = json_text({name: value for name, value in said.items() if value})
    return Bit(TOOLS, text, scale=rules.get("tool_scale", 1), place=tool.place)


def _piece(role: str, piece: Piece, rules: Mapping[str, Any]) -> Iterator[Bit]:
    if isinstance(piece, Reasoning):
        # Thoughts of earlier answers are left out, sealed ones are read again.
        tokens = piece.sealed * rules.get("sealed", 0)
        warning = "thoughts are guessed from their size" if tokens else None
        yield Bit(THINKING, tokens=tokens, place=piece.place, warning=warning)
    elif isinstance(piece, ToolCall):
        yield Bit(CALLS, tokens=rules.get("call", 0), place=piece.place)
        text = f"{piece.name}{arguments_text(piece.arguments)}"
        yield Bit(CALLS, text, scale=rules.get("call_scale", 1), place=piece.place)
    elif isinstance(piece, ToolResult):
        yield Bit(CALLS, tokens=rules.get("result", 0), place=piece.place)
        for inner in piece.content:
            for bit in _piece(role, inner, rules):
                yield bit._replace(kind=CALLS) if bit.kind == TEXT else bit
    elif isinstance(piece, Media) and piece.kind == "image":
        yield Bit(IMAGES, tokens=rules.get("image", 0), place=piece.place)
    elif isinstance(piece, Media):
        warning = None if piece.text else f"{piece.kind} not counted"
        yield Bit(MEDIA, piece.text or "", place=piece.place, warning=warning)
    else:
        yield from bits_of(piece)


def _answer(request: Request, subject: Subject) -> Iterator[Bit]:
    for role, piece in request.pieces():
        if isinstance(piece, ToolCall):
            yield Bit(TEXT, tokens=subject.rules.get("answered", 0))
        if role != SYSTEM:
            yield from (bit._replace(kind=TEXT) for bit in bits_of(piece))


RENDERING: Final = Rendering("grok", _serves, _render, 50, _answer)
