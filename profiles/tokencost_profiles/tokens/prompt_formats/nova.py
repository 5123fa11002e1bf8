"""Amazon Nova and Titan on Bedrock: the vocabulary is closed, the rules are fitted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    Block,
    Media,
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
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.text import segments_of
from tokencost_profiles.tokens.markup.unknown_media import (
    segment_of_unknown_length,
    segment_of_unknown_size,
    uncounted_segment,
)

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


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    yield Segment(FRAME, tokens=rules.get("start", 0))
    yield Segment(FRAME, tokens=rules.get("message", 0) * max(0, len(request.messages) - 1))
    if request.thinking is not None and request.thinking.on:
        yield Segment(FRAME, tokens=rules.get("thinking", 0))
    functions = [tool for tool in request.tools if not tool.builtin]
    if functions:
        yield Segment(TOOLS, tokens=rules.get("tools", 0))
    for tool in request.tools:
        yield _tool(tool, rules)
    if request.schema is not None and request.schema.schema:
        yield Segment(SCHEMA, json_text(request.schema.schema), place="schema")
    for _, block in request.blocks():
        yield from _block(block, rules)
    for message in request.messages:
        if any(isinstance(block, ToolCall) for block in message.blocks):
            yield Segment(CALLS, tokens=rules.get("calls", 0), place=message.place)


def _tool(tool: Tool, rules: Mapping[str, Any]) -> Segment:
    if tool.builtin:
        tokens = rules.get("builtin", 0)
        return Segment(TOOLS, tokens=tokens, place=tool.place, warning=f"'{tool.name}' is a guess")
    fields = {"name": tool.name, "description": tool.description, "inputSchema": tool.parameters}
    text = json_text({name: value for name, value in fields.items() if value})
    return Segment(TOOLS, text, scale=rules.get("tool_scale", 1), place=tool.place)


def _block(block: Block, rules: Mapping[str, Any]) -> Iterator[Segment]:
    if isinstance(block, ToolCall):
        yield Segment(CALLS, tokens=rules.get("call", 0), place=block.place)
        yield from _call(block, rules)
    elif isinstance(block, ToolResult):
        yield Segment(CALLS, tokens=rules.get("result", 0), place=block.place)
        for inner in block.content:
            for segment in _block(inner, rules):
                yield segment._replace(kind=CALLS) if segment.kind == TEXT else segment
    elif isinstance(block, Media):
        yield _media(block, rules)
    else:
        for segment in segments_of(block):
            yield segment._replace(tokens=segment.tokens + more_for_digits(segment.text))


def _call(block: ToolCall, rules: Mapping[str, Any]) -> Iterator[Segment]:
    text = arguments_text(block.arguments)
    # Each argument stands in a tag: its key is followed by a colon.
    tags = rules.get("argument", 0) * text.count('":')
    yield Segment(CALLS, f"{block.name}{text}", tokens=tags, place=block.place)


def _media(block: Media, rules: Mapping[str, Any]) -> Segment:
    if block.kind == "image":
        if not (block.width and block.height):
            return segment_of_unknown_size(
                block, lambda width, height: _image(width, height, rules), _USUAL
            )
        return Segment(IMAGES, tokens=_image(block.width, block.height, rules), place=block.place)
    if block.kind == "video":
        tokens = rules.get("video", 0) + (block.seconds or 0) * rules.get("second", 0)
        if not block.seconds:
            return segment_of_unknown_length(block, "0 seconds", tokens)
        return Segment(MEDIA, tokens=tokens, place=block.place, warning="a video is a guess")
    if block.kind == "document" and rules.get("page") and (block.pages or not block.text):
        tokens = (block.pages or 1) * rules["page"]
        if not block.pages:
            return segment_of_unknown_length(block, "one page", tokens)
        return Segment(MEDIA, tokens=tokens, place=block.place)
    if not block.text:
        return uncounted_segment(block)
    return Segment(MEDIA, block.text, place=block.place)


def _image(width: int, height: int, rules: Mapping[str, Any]) -> float:
    pixels = rules.get("pixels")
    tiles = width * height / pixels if pixels else (1 + _tiles(width, height)) * rules["tile"]
    return float(rules.get("image", 0) + tiles)


def _tiles(width: int, height: int) -> int:
    """Return how many tiles an image is cut into: the grid of the nearest aspect ratio.

    Of grids of one ratio the larger counts where the image covers at least half of it.
    """
    shape, area = width / height, width * height
    best, nearest = (1, 1), math.inf
    for across, down in _GRIDS:
        apart = abs(shape - across / down)
        larger = area > 0.5 * _TILE * _TILE * across * down
        if apart < nearest or (apart == nearest and larger):
            best, nearest = (across, down), apart
    return best[0] * best[1]


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    for _, block in request.blocks():
        if isinstance(block, ToolCall):
            yield Segment(TEXT, tokens=rules.get("answered", 0))
            yield from (segment._replace(kind=TEXT) for segment in _call(block, rules))
        else:
            yield Segment(TEXT, tokens=rules.get("ended", 0))
            yield from (segment._replace(kind=TEXT) for segment in _block(block, rules))


PROMPT_FORMAT: Final = PromptFormat(
    "nova",
    _render,
    order=50,
    answer=_answer,
)
