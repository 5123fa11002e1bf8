"""Cohere: what is billed are the texts, not the frame that the model reads around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tokencost_profiles.calls.content import (
    Block,
    Media,
    Other,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)
from tokencost_profiles.providers.bodies.blocks import as_list, as_mapping
from tokencost_profiles.tokens.markup.digits import more_for_digits
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    MEDIA,
    TEXT,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.unknown_media import uncounted_segment


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    start = rules.get("start", 0) if request.api == "cohere" and not request.system else 0
    yield Segment(FRAME, tokens=start)
    for tool in request.tools:
        yield from _tool(tool)
    for document in as_list(request.options.get("documents")):
        for text in _texts(document):
            yield _segment(TEXT, text, "documents")
    for _, block in request.blocks():
        yield from _block(block, rules.get("image", 0), rules.get("result", 0))


def _texts(document: Any) -> Iterator[str]:
    """Yield the texts of a document: of its data where it has an id besides."""
    data = as_mapping(document).get("data", document)
    if isinstance(data, str):
        yield data
    for value in as_mapping(data).values():
        yield value if isinstance(value, str) else json_text(value)


def _tool(tool: Tool) -> Iterator[Segment]:
    texts = (tool.name, tool.description, json_text(tool.parameters) if tool.parameters else "")
    for text in texts:
        if text:
            yield _segment(TOOLS, text, tool.place)


def _block(block: Block, image: float, result: float) -> Iterator[Segment]:
    # Calls that are sent back are not billed, nor are thoughts.
    if isinstance(block, Text):
        yield _segment(TEXT, block.text, block.place)
    elif isinstance(block, ToolResult):
        yield Segment(CALLS, tokens=result, place=block.place)
        for inner in block.content:
            for segment in _block(inner, image, result):
                yield segment._replace(kind=CALLS) if segment.kind == TEXT else segment
    elif isinstance(block, Media) and block.kind == "image":
        yield Segment(IMAGES, tokens=image, place=block.place)
    elif isinstance(block, Media):
        known = Segment(MEDIA, block.text or "", place=block.place)
        yield known if block.text else uncounted_segment(block)
    elif isinstance(block, Other) and block.value is not None:
        yield _segment(TEXT, _as_text(block.value), block.place)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def _segment(kind: str, text: str, place: str) -> Segment:
    return Segment(kind, text, tokens=more_for_digits(text), place=place)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for _, block in request.blocks():
        if isinstance(block, ToolCall):
            yield Segment(TEXT, tokens=subject.rules.get("answered", 0))
            yield _segment(TEXT, f"{block.name}{arguments_text(block.arguments)}", block.place)
        for segment in _block(block, 0, 0):
            yield segment._replace(kind=TEXT)


PROMPT_FORMAT: Final = PromptFormat(
    "cohere",
    _render,
    order=50,
    answer=_answer,
)
