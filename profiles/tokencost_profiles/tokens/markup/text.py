"""Bits that most families share: the texts of a request, frame around them left out."""

from __future__ import annotations

from collections.abc import Iterator

from tokencost_profiles.calls.content import (
    TOKEN_IDS,
    Media,
    Other,
    Piece,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)
from tokencost_profiles.tokens.markup.prompt_format import CALLS, TEXT, THINKING, Bit
from tokencost_profiles.tokens.markup.unknown_media import uncounted_bit


def bits_of(piece: Piece) -> Iterator[Bit]:
    """Yield the text of a piece as it stands. Media give their text, and a warning."""
    if isinstance(piece, Text):
        yield Bit(TEXT, piece.text, place=piece.place)
    elif isinstance(piece, Reasoning):
        yield Bit(THINKING, piece.text, place=piece.place)
    elif isinstance(piece, ToolCall):
        text = f"{piece.name}{arguments_text(piece.arguments)}"
        yield Bit(CALLS, text, place=piece.place)
    elif isinstance(piece, ToolResult):
        for inner in piece.content:
            for bit in bits_of(inner):
                yield bit._replace(kind=CALLS) if bit.kind == TEXT else bit
    elif isinstance(piece, Media):
        yield uncounted_bit(piece)
    elif isinstance(piece, Other) and piece.kind == TOKEN_IDS:
        yield Bit(TEXT, tokens=float(piece.value), place=piece.place)
    elif isinstance(piece, Other) and piece.value is not None:
        text = piece.value if isinstance(piece.value, str) else json_text(piece.value)
        yield Bit(CALLS, text, place=piece.place, warning=f"'{piece.kind}' is counted as text")
