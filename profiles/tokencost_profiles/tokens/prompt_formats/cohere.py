"""Cohere: what is billed are the texts, not the frame that the model reads around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    Block,
    Media,
    Message,
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
        yield from _words_of_tool(tool) if rules.get("words", False) else _tool(tool)
    for document in as_list(request.options.get("documents")):
        yield Segment(TEXT, _fields(_data(document), rules), place="documents")
    for result in as_list(request.options.get("tool_results")):
        for output in as_list(as_mapping(result).get("outputs")):
            yield Segment(CALLS, _fields(output, rules), place="tool_results")
    for block in request.system:
        yield from _block(block, rules)
    has_results = False
    for message in request.messages:
        if has_results and message.role == ASSISTANT and _says_something(message):
            yield Segment(FRAME, tokens=rules.get("after_results", 0), place=message.place)
        yield from _blocks(message.blocks, rules)
        has_results |= any(isinstance(block, ToolResult) for block in message.blocks)


def _says_something(message: Message) -> bool:
    return any(isinstance(block, Text) and block.text for block in message.blocks)


def _data(document: Any) -> Any:
    """Return what a document says: its data where it has an id besides."""
    return as_mapping(document).get("data", document)


def _fields(value: Any, rules: Mapping[str, Any]) -> str:
    """Return a document, or the result of a tool, as it is billed: a line for each field."""
    fields = value if isinstance(value, Mapping) else {"content": value}
    texts = {name: _as_text(inner) for name, inner in fields.items()}
    if rules.get("values_alone", False):
        return "\n".join(texts.values())
    return "\n".join(f"{name}: {text}" for name, text in texts.items())


def _tool(tool: Tool) -> Iterator[Segment]:
    texts = (tool.name, tool.description, json_text(tool.parameters) if tool.parameters else "")
    for text in texts:
        if text:
            yield Segment(TOOLS, text, place=tool.place)


def _words_of_tool(tool: Tool) -> Iterator[Segment]:
    """Yield the names, types and descriptions of a tool, which were once all that was billed."""
    texts = [tool.name, tool.description]
    parameters = as_mapping(tool.parameters)  # of the first API, the properties themselves
    for name, schema in as_mapping(parameters.get("properties", parameters)).items():
        texts.append(name)
        texts += [_as_text(as_mapping(schema).get(key, "")) for key in ("type", "description")]
    for text in texts:
        if text:
            yield Segment(TOOLS, text, place=tool.place)


def _blocks(blocks: tuple[Block, ...], rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield blocks of one message; a line break stands between two texts."""
    after_text = False
    for block in blocks:
        is_text = isinstance(block, Text)
        if is_text and after_text:
            yield Segment(FRAME, tokens=1, place=block.place)
        after_text |= is_text
        yield from _block(block, rules)


def _block(block: Block, rules: Mapping[str, Any]) -> Iterator[Segment]:
    # Calls that are sent back are not billed, nor are thoughts.
    if isinstance(block, Text):
        yield Segment(TEXT, block.text, place=block.place)
    elif isinstance(block, ToolResult):
        yield from _result(block, rules)
    elif isinstance(block, Media) and block.kind == "image":
        yield Segment(IMAGES, tokens=rules.get("image", 0), place=block.place)
    elif isinstance(block, Media):
        known = Segment(MEDIA, block.text or "", place=block.place)
        yield known if block.text else uncounted_segment(block)
    elif isinstance(block, Other) and block.value is not None:
        yield Segment(TEXT, _as_text(block.value), place=block.place)


def _result(result: ToolResult, rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield a result: each of its texts and documents is a document with fields."""
    for block in result.content:
        if isinstance(block, Text):
            yield Segment(CALLS, _fields(_object_of(block.text), rules), place=block.place)
        elif isinstance(block, Other) and block.value is not None:
            document = as_mapping(block.value).get("document", block.value)
            yield Segment(CALLS, _fields(_data(document), rules), place=block.place)
        else:
            yield from _block(block, rules)


def _object_of(text: str) -> Any:
    """Return the JSON object that a text is, or the text."""
    if not text.startswith("{"):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict) else text


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for _, block in request.blocks():
        if isinstance(block, ToolCall):
            yield Segment(TEXT, tokens=subject.rules.get("answered", 0))
            text = f"{block.name}{arguments_text(block.arguments)}"
            yield Segment(TEXT, text, place=block.place)
        for segment in _block(block, {}):
            yield segment._replace(kind=TEXT)


PROMPT_FORMAT: Final = PromptFormat(
    "cohere",
    _render,
    order=50,
    answer=_answer,
)
