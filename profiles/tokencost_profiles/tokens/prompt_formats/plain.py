"""Models of which nothing better is known: their texts, tools as JSON, a small frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_profiles.calls.content import Request, json_text
from tokencost_profiles.tokens.markup.chat_template import texts_alone
from tokencost_profiles.tokens.markup.prompt_format import (
    FRAME,
    SCHEMA,
    TEXT,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.text import segments_of

TEXTS: Final = "texts"


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    if request.api == TEXTS:  # what is embedded has no frame, at most special tokens
        yield from texts_alone(request, subject.rules.get("text", 0))
        return
    rules = subject.rules
    # What is hidden before the texts is not known of any of these models.
    start = rules.get("start", 0)
    least, most = rules.get("start_least"), rules.get("start_most")
    yield Segment(FRAME, tokens=start, low=least, high=most)
    if request.system:
        yield Segment(FRAME, tokens=rules.get("system", 0), place="system")
    for message in request.messages:
        yield Segment(FRAME, tokens=rules.get("message", 0), place=message.place)
    for _, block in request.blocks():
        yield from segments_of(block)
    for tool in request.tools:
        yield Segment(TOOLS, json_text(tool.raw or {}), place=tool.place)
    if request.schema is not None and request.schema.schema is not None:
        yield Segment(SCHEMA, json_text(request.schema.schema), place="schema")


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for _, block in request.blocks():
        for segment in segments_of(block):
            yield segment._replace(kind=TEXT)


PROMPT_FORMAT: Final = PromptFormat(
    "plain",
    _render,
    order=999,
    answer=_answer,
)
