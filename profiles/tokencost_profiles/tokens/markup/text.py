"""Segments that most families share: the texts of a request, frame around them left out."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from tokencost_profiles.calls.content import (
    TOKEN_IDS,
    Block,
    Media,
    Other,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)
from tokencost_profiles.tokens.markup.prompt_format import CALLS, TEXT, THINKING, Segment
from tokencost_profiles.tokens.markup.unknown_media import uncounted_segment


def segments_of(block: Block) -> Iterator[Segment]:
    """Yield the text of a block as it is. Media give their text, and a warning."""
    if isinstance(block, Text):
        yield Segment(TEXT, block.text, place=block.place)
    elif isinstance(block, Reasoning):
        yield Segment(THINKING, block.text, place=block.place)
    elif isinstance(block, ToolCall):
        text = f"{block.name}{arguments_text(block.arguments)}"
        yield Segment(CALLS, text, place=block.place)
    elif isinstance(block, ToolResult):
        for inner in block.content:
            for segment in segments_of(inner):
                yield segment._replace(kind=CALLS) if segment.kind == TEXT else segment
    elif isinstance(block, Media):
        yield uncounted_segment(block)
    elif isinstance(block, Other) and block.kind == TOKEN_IDS:
        yield Segment(TEXT, tokens=float(block.value), place=block.place)
    elif isinstance(block, Other) and block.value is not None:
        text = block.value if isinstance(block.value, str) else json_text(block.value)
        warning = f"'{block.kind}' is counted as text"
        yield Segment(CALLS, text, place=block.place, warning=warning, low=-inf, high=inf)
