"""Qwen 2.5, 3 and later on their many hosts: the published ChatML templates.

`form` says how tools and calls are written: `json` (2.5 and 3), `xml` (3 Coder), or `mixed`: tools
as JSON, calls in XML (3.5 and later).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor, sqrt
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    Media,
    Request,
    Tool,
    ToolCall,
    arguments_text,
)
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    argument_text,
    dumps,
    html_safe,
    json_value,
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
    TEXT,
    THINKING,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.tool_choice import choice_tokens, sent_tools
from tokencost_profiles.tokens.markup.unknown_media import image_segment
from tokencost_profiles.tokens.prompt_formats.qwen.tool_markup import markup

_START: Final = 2  # a token and the role; the new line that follows is extra
_END: Final = 2  # a token, and a new line
_REPLY: Final = 3


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    if request.api == "texts":
        yield from texts_alone(request, rules.get("text", 0))
        return
    all_turns = merge_turns(turns(request, rules.get("join", "")), ASSISTANT, "")
    tools = sent_tools(request, rules)
    yield from _system(request, all_turns, subject, tools)
    forgets = rules.get("none_forgets", False) and request.choice == "none"
    all_turns = [
        turn
        for turn in all_turns
        if turn.role != SYSTEM and not (forgets and turn.calls and not turn.text)
    ]
    last = last_question(all_turns)
    for at in range(len(all_turns)):
        yield from _turn(all_turns, at, rules, thinks=at > last)
    if reply_is_begun(all_turns):
        yield Segment(FRAME, tokens=_REPLY + _opening(request, rules), place="reply")


def _opening(request: Request, rules: Mapping[str, Any]) -> int:
    """Return the tokens with which the answer is begun: an empty thought, or an open one."""
    tokens: int = rules.get("open", 0) if _thinks(request, rules) else rules.get("closed", 0)
    return tokens


def _thinks(request: Request, rules: Mapping[str, Any]) -> bool:
    setting = request.options.get("enable_thinking")
    template = request.options.get("chat_template_kwargs")
    if isinstance(template, Mapping):
        setting = template.get("enable_thinking", setting)
    if isinstance(setting, bool):
        return setting
    more = request.options.get("additionalModelRequestFields")
    if isinstance(more, Mapping) and isinstance(more.get("reasoning_config"), str):
        return bool(more["reasoning_config"] != "none")
    if request.thinking is not None:
        return request.thinking.on and request.thinking.effort != "none"
    return bool(rules.get("thinks", True))


def _system(
    request: Request, all_turns: list[Turn], subject: Subject, tools: tuple[Tool, ...]
) -> Iterator[Segment]:
    rules = subject.rules
    text = "\n\n".join(_content(turn, rules) for turn in all_turns if turn.role == SYSTEM)
    usual = 0 if text else rules.get("system", 0)
    if text and tools and rules.get("form", "json") == "json":
        text += "\n\n"  # the line breaks before tools merge with the end of a text
    if not (text or usual or tools):
        return
    yield Segment(FRAME, tokens=_START + _END + usual, place="system")
    yield from spaced_text("\n", 1, TEXT, text, "system")
    if not tools:
        return
    apart = 1 if text and rules.get("form", "json") != "json" else 0
    added = rules.get("tools", 0) + apart + choice_tokens(request, rules)
    yield Segment(FRAME, tokens=added, place="tools")
    for tool in tools:
        if rules.get("form", "json") == "xml":
            yield Segment(TOOLS, markup(tool, typed=rules.get("typed", False)), place=tool.place)
            continue
        declared = _public_fields(tool_as_sent(tool, subject))
        if rules.get("function_first", False):
            declared = {"function": declared.get("function"), **declared}
        value = html_safe(_with_floats(declared)) if rules.get("html", False) else dumps(declared)
        # A line break merges with the end of a tool, and so with the text before the first.
        line = f"{value}\n" if rules.get("form", "json") == "json" else f"\n{value}"
        yield Segment(TOOLS, line, place=tool.place)


def _content(turn: Turn, rules: Mapping[str, Any]) -> str:
    return turn.text.strip() if rules.get("strip", False) else turn.text


def _with_floats(value: Any) -> Any:
    """Return a schema with its limits as numbers with a point, as a typed host reads them."""
    if isinstance(value, list):
        return [_with_floats(inner) for inner in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: float(inner)
        if name in ("minimum", "maximum") and isinstance(inner, int)
        else _with_floats(inner)
        for name, inner in value.items()
    }


def _public_fields(tool: Any) -> Any:
    """Return a tool minus the fields that hosts do not pass on."""
    inner = tool.get("function") if isinstance(tool, Mapping) else None
    if not isinstance(inner, Mapping) or "strict" not in inner:
        return tool
    fields = {name: value for name, value in inner.items() if name != "strict"}
    return {**tool, "function": fields}


def _turn(
    all_turns: list[Turn], at: int, rules: Mapping[str, Any], *, thinks: bool
) -> Iterator[Segment]:
    turn = all_turns[at]
    if turn.role == TOOL:
        yield from _result(all_turns, at, rules)
    elif turn.role == ASSISTANT:
        yield Segment(FRAME, tokens=_START + _END, place=turn.place)
        yield from _answer_text(turn, rules, thinks=thinks, before="\n")
    else:
        yield Segment(FRAME, tokens=_START + _END, place=turn.place)
        yield from spaced_text("\n", 1, TEXT, _content(turn, rules), turn.place)
    for block in turn.media:
        yield from _media(block, rules)


def _result(all_turns: list[Turn], at: int, rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield what a tool gives back: of several, one message of the user."""
    turn = all_turns[at]
    first = at == 0 or all_turns[at - 1].role != TOOL
    last = at + 1 == len(all_turns) or all_turns[at + 1].role != TOOL
    around = (_START if first else 0) + (_END + rules.get("results_end", 0) if last else 0)
    text = f"\n{_content(turn, rules)}\n"
    if rules.get("response", "marks") == "marks":
        yield Segment(FRAME, tokens=around + 3, place=turn.place)
    else:  # no token of their own, and none between two results
        yield Segment(FRAME, tokens=around, place=turn.place)
        start, end = ("\n" if first else ""), ("" if last else "\n")
        text = f"{start}<tool_response>{text}</tool_response>{end}"
    yield Segment(CALLS, text, place=turn.place)


def _answer_text(
    turn: Turn, rules: Mapping[str, Any], *, thinks: bool, before: str = ""
) -> Iterator[Segment]:
    text = _content(turn, rules)
    if "</think>" in text:
        text = text.rpartition("</think>")[2].lstrip("\n")
    thought = turn.thought.strip() if thinks and rules.get("thought", True) else ""
    empty = not thought and thinks and rules.get("empty_thought", False)
    line = "\n" if text and turn.calls and rules.get("form", "json") == "json" else ""
    if thought or empty or not text:
        yield Segment(FRAME, tokens=len(before), place=turn.place)
        before = ""
    if thought:
        # Two marks, the line breaks before and after the thought, and the empty line.
        yield Segment(THINKING, f"\n{thought}\n", tokens=3, place=turn.place)
    elif empty:
        yield Segment(FRAME, tokens=4, place=turn.place)  # two marks and two empty lines
    if text:
        yield from spaced_text(before, len(before), TEXT, text + line, turn.place)
    for at, call in enumerate(turn.calls):
        yield from _call(call, rules, apart=(bool(text) and not line) or at > 0)


def _call(call: ToolCall, rules: Mapping[str, Any], *, apart: bool) -> Iterator[Segment]:
    arguments = json_value(call.arguments)
    if rules.get("form", "json") == "json":
        text = dumps({"name": call.name, "arguments": arguments})
        if rules.get("arguments") == "sent":
            text = f'{{"name": "{call.name}", "arguments": {arguments_text(call.arguments)}}}'
    else:
        values = named_arguments(call)
        inner = "".join(
            f"<parameter={name}>\n{argument_text(value)}\n</parameter>\n"
            for name, value in values.items()
        )
        text = f"<function={call.name}>\n{inner}</function>"
    yield Segment(CALLS, f"\n{text}\n", tokens=2 + apart, place=call.place)


def _media(block: Media, rules: Mapping[str, Any]) -> Iterator[Segment]:
    if block.kind == "image":
        yield image_segment(block, lambda width, height: image_tokens(width, height, rules))
    else:
        yield from media_segments((block,))


def image_tokens(width: int, height: int, rules: Mapping[str, Any]) -> int:
    """Return the tokens of an image: its patches after fitting, and two marks."""
    side = rules.get("patch", 28)
    least, most = rules.get("least", 4) * side * side, rules.get("most", 16384) * side * side
    wide, high = max(side, round(width / side) * side), max(side, round(height / side) * side)
    if wide * high > most:
        shrink = sqrt(width * height / most)
        wide = max(side, floor(width / shrink / side) * side)
        high = max(side, floor(height / shrink / side) * side)
    elif wide * high < least:
        grow = sqrt(least / (width * height))
        wide, high = ceil(width * grow / side) * side, ceil(height * grow / side) * side
    patches: int = (wide // side) * (high // side)
    return patches + 2


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        yield from _answer_text(turn, subject.rules, thinks=True)
        yield Segment(FRAME, tokens=1)


PROMPT_FORMAT: Final = PromptFormat(
    "qwen",
    _render,
    order=30,
    answer=_answer,
)
