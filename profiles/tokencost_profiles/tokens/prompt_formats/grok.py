"""Grok: a hidden system text that differs by version, a frame around functions, JSON for them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    Block,
    Media,
    Reasoning,
    Request,
    Tool,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)
from tokencost_profiles.tokens.markup.chat_template import dumps
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    MEDIA,
    SCHEMA,
    TEXT,
    THINKING,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.text import segments_of
from tokencost_profiles.tokens.markup.tool_choice import choice_tokens, sent_tools
from tokencost_profiles.tokens.markup.unknown_media import (
    segment_of_unknown_size,
    uncounted_segment,
)

_GENERAL_CHOICES: Final = ("auto", "required", "none")
_TILE: Final = 448
_MOST_TILES: Final = 6
_USUAL: Final = (1024, 768)  # pixels of an image whose size is not known


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    yield Segment(FRAME, tokens=_frame(request, rules))
    tools = _sent_tools(request, rules)
    functions = [tool for tool in tools if not tool.builtin]
    if functions:
        fixed = rules.get("tools", 0) + choice_tokens(request, rules)
        yield Segment(TOOLS, tokens=fixed + rules.get("tool", 0) * len(functions))
    for tool in tools:
        yield _tool(tool, rules)
    if request.schema is not None:
        schema = request.schema.schema
        text = json_text(schema) if schema else ""
        yield Segment(
            SCHEMA, text, tokens=rules.get("schema" if schema else "json", 0), place="schema"
        )
    for role, block in request.blocks():
        yield from _block(role, block, rules)
    yield from _retained_thoughts(request, rules)


def _sent_tools(request: Request, rules: Mapping[str, Any]) -> tuple[Tool, ...]:
    """Return the tools that the prompt holds: a named one may guide the answer alone."""
    if rules.get("named_apart", False) and request.choice not in (None, *_GENERAL_CHOICES):
        return ()
    return sent_tools(request, rules)


def _retained_thoughts(request: Request, rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield the thoughts that the provider itself keeps of answers that called functions."""
    for message in request.messages:
        if rules.get("kept") and any(isinstance(block, ToolCall) for block in message.blocks):
            warning = "thoughts that the provider keeps are a guess"
            yield Segment(THINKING, tokens=rules["kept"], place=message.place, warning=warning)


def _frame(request: Request, rules: Mapping[str, Any]) -> float:
    """Return what stands around the messages behind the first prompt, by who says them."""
    roles = request.roles
    system = bool(request.system) or SYSTEM in roles
    # Reasoning, text and calls of one answer may be sent as items of their own.
    answers = sum(
        role == ASSISTANT and before != ASSISTANT
        for before, role in zip(("", *roles), roles, strict=False)
    )
    return float(rules.get("system", 0) * system + rules.get("answer", 0) * answers)


def _tool(tool: Tool, rules: Mapping[str, Any]) -> Segment:
    if tool.builtin:
        warning = f"what '{tool.name}' adds is not known"
        return Segment(TOOLS, tokens=rules.get("builtin", 0), place=tool.place, warning=warning)
    spaced = rules.get("spaced", False)
    schema = _untitled(tool.parameters) if spaced else tool.parameters
    fields = {"name": tool.name, "description": tool.description, "parameters": schema}
    function = {name: value for name, value in fields.items() if value}
    text = dumps(function) if spaced else json_text(function)
    return Segment(TOOLS, text, scale=rules.get("tool_scale", 1), place=tool.place)


def _untitled(schema: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return a schema that has no title; those of its properties stay."""
    if schema is None or "title" not in schema:
        return schema
    return {name: value for name, value in schema.items() if name != "title"}


def _block(role: str, block: Block, rules: Mapping[str, Any]) -> Iterator[Segment]:
    if isinstance(block, Reasoning):
        yield _thought(block, rules)
    elif isinstance(block, ToolCall):
        yield Segment(CALLS, tokens=rules.get("call", 0), place=block.place)
        yield _call(block, rules)
    elif isinstance(block, ToolResult):
        yield Segment(CALLS, tokens=rules.get("result", 0), place=block.place)
        for inner in block.content:
            for segment in _block(role, inner, rules):
                yield segment._replace(kind=CALLS) if segment.kind == TEXT else segment
    elif isinstance(block, Media) and block.kind == "image":
        yield _image(block, rules)
    elif isinstance(block, Media):
        known = Segment(MEDIA, block.text or "", place=block.place)
        yield known if block.text else uncounted_segment(block)
    else:
        yield from segments_of(block)


def _thought(block: Reasoning, rules: Mapping[str, Any]) -> Segment:
    """Return thoughts that are sent back: what is billed for them is not what is visible."""
    if "thought" in rules:
        return Segment(
            THINKING,
            tokens=rules["thought"],
            place=block.place,
            warning="thoughts that are sent back are a guess",
            low=rules["thought_least"],
            high=rules["thought_most"],
        )
    tokens = block.sealed * rules.get("sealed", 0)
    warning = "thoughts are guessed from their size" if tokens else None
    return Segment(THINKING, tokens=tokens, place=block.place, warning=warning)


def _call(block: ToolCall, rules: Mapping[str, Any]) -> Segment:
    text = arguments_text(block.arguments)
    # Each argument stands in a tag: its key is followed by a colon.
    tags = rules.get("argument", 0) * text.count('":')
    return Segment(CALLS, f"{block.name}{text}", tokens=tags, place=block.place)


def _image(block: Media, rules: Mapping[str, Any]) -> Segment:
    def tokens_of(width: int, height: int) -> float:
        side = rules.get("patch")
        if side:
            patches = math.ceil(width / side) * math.ceil(height / side)
            return float(patches + rules.get("image", 0))
        tiles = min(_MOST_TILES, math.ceil(width / _TILE) * math.ceil(height / _TILE))
        overview = 1 if tiles > 1 else 0  # an image that is cut is sent uncut as well
        return float((tiles + overview) * 256 + 1)

    if block.width and block.height:
        return Segment(IMAGES, tokens=tokens_of(block.width, block.height), place=block.place)
    return segment_of_unknown_size(block, tokens_of, _USUAL)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for role, block in request.blocks():
        if isinstance(block, ToolCall):
            yield Segment(TEXT, tokens=subject.rules.get("answered", 0))
            yield _call(block, subject.rules)._replace(kind=TEXT)
        elif role != SYSTEM:
            yield from (segment._replace(kind=TEXT) for segment in segments_of(block))


PROMPT_FORMAT: Final = PromptFormat(
    "grok",
    _render,
    order=50,
    answer=_answer,
)
