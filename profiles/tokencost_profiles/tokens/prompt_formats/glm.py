"""GLM 4.5 and later: the published chat templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import ASSISTANT, TOOL, Media, Request, ToolCall
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    argument_text,
    dumps,
    last_question,
    media_segments,
    merge_turns,
    named_arguments,
    reply_is_begun,
    spaced_text,
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
from tokencost_profiles.tokens.markup.unknown_media import segment_of_unknown_size
from tokencost_profiles.tokens.prompt_formats.qwen import image_tokens

_PREFIX: Final = 2  # the two tokens that every prompt begins with


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    if request.api == "texts":
        yield from texts_alone(request)
        return
    yield Segment(FRAME, tokens=_PREFIX + rules.get("effort", 0))
    all_turns = merge_turns(turns(request, rules.get("join", "")), ASSISTANT, "")
    tools = sent_tools(request, rules)
    if tools:
        added = rules.get("tools", 0) + choice_tokens(request, rules)
        each = rules.get("tool", 0) * len(tools)
        yield Segment(FRAME, tokens=added + each, place="tools")
        for tool in tools:
            # A line break merges with the end of a tool.
            line = dumps(_inner(tool_as_sent(tool, subject), rules)) + "\n"
            yield Segment(TOOLS, line, place=tool.place)
    last = last_question(all_turns)
    for at, turn in enumerate(all_turns):
        follows = at > 0 and all_turns[at - 1].role == TOOL
        yield from _turn(turn, rules, thinks=at > last or _keeps(request), follows=follows)
    if reply_is_begun(all_turns):
        thinks = request.thinking is None or request.thinking.on
        begun = rules.get("open", 0) if thinks else rules.get("closed", 0)
        yield Segment(FRAME, tokens=1 + begun, place="reply")


def _keeps(request: Request) -> bool:
    """Whether the thinking of all earlier answers is sent."""
    setting = request.options.get("thinking")
    return isinstance(setting, Mapping) and setting.get("clear_thinking") is False


def _inner(tool: Any, rules: Mapping[str, Any]) -> Any:
    inner = tool.get("function") if isinstance(tool, Mapping) else None
    if not isinstance(inner, Mapping) or rules.get("wrapped", False):
        return tool
    schema = inner.get("parameters")
    if rules.get("empty_required") and isinstance(schema, Mapping) and not schema.get("properties"):
        return {**inner, "parameters": {**schema, "required": schema.get("required", [])}}
    return inner


def _turn(
    turn: Turn, rules: Mapping[str, Any], *, thinks: bool, follows: bool
) -> Iterator[Segment]:
    line = rules.get("line", 0)  # a new line after each role, up to 4.6
    if turn.role == TOOL:
        # Results that follow each other stand under one role.
        role = 0 if follows else 1
        text = f"\n{turn.text}\n" if line else turn.text
        yield Segment(CALLS, text, tokens=role + 2 + line, place=turn.place)
    elif turn.role == ASSISTANT:
        thought = turn.thought.strip() if thinks else ""
        mark = 1 if thought else rules.get("empty_thought", 0)  # the one that opens it
        yield Segment(THINKING, thought, tokens=2 + line + mark, place=turn.place)
        yield from _answer_text(turn, rules)
    else:
        yield Segment(FRAME, tokens=1, place=turn.place)
        yield from spaced_text("\n" * line, line, TEXT, turn.text, turn.place)
    for block in turn.media:
        if block.kind == "image":
            yield _image(block, rules)
        else:
            yield from media_segments((block,))


def _image(block: Media, rules: Mapping[str, Any]) -> Segment:
    def tokens_of(width: int, height: int) -> float:
        return image_tokens(width, height, rules) + float(rules.get("image", 1))

    if block.width and block.height:
        return Segment(IMAGES, tokens=tokens_of(block.width, block.height), place=block.place)
    return segment_of_unknown_size(block, tokens_of)


def _answer_text(turn: Turn, rules: Mapping[str, Any]) -> Iterator[Segment]:
    text = turn.text
    if "</think>" in text:
        text = text.rpartition("</think>")[2]
    line = rules.get("line", 0)
    if text.strip():
        # The line break before a call merges with the end of the text.
        after = line if turn.calls else 0
        written = text.strip() + "\n" * after
        yield Segment(TEXT, written, tokens=line - after, place=turn.place)
    for call in turn.calls:
        yield from _call(call, rules)


def _call(call: ToolCall, rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield a call: two marks around it, four around each argument."""
    line = rules.get("line", 0)
    yield Segment(CALLS, call.name, tokens=2 + 2 * line, place=call.place)
    values = named_arguments(call)
    for name, value in values.items():
        yield Segment(CALLS, str(name), tokens=4 + 2 * line, place=call.place)
        label = argument_text(value)
        yield Segment(CALLS, label, place=call.place)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        if turn.thought:
            yield Segment(THINKING, turn.thought, tokens=1)
        yield from _answer_text(turn, subject.rules)
        yield Segment(FRAME, tokens=subject.rules.get("end", 1))


PROMPT_FORMAT: Final = PromptFormat(
    "glm",
    _render,
    order=30,
    answer=_answer,
)
