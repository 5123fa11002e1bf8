"""Grok: a hidden system text that differs by version, a frame around functions, JSON for them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
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
from tokencost_profiles.tokens.markup.prompt_format import (
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
from tokencost_profiles.tokens.markup.text import bits_of
from tokencost_profiles.tokens.markup.unknown_media import image_bit, uncounted_bit

_TILE: Final = 448
_MOST_TILES: Final = 6
_USUAL: Final = (1024, 768)  # pixels of an image whose size is not known


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
    yield from _kept(request, rules)


def _kept(request: Request, rules: Mapping[str, Any]) -> Iterator[Bit]:
    """Yield the thoughts that the provider itself keeps of answers that called functions."""
    for message in request.messages:
        if rules.get("kept") and any(isinstance(piece, ToolCall) for piece in message.pieces):
            warning = "thoughts that the provider keeps are a guess"
            yield Bit(THINKING, tokens=rules["kept"], place=message.place, warning=warning)


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
        yield _call(piece, rules)
    elif isinstance(piece, ToolResult):
        yield Bit(CALLS, tokens=rules.get("result", 0), place=piece.place)
        for inner in piece.content:
            for bit in _piece(role, inner, rules):
                yield bit._replace(kind=CALLS) if bit.kind == TEXT else bit
    elif isinstance(piece, Media) and piece.kind == "image":
        yield _image(piece, rules)
    elif isinstance(piece, Media):
        known = Bit(MEDIA, piece.text or "", place=piece.place)
        yield known if piece.text else uncounted_bit(piece)
    else:
        yield from bits_of(piece)


def _call(piece: ToolCall, rules: Mapping[str, Any]) -> Bit:
    text = arguments_text(piece.arguments)
    # Each argument stands in a tag of its own: its key is followed by a colon.
    tags = rules.get("argument", 0) * text.count('":')
    return Bit(CALLS, f"{piece.name}{text}", tokens=tags, place=piece.place)


def _image(piece: Media, rules: Mapping[str, Any]) -> Bit:
    def tokens_of(width: int, height: int) -> float:
        side = rules.get("patch")
        if side:
            patches = math.ceil(width / side) * math.ceil(height / side)
            return float(patches + rules.get("image", 0))
        tiles = min(_MOST_TILES, math.ceil(width / _TILE) * math.ceil(height / _TILE))
        overview = 1 if tiles > 1 else 0  # an image that is cut is sent uncut as well
        return float((tiles + overview) * 256 + 1)

    if piece.width and piece.height:
        return Bit(IMAGES, tokens=tokens_of(piece.width, piece.height), place=piece.place)
    return image_bit(piece, tokens_of, _USUAL)


def _answer(request: Request, subject: Subject) -> Iterator[Bit]:
    for role, piece in request.pieces():
        if isinstance(piece, ToolCall):
            yield Bit(TEXT, tokens=subject.rules.get("answered", 0))
            yield _call(piece, subject.rules)._replace(kind=TEXT)
        elif role != SYSTEM:
            yield from (bit._replace(kind=TEXT) for bit in bits_of(piece))


RENDERING: Final = Rendering(
    "grok",
    _serves,
    _render,
    order=50,
    answer=_answer,
)
