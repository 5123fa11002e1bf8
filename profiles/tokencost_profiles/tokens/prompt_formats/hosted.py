"""Other open models on hosts: Gemma, MiniMax, Nemotron, Phi.

Their templates differ only in what stands around messages, so the rules say it all. A schema for
the answer guides the host, not the model: it is not part of the prompt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tokencost_profiles.calls.content import ASSISTANT, SYSTEM, TOOL, Request, Tool, ToolCall
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    argument_text,
    dumps,
    json_value,
    last_question,
    media_segments,
    merge_turns,
    named_arguments,
    reply_is_begun,
    texts_alone,
    tool_as_sent,
    turns,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    TEXT,
    THINKING,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.tool_choice import choice_tokens, sent_tools


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    all_turns = merge_turns(turns(request), ASSISTANT, "")
    yield Segment(FRAME, tokens=rules.get("bos", 0))
    if request.api == "texts":
        yield from texts_alone(request)
        return
    if not any(turn.role == SYSTEM for turn in all_turns):
        yield Segment(FRAME, tokens=rules.get("system", 0), place="system")
    tools = sent_tools(request, rules)
    if tools:
        added = rules.get("tools", 0) + choice_tokens(request, rules)
        yield Segment(FRAME, tokens=added, place="tools")
        for tool in tools:
            text = _declaration(tool, subject)
            yield Segment(TOOLS, text, tokens=rules.get("tool", 0), place=tool.place)
    if rules.get("form") == "tags":
        # Results that follow each other are one message, a line each.
        all_turns = merge_turns(map(_tagged_result, all_turns), TOOL, "\n")
    last = last_question(all_turns)
    for at, turn in enumerate(all_turns):
        yield from _turn(turn, subject, thinks=at > last)
    if reply_is_begun(all_turns):
        yield Segment(FRAME, tokens=rules.get("reply", 3), place="reply")


def _declaration(tool: Tool, subject: Subject) -> str:
    """Return a tool as a line of JSON, or its function between tags."""
    value = tool_as_sent(tool, subject)
    if subject.rules.get("form") != "tags":
        return dumps(value) + "\n"
    inner = value.get("function") if isinstance(value, Mapping) else None
    return f"<tool>{dumps(inner or value)}</tool>\n"


def _tagged_result(turn: Turn) -> Turn:
    return turn._replace(text=f"<response>{turn.text}</response>") if turn.role == TOOL else turn


def _turn(turn: Turn, subject: Subject, *, thinks: bool) -> Iterator[Segment]:
    rules = subject.rules
    if turn.role == SYSTEM and not rules.get("system_role", True):
        # The system prompt is the beginning of the first message.
        yield Segment(TEXT, turn.text + "\n\n", place=turn.place)
        return
    yield Segment(FRAME, tokens=rules.get("message", 5), place=turn.place)
    if turn.role == TOOL:
        yield Segment(CALLS, turn.text, tokens=rules.get("result", 4), place=turn.place)
    else:
        if turn.role == ASSISTANT and turn.thought and thinks and "thought" in rules:
            thought = f"\n{turn.thought}\n"
            yield Segment(THINKING, thought, tokens=rules["thought"], place=turn.place)
        yield from _answer_text(turn, subject)
    for block in turn.media:
        if block.kind == "image" and "image" in rules:
            yield Segment(IMAGES, tokens=rules["image"], place=block.place)
        else:
            yield from media_segments((block,))


def _answer_text(turn: Turn, subject: Subject) -> Iterator[Segment]:
    if turn.text:
        yield Segment(TEXT, turn.text.strip(), place=turn.place)
    if subject.rules.get("form") == "tags" and turn.calls:
        inner = "".join(map(_tagged_call, turn.calls))
        place = turn.calls[0].place
        yield Segment(CALLS, f"\n{inner}", tokens=subject.rules.get("call", 3), place=place)
        return
    for call in turn.calls:
        written = {"name": call.name, "arguments": json_value(call.arguments)}
        yield Segment(CALLS, dumps(written), tokens=subject.rules.get("call", 4), place=call.place)


def _tagged_call(call: ToolCall) -> str:
    values = named_arguments(call)
    texts = {name: argument_text(value) for name, value in values.items()}
    inner = "".join(
        f'<parameter name="{name}">{text}</parameter>\n' for name, text in texts.items()
    )
    return f'<invoke name="{call.name}">\n{inner}</invoke>\n'


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
