"""Cohere: what is billed are the texts, not the frame that the model reads around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tokencost_profiles.calls.content import (
    Media,
    Other,
    Piece,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)
from tokencost_profiles.providers.bodies.blocks import listed, mapping
from tokencost_profiles.tokens.markup.digits import more_for_digits
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    MEDIA,
    TEXT,
    TOOLS,
    Bit,
    Rendering,
    Subject,
)
from tokencost_profiles.tokens.markup.unknown_media import uncounted_bit


def _serves(model: str, provider: str) -> bool:
    return provider == "cohere" or "cohere" in model or model.startswith(("command", "c4ai"))


def _render(request: Request, subject: Subject) -> Iterator[Bit]:
    rules = subject.rules
    start = rules.get("start", 0) if request.api == "cohere" and not request.system else 0
    yield Bit(FRAME, tokens=start)
    for tool in request.tools:
        yield from _tool(tool)
    for document in listed(request.options.get("documents")):
        for text in _texts(document):
            yield _bit(TEXT, text, "documents")
    for _, piece in request.pieces():
        yield from _piece(piece, rules.get("image", 0), rules.get("result", 0))


def _texts(document: Any) -> Iterator[str]:
    """Yield the texts of a document: of its data where it has an id besides."""
    data = mapping(document).get("data", document)
    if isinstance(data, str):
        yield data
    for value in mapping(data).values():
        yield value if isinstance(value, str) else json_text(value)


def _tool(tool: Tool) -> Iterator[Bit]:
    texts = (tool.name, tool.description, json_text(tool.parameters) if tool.parameters else "")
    for text in texts:
        if text:
            yield _bit(TOOLS, text, tool.place)


def _piece(piece: Piece, image: float, result: float) -> Iterator[Bit]:
    # Calls that are sent back are not billed, nor are thoughts.
    if isinstance(piece, Text):
        yield _bit(TEXT, piece.text, piece.place)
    elif isinstance(piece, ToolResult):
        yield Bit(CALLS, tokens=result, place=piece.place)
        for inner in piece.content:
            for bit in _piece(inner, image, result):
                yield bit._replace(kind=CALLS) if bit.kind == TEXT else bit
    elif isinstance(piece, Media) and piece.kind == "image":
        yield Bit(IMAGES, tokens=image, place=piece.place)
    elif isinstance(piece, Media):
        known = Bit(MEDIA, piece.text or "", place=piece.place)
        yield known if piece.text else uncounted_bit(piece)
    elif isinstance(piece, Other) and piece.value is not None:
        yield _bit(TEXT, _written(piece.value), piece.place)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def _bit(kind: str, text: str, place: str) -> Bit:
    return Bit(kind, text, tokens=more_for_digits(text), place=place)


def _answer(request: Request, subject: Subject) -> Iterator[Bit]:
    for _, piece in request.pieces():
        if isinstance(piece, ToolCall):
            yield Bit(TEXT, tokens=subject.rules.get("answered", 0))
            yield _bit(TEXT, f"{piece.name}{arguments_text(piece.arguments)}", piece.place)
        for bit in _piece(piece, 0, 0):
            yield bit._replace(kind=TEXT)


RENDERING: Final = Rendering(
    "cohere",
    _serves,
    _render,
    order=50,
    answer=_answer,
)
