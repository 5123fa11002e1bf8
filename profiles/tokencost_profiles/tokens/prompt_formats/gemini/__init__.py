"""Gemini and Gemma, on AI Studio and Vertex.

The Gemini API counts what the model reads: one token around each content that has a role, and
functions as the generation of the model reads them. Vertex, and the Gemini API up to 2.0, count
the texts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import (
    SYSTEM,
    Block,
    Media,
    Other,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    SCHEMA,
    TEXT,
    THINKING,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.text import segments_of
from tokencost_profiles.tokens.prompt_formats.gemini import classic, python
from tokencost_profiles.tokens.prompt_formats.gemini import declaration as declared
from tokencost_profiles.tokens.prompt_formats.gemini.media_tokens import MediaCounter
from tokencost_profiles.tokens.prompt_formats.gemini.response_schema import response_schema

_JSON_TOKEN: Final = 3  # characters of a token in JSON, about
_LEAST_FORM: Final = 0.6  # of what the form of an answer adds beside its words
_PYTHON: Final = "python"
_DECLARED: Final = "declaration"


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    yield Segment(FRAME, tokens=rules.get("start", 0))
    yield Segment(FRAME, tokens=rules.get("content", 0) * _contents_with_role(request))
    if any(not tool.builtin for tool in request.tools):
        yield Segment(TOOLS, tokens=rules.get("tools_frame", 0))
    for tool in request.tools:
        yield from _tool(tool, rules)
    schema = request.schema.schema if request.schema is not None else None
    if schema:
        yield from _schema(schema, request, rules)
    reader = _Reader(request, rules)
    for block in request.system:
        yield from reader.block(block, False)
    current = _current_turn(request)
    for at, message in enumerate(request.messages):
        for block in message.blocks:
            yield from reader.block(block, at > current)


def _contents_with_role(request: Request) -> int:
    """Return how many contents have a role: the one of a system instruction may be left out."""
    roleless = request.options.get("contentsWithoutRole", 0)
    number = len(request.messages) + (1 if request.system else 0)
    return max(0, number - roleless) if isinstance(roleless, int) else number


def _names(request: Request) -> dict[str, str]:
    """Return the names of calls by id: other APIs name the function only in the call."""
    return {
        block.id: block.name
        for message in request.messages
        for block in message.blocks
        if isinstance(block, ToolCall) and block.id
    }


def _current_turn(request: Request) -> int:
    """Return where the last message stands that says something new, not what a tool gave back."""
    last = -1
    for at, message in enumerate(request.messages):
        if message.role not in ("assistant", "tool") and not any(
            isinstance(block, ToolResult) for block in message.blocks
        ):
            last = at
    return last


def _bills_seals(request: Request, rules: Mapping[str, Any]) -> str:
    """Return which sealed thoughts are billed: "" (none), those of the "turn", or "all"."""
    streamed = request.options.get("streamed")
    return str(rules.get("seals_streamed" if streamed else "seals", "turn"))


def _tool(tool: Tool, rules: Mapping[str, Any]) -> Iterator[Segment]:
    if tool.builtin:
        yield Segment(
            TOOLS,
            place=tool.place,
            warning=f"what '{tool.name}' adds is not counted",
            low=0,
            high=rules.get("builtin_most", 0),
        )
    elif rules.get("tools") == _DECLARED:
        yield from declared.segments(TOOLS, declared.declaration(tool), tool.place)
        unsure = declared.unsure_tokens(tool.parameters)
        if unsure:
            yield Segment(TOOLS, place=tool.place, low=-unsure, high=unsure)
    elif rules.get("tools") == _PYTHON:
        schema = msgspec.json.encode(tool.parameters or {})
        response = msgspec.json.encode(response_schema(tool.raw or {}))
        text = python.declaration(tool.name, tool.description, schema, response)
        yield Segment(TOOLS, text, place=tool.place)
    else:
        keys = bool(rules.get("tool"))
        yield Segment(TOOLS, tokens=rules.get("tool", 0), place=tool.place)
        limits = bool(rules.get("limits"))
        yield from _texts(TOOLS, classic.declaration(tool, keys, limits), tool.place)


def _texts(kind: str, texts: Iterable[str], place: str) -> Iterator[Segment]:
    for text in texts:
        if text:
            yield Segment(kind, text, place=place)


def _schema(
    schema: Mapping[str, Any], request: Request, rules: Mapping[str, Any]
) -> Iterator[Segment]:
    """Yield what the schema adds. It is not billed where functions are read as declared."""
    if rules.get("tools") in (_PYTHON, _DECLARED):
        return
    form = rules.get("json_schema", 0)
    if form:
        most = form + len(msgspec.json.encode(schema)) / _JSON_TOKEN
        yield Segment(SCHEMA, tokens=form, place="schema", low=_LEAST_FORM * form, high=most)
        yield from _texts(SCHEMA, classic.leaves(schema), "schema")
        return
    if request.options.get("responseJsonSchema") or request.api != "gemini":
        if request.api != "gemini":
            # Whether another API turns it into one that is counted is not known.
            most = sum(map(len, classic.schema(schema)))
            yield Segment(SCHEMA, place="schema", low=0, high=most)
        return
    limits = bool(rules.get("limits"))
    yield from _texts(SCHEMA, classic.schema(schema, limits), "schema")


class _Reader:
    """Reads the blocks of one request."""

    def __init__(self, request: Request, rules: Mapping[str, Any]) -> None:
        self._rules = rules
        self._form = rules.get("tools")
        self._seals = _bills_seals(request, rules)
        self._shelf = MediaCounter(request, rules)
        self._names = _names(request)

    def block(self, block: Block, now: bool) -> Iterator[Segment]:
        """Yield the segments of a block. `now`: it stands behind the last prompt."""
        if isinstance(block, Reasoning):
            yield from self._thought(block, now)
        elif isinstance(block, ToolCall):
            yield from self.call(block)
        elif isinstance(block, ToolResult):
            yield from self._result(block)
        elif isinstance(block, Media):
            yield from self._shelf.segments(block)
        else:
            yield from segments_of(block)

    def call(self, block: ToolCall) -> Iterator[Segment]:
        """Yield a call, as it was answered or is sent back."""
        yield Segment(CALLS, tokens=self._rules.get("call", 0), place=block.place)
        if self._form == _DECLARED:
            yield from declared.segments(CALLS, declared.call(block), block.place)
        elif self._form == _PYTHON:
            yield Segment(CALLS, python.call(block), place=block.place)
        else:
            yield from _texts(CALLS, classic.arguments(block), block.place)

    def _thought(self, block: Reasoning, now: bool) -> Iterator[Segment]:
        """Yield a thought. A sealed one is read until the answer to the last prompt is complete."""
        rules = self._rules
        if block.text and (rules.get("thought") or not block.sealed):
            yield Segment(THINKING, block.text, scale=rules.get("thought", 0), place=block.place)
            return
        tokens = block.sealed * rules.get("sealed", 0) - rules.get("sealed_empty", 0)
        billed = self._seals == "all" or (self._seals == "turn" and now)
        if billed and tokens > 0:
            yield Segment(
                THINKING,
                tokens=tokens,
                place=block.place,
                warning="thoughts are guessed from the size of what they are sealed in",
                low=tokens * rules.get("sealed_low", 1),
                high=tokens * rules.get("sealed_high", 1),
            )

    def _result(self, block: ToolResult) -> Iterator[Segment]:
        named = block.id if self._rules.get("result_name") == "id" else None
        name = block.name or named or self._names.get(block.id or "", "")
        value = _result_value(block, name, self._rules.get("result_text", ""))
        yield Segment(CALLS, tokens=self._rules.get("result", 0), place=block.place)
        if self._form == _DECLARED:
            yield from declared.segments(CALLS, declared.result(name, value), block.place)
        elif self._form == _PYTHON:
            yield Segment(CALLS, python.result(name, value), place=block.place)
        else:
            yield from _texts(CALLS, (name, *classic.leaves(value)), block.place)
        for inner in block.content:
            if isinstance(inner, Media):
                yield from self._shelf.segments(inner, in_result=True)


def _result_value(block: ToolResult, name: str, form: str) -> Any:
    """Return what a tool gave back as one value: other APIs give a text, gateways dress it."""
    for inner in block.content:
        if isinstance(inner, Other):
            return inner.value
    text = "".join(inner.text for inner in block.content if isinstance(inner, Text))
    if form == "named":
        return {"name": name, "content": text}
    if text.startswith("{"):
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            pass
    return {"result": text}


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    reader = _Reader(request, subject.rules)
    for role, block in request.blocks():
        if isinstance(block, ToolCall):
            yield Segment(TEXT, tokens=subject.rules.get("answered", 0))
        if role != SYSTEM:
            yield from (segment._replace(kind=TEXT) for segment in reader.block(block, False))


PROMPT_FORMAT: Final = PromptFormat(
    "gemini",
    _render,
    order=50,
    answer=_answer,
)
