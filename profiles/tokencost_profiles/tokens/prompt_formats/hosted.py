"""Other open models on hosts: Gemma, MiniMax, Nemotron, Phi.

Their templates differ only in what stands around messages, so the rules say it all. A schema for
the answer guides the host, not the model: it is not part of the prompt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_profiles.calls.content import ASSISTANT, SYSTEM, TOOL, Request
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    dumps,
    json_value,
    media_segments,
    merge_turns,
    texts_alone,
    tool_as_sent,
    turns,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    TEXT,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    all_turns = merge_turns(turns(request), ASSISTANT, "")
    yield Segment(FRAME, tokens=rules.get("bos", 0))
    if request.api == "texts":
        yield from texts_alone(request)
        return
    if not any(turn.role == SYSTEM for turn in all_turns):
        yield Segment(FRAME, tokens=rules.get("system", 0), place="system")
    if request.tools and request.choice != "none":
        yield Segment(FRAME, tokens=rules.get("tools", 0), place="tools")
        for tool in request.tools:
            text = dumps(tool_as_sent(tool, subject)) + "\n"
            yield Segment(TOOLS, text, tokens=rules.get("tool", 0), place=tool.place)
    for turn in all_turns:
        yield from _turn(turn, subject)
    if not all_turns or all_turns[-1].role != ASSISTANT:
        yield Segment(FRAME, tokens=rules.get("reply", 3), place="reply")


def _turn(turn: Turn, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    if turn.role == SYSTEM and not rules.get("system_role", True):
        # The system prompt is the beginning of the first message.
        yield Segment(TEXT, turn.text + "\n\n", place=turn.place)
        return
    yield Segment(FRAME, tokens=rules.get("message", 5), place=turn.place)
    if turn.role == TOOL:
        yield Segment(CALLS, turn.text, tokens=rules.get("result", 4), place=turn.place)
    else:
        yield from _answer_text(turn, subject)
    for block in turn.media:
        if block.kind == "image" and "image" in rules:
            yield Segment(IMAGES, tokens=rules["image"], place=block.place)
        else:
            yield from media_segments((block,))


def _answer_text(turn: Turn, subject: Subject) -> Iterator[Segment]:
    if turn.text:
        yield Segment(TEXT, turn.text.strip(), place=turn.place)
    for call in turn.calls:
        written = {"name": call.name, "arguments": json_value(call.arguments)}
        yield Segment(CALLS, dumps(written), tokens=subject.rules.get("call", 4), place=call.place)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        yield from _answer_text(turn, subject)
        yield Segment(FRAME, tokens=1)


PROMPT_FORMAT: Final = PromptFormat(
    "hosted",
    _render,
    order=40,
    answer=_answer,
)
