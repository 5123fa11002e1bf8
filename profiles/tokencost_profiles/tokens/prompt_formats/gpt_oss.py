"""gpt-oss on its many hosts: the published harmony format.

A system message of the provider, a developer message with instructions and tools, then the turns,
each with the channel it was spoken on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    USER,
    Request,
    ToolCall,
    arguments_text,
)
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    dumps,
    media_segments,
    texts_alone,
    turns,
)
from tokencost_profiles.tokens.markup.harmony import namespace
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

_AROUND: Final = 4  # start, role, start and end of the text
_CHANNEL: Final = 2  # and its name


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    if request.api == "texts":
        yield from texts_alone(request)
        return
    all_turns = turns(request)
    tools = bool(request.tools) and request.choice != "none"
    calls = rules.get("system_tools", 14) if tools else 0
    yield Segment(FRAME, tokens=_AROUND + rules.get("system_text", 57) + calls, place="system")
    yield from _developer(request, all_turns, rules, tools)
    named = {call.id: call.name for turn in all_turns for call in turn.calls if call.id}
    last = max((at for at, turn in enumerate(all_turns) if turn.role == USER), default=-1)
    for at, turn in enumerate(all_turns):
        if turn.role != SYSTEM:
            yield from _turn(turn, named, thinks=at > last)
    if not all_turns or all_turns[-1].role != ASSISTANT:
        yield Segment(FRAME, tokens=2, place="reply")


def _developer(
    request: Request, all_turns: list[Turn], rules: Mapping[str, Any], tools: bool
) -> Iterator[Segment]:
    instructions = [turn for turn in all_turns if turn.role == SYSTEM]
    schema = request.schema.schema if request.schema is not None else None
    if instructions or tools or rules.get("developer", False):
        yield Segment(FRAME, tokens=_AROUND, place="developer")
    for at, turn in enumerate(instructions):
        lead = "\n\n" if at else "# Instructions\n\n"
        yield Segment(TEXT, lead + turn.text, place=turn.place)
    if tools:
        lead = "\n\n# Tools\n\n" if instructions else "# Tools\n\n"
        forced = rules.get("forced", 0) if request.choice not in (None, "auto") else 0
        yield Segment(TOOLS, lead + namespace(request.tools), tokens=forced, place="tools")
    if request.schema is None or "schema" not in rules:
        return  # the host guides the answer, the prompt stays as it is
    if schema is None:
        yield Segment(FRAME, tokens=rules.get("json", 0), place="response_format")
    else:
        yield Segment(SCHEMA, dumps(schema), tokens=rules["schema"], place="response_format")


def _turn(turn: Turn, named: Mapping[str, str], *, thinks: bool) -> Iterator[Segment]:
    if turn.role == TOOL:
        name = turn.name or named.get(turn.id or "", "")
        yield Segment(FRAME, tokens=_AROUND - 1 + _CHANNEL, place=turn.place)
        yield Segment(CALLS, f"functions.{name}", place=turn.place)
        yield Segment(CALLS, turn.text, place=turn.place)
    elif turn.role == ASSISTANT:
        # Reasoning is sent until the next user message.
        if turn.thought and thinks:
            yield Segment(FRAME, tokens=_AROUND + _CHANNEL, place=turn.place)
            yield Segment(THINKING, turn.thought, place=turn.place)
        text = turn.text
        if turn.calls and text.startswith("<think>"):
            text = text.partition("</think>")[2].lstrip()
        if text:
            yield Segment(TEXT, text, tokens=_AROUND + _CHANNEL, place=turn.place)
        for call in turn.calls:
            yield from _call(call)
    else:
        yield Segment(TEXT, turn.text, tokens=_AROUND, place=turn.place)
    yield from media_segments(turn.media)


def _call(call: ToolCall) -> Iterator[Segment]:
    # Start, channel and its name, the form (a mark, json), the start and end of the text.
    yield Segment(FRAME, tokens=7, place=call.place)
    yield Segment(CALLS, f"assistant to=functions.{call.name}", place=call.place)
    yield Segment(CALLS, arguments_text(call.arguments), place=call.place)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        if turn.thought:
            yield Segment(THINKING, turn.thought, tokens=_CHANNEL + 2, place=turn.place)
        if turn.text:
            start = 2 if turn.thought else 0
            yield Segment(TEXT, turn.text, tokens=start + _CHANNEL + 2, place=turn.place)
        for call in turn.calls:
            yield from _call(call)


PROMPT_FORMAT: Final = PromptFormat(
    "gpt_oss",
    _render,
    order=20,
    answer=_answer,
)
