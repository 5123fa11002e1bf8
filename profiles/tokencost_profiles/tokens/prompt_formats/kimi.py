"""Kimi K2 and later: the published chat templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    Request,
    ToolCall,
    json_text,
)
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    dumps,
    json_value,
    last_question,
    media_segments,
    merge_turns,
    reply_is_begun,
    texts_alone,
    tool_object,
    turns,
)
from tokencost_profiles.tokens.markup.kimi_types import declarations
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    TEXT,
    THINKING,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)

_AROUND: Final = 4  # start, role, start and end of the text
_REPLY: Final = 3


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    if request.api == "texts":
        yield from texts_alone(request)
        return
    all_turns = merge_turns(turns(request, rules.get("join", "")), ASSISTANT, "")
    yield from _tools(request, subject)
    if not all_turns or all_turns[0].role != SYSTEM:
        tools = request.tools and request.choice != "none"
        usual = rules.get("system_beside_tools" if tools else "system", 0)
        yield Segment(FRAME, tokens=usual, place="system")
    last = last_question(all_turns)
    for at, turn in enumerate(all_turns):
        yield from _turn(turn, rules, thinks=at > last)
    if reply_is_begun(all_turns):
        yield Segment(FRAME, tokens=_REPLY + rules.get("open", 0), place="reply")


def _tools(request: Request, subject: Subject) -> Iterator[Segment]:
    if not request.tools or request.choice == "none":
        return
    yield Segment(FRAME, tokens=subject.rules.get("tools", 7), place="tools")
    if subject.rules.get("form", "json") == "types":
        yield Segment(TOOLS, declarations(request.tools), place="tools")
        return
    tools = [tool_object(tool, subject) for tool in request.tools]
    compact = subject.rules.get("form") == "compact"
    yield Segment(TOOLS, json_text(tools) if compact else dumps(tools), place="tools")


def _turn(turn: Turn, rules: Mapping[str, Any], *, thinks: bool) -> Iterator[Segment]:
    yield Segment(FRAME, tokens=_AROUND, place=turn.place)
    if turn.role == TOOL:
        yield Segment(CALLS, f"## Return of {turn.id or ''}\n{turn.text}", place=turn.place)
    elif turn.role == ASSISTANT:
        yield Segment(FRAME, tokens=rules.get("marks", 0), place=turn.place)
        if turn.thought and thinks and rules.get("thought", True):
            yield Segment(THINKING, turn.thought, place=turn.place)
        yield from _answer_text(turn)
        yield Segment(FRAME, tokens=rules.get("apart", 0) * max(0, len(turn.calls) - 1))
    else:
        yield Segment(TEXT, turn.text, place=turn.place)
    yield from media_segments(turn.media)


def _answer_text(turn: Turn) -> Iterator[Segment]:
    if turn.text:
        yield Segment(TEXT, turn.text, place=turn.place)
    if turn.calls:
        yield Segment(FRAME, tokens=2, place=turn.place)
    for at, call in enumerate(turn.calls):
        yield from _call(call, at)


def _call(call: ToolCall, at: int) -> Iterator[Segment]:
    yield Segment(FRAME, tokens=3, place=call.place)
    yield Segment(CALLS, call.id or f"functions.{call.name}:{at}", place=call.place)
    yield Segment(CALLS, dumps(json_value(call.arguments)), place=call.place)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        if turn.thought:
            yield Segment(THINKING, turn.thought, tokens=subject.rules.get("marks", 0))
        yield from _answer_text(turn)
        yield Segment(FRAME, tokens=1)


PROMPT_FORMAT: Final = PromptFormat(
    "kimi",
    _render,
    order=30,
    answer=_answer,
)
