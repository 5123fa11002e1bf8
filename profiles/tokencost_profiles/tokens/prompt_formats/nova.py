"""Amazon Nova and Titan on Bedrock: the vocabulary is closed, the rules are fitted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    Media,
    Piece,
    Request,
    Tool,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)
from tokencost_profiles.tokens.markup.digits import more_for_digits
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    MEDIA,
    SCHEMA,
    TEXT,
    TOOLS,
    Bit,
    Rendering,
    Subject,
)
from tokencost_profiles.tokens.markup.text import bits_of
from tokencost_profiles.tokens.markup.unknown_media import image_bit, length_bit, uncounted_bit

_TILE: Final = 448
_MOST_TILES: Final = 12
_USUAL: Final = (800, 600)  # pixels of an image whose size is not known
# Every grid of tiles, the smallest first.
_GRIDS: Final = sorted(
    (
        (across, down)
        for across in range(1, _MOST_TILES + 1)
        for down in range(1, _MOST_TILES // across + 1)
    ),
    key=lambda grid: grid[0] * grid[1],
)


def _serves(model: str, provider: str) -> bool:
    return ("nova" in model and "amazon" in model) or model.startswith(("nova-", "titan", "amazon"))


def _render(request: Request, subject: Subject) -> Iterator[Bit]:
    rules = subject.rules
    yield Bit(FRAME, tokens=rules.get("start", 0))
    yield Bit(FRAME, tokens=rules.get("message", 0) * max(0, len(request.messages) - 1))
    if request.thinking is not None and request.thinking.on:
        yield Bit(FRAME, tokens=rules.get("thinking", 0))
    functions = [tool for tool in request.tools if not tool.builtin]
    if functions:
        yield Bit(TOOLS, tokens=rules.get("tools", 0))
    for tool in request.tools:
        yield _tool(tool, rules)
    if request.schema is not None and request.schema.schema:
        yield Bit(SCHEMA, json_text(request.schema.schema), place="schema")
    for _, piece in request.pieces():
        yield from _piece(piece, rules)
    for message in request.messages:
        if any(isinstance(piece, ToolCall) for piece in message.pieces):
            yield Bit(CALLS, tokens=rules.get("calls", 0), place=message.place)


def _tool(tool: Tool, rules: Mapping[str, Any]) -> Bit:
    if tool.builtin:
        tokens = rules.get("builtin", 0)
        return Bit(TOOLS, tokens=tokens, place=tool.place, warning=f"'{tool.name}' is a guess")
    said = {"name": tool.name, "description": tool.description, "inputSchema": tool.parameters}
    text = json_text({name: value for name, value in said.items() if value})
    return Bit(TOOLS, text, scale=rules.get("tool_scale", 1), place=tool.place)


def _piece(piece: Piece, rules: Mapping[str, Any]) -> Iterator[Bit]:
    if isinstance(piece, ToolCall):
        yield Bit(CALLS, tokens=rules.get("call", 0), place=piece.place)
        yield from _call(piece, rules)
    elif isinstance(piece, ToolResult):
        yield Bit(CALLS, tokens=rules.get("result", 0), place=piece.place)
        for inner in piece.content:
            for bit in _piece(inner, rules):
                yield bit._replace(kind=CALLS) if bit.kind == TEXT else bit
    elif isinstance(piece, Media):
        yield _media(piece, rules)
    else:
        for bit in bits_of(piece):
            yield bit._replace(tokens=bit.tokens + more_for_digits(bit.text))


def _call(piece: ToolCall, rules: Mapping[str, Any]) -> Iterator[Bit]:
    text = arguments_text(piece.arguments)
    # Each argument stands in a tag of its own: its key is followed by a colon.
    tags = rules.get("argument", 0) * text.count('":')
    yield Bit(CALLS, f"{piece.name}{text}", tokens=tags, place=piece.place)


def _media(piece: Media, rules: Mapping[str, Any]) -> Bit:
    if piece.kind == "image":
        if not (piece.width and piece.height):
            return image_bit(piece, lambda width, height: _picture(width, height, rules), _USUAL)
        return Bit(IMAGES, tokens=_picture(piece.width, piece.height, rules), place=piece.place)
    if piece.kind == "video":
        tokens = rules.get("video", 0) + (piece.seconds or 0) * rules.get("second", 0)
        if not piece.seconds:
            return length_bit(piece, "0 seconds", tokens)
        return Bit(MEDIA, tokens=tokens, place=piece.place, warning="a video is a guess")
    if piece.kind == "document" and rules.get("page") and (piece.pages or not piece.text):
        tokens = (piece.pages or 1) * rules["page"]
        if not piece.pages:
            return length_bit(piece, "one page", tokens)
        return Bit(MEDIA, tokens=tokens, place=piece.place)
    if not piece.text:
        return uncounted_bit(piece)
    return Bit(MEDIA, piece.text, place=piece.place)


def _picture(width: int, height: int, rules: Mapping[str, Any]) -> float:
    pixels = rules.get("pixels")
    tiles = width * height / pixels if pixels else (1 + _tiles(width, height)) * rules["tile"]
    return float(rules.get("image", 0) + tiles)


def _tiles(width: int, height: int) -> int:
    """Return how many tiles a picture is cut into: the grid whose shape is nearest to its own.

    Of grids of one shape the larger counts where the picture covers at least half of it.
    """
    shape, area = width / height, width * height
    best, nearest = (1, 1), math.inf
    for across, down in _GRIDS:
        apart = abs(shape - across / down)
        larger = area > 0.5 * _TILE * _TILE * across * down
        if apart < nearest or (apart == nearest and larger):
            best, nearest = (across, down), apart
    return best[0] * best[1]


def _answer(request: Request, subject: Subject) -> Iterator[Bit]:
    rules = subject.rules
    for _, piece in request.pieces():
        if isinstance(piece, ToolCall):
            yield Bit(TEXT, tokens=rules.get("answered", 0))
            yield from (bit._replace(kind=TEXT) for bit in _call(piece, rules))
        else:
            yield Bit(TEXT, tokens=rules.get("ended", 0))
            yield from (bit._replace(kind=TEXT) for bit in _piece(piece, rules))


RENDERING: Final = Rendering(
    "nova",
    _serves,
    _render,
    order=50,
    answer=_answer,
)
