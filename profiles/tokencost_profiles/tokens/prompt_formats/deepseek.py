"""DeepSeek V3, R1 and V4: the published encodings of their messages.

The system prompt stands before the first turn, tools at its end. From V4 on tools are called in
special markup, and their results are part of the next user message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    Request,
    Tool,
    ToolCall,
    arguments_text,
    json_text,
)
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    dumps,
    function_of,
    media_segments,
    merge_turns,
    named_arguments,
    texts_alone,
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

_MARK: Final = "｜DSML｜"  # one token
_BLANK: Final = "\n\n"
_QUIET: Final = ("low", "minimal", "none")


# Before the tools of R1, in the template of servers that teach it to call them.
_FENCED: Final = (
    "\n\nMake sure the JSON is valid.## Tools\n\n### Function\n\n"
    "You have the following functions available:\n\n"
)


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    if request.api == "texts":
        yield from texts_alone(request, rules.get("bos", 1))
        return
    thinking = _thinks(request, subject)
    tools = () if rules.get("silent", False) else sent_tools(request, rules)
    all_turns = merge_turns(turns(request, rules.get("join", "")), ASSISTANT, "")
    yield Segment(FRAME, tokens=rules.get("bos", 1))
    if thinking and not (request.thinking and request.thinking.effort in _QUIET):
        yield Segment(FRAME, tokens=rules.get("effort", 0), place="reasoning_effort")
    for turn in all_turns:
        if turn.role == SYSTEM:
            yield Segment(TEXT, turn.text, place=turn.place)
    if tools:
        yield from _tools(request, tools, subject)
    if request.schema is not None:
        yield Segment(FRAME, tokens=rules.get("json", 0), place="response_format")
    yield from _dialogue(
        [turn for turn in all_turns if turn.role != SYSTEM], rules, thinking, bool(request.tools)
    )


def _thinks(request: Request, subject: Subject) -> bool:
    if request.thinking is not None:
        return request.thinking.on
    setting = request.options.get("thinking")
    if isinstance(setting, Mapping):
        return setting.get("type") != "disabled"
    return bool(subject.rules.get("thinks", False))


def _tools(request: Request, tools: tuple[Tool, ...], subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    yield Segment(FRAME, tokens=rules.get("tools", 0), place="tools")
    form = rules.get("form", "dsml")
    if form == "fenced":
        yield Segment(TOOLS, _FENCED + "".join(map(_fence, tools)), place="tools")
        tools = ()
    for at, tool in enumerate(tools):
        if form == "heads":
            yield from _under_heading(tool, subject)
        else:
            yield _json_line(tool, subject, "\n" if at + 1 < len(tools) else _BLANK)
    yield Segment(FRAME, tokens=choice_tokens(request, rules), place="tool_choice")


def _json_line(tool: Tool, subject: Subject, end: str) -> Segment:
    """Return one tool as a line of JSON, as V3.2 and V4 have it."""
    raw = tool.raw or {}
    inner = raw.get("function", raw)
    if isinstance(inner, Mapping) and "name" in inner and "parameters" in inner:
        value: Any = {name: inner[name] for name in inner if name not in ("type", "strict")}
    else:
        value = function_of(tool, subject)
    return Segment(TOOLS, dumps(value) + end, place=tool.place)


def _fence(tool: Tool) -> str:
    return f"\n```json\n{dumps(tool.raw or {})}\n```\n"


def _under_heading(tool: Tool, subject: Subject) -> Iterator[Segment]:
    """Yield one tool under a heading, as V3.1 has it."""
    schema = dumps(tool.parameters or {})
    text = f"\n### {tool.name}\nDescription: {tool.description}\n\nParameters: {schema}\n"
    yield Segment(TOOLS, text, place=tool.place)


def _dialogue(
    dialogue: list[Turn], rules: Mapping[str, Any], thinking: bool, tools: bool
) -> Iterator[Segment]:
    marker = rules.get("marker", 1)
    marks = rules.get("calls") == "marks"  # before V3.2, calls and results have marks alone
    for turn in dialogue if marks else _user_messages(dialogue):
        if turn.role == ASSISTANT:
            yield Segment(FRAME, tokens=1 + marker + 1, place=turn.place)
            if thinking and tools:
                yield Segment(THINKING, turn.thought, tokens=1, place=turn.place)
            earlier = _earlier_answer(turn, rules)
            if marks:
                yield from _marked_answer(earlier)
            else:
                yield from _answer_text(earlier, rules.get("no_values", ""))
        elif marks and turn.role == TOOL:
            yield Segment(CALLS, turn.text, tokens=2, place=turn.place)
        else:
            kind = CALLS if turn.role == TOOL else TEXT
            yield Segment(kind, turn.text, tokens=1, place=turn.place)
        yield from media_segments(turn.media)
    open_end = not dialogue or dialogue[-1].role not in (
        (ASSISTANT, TOOL) if marks else (ASSISTANT,)
    )
    if open_end:
        end = rules.get("marker_thinking", marker) if thinking else marker
        yield Segment(FRAME, tokens=1 + end, place="reply")


def _user_messages(dialogue: list[Turn]) -> Iterator[Turn]:
    """Yield the turns; what users and tools say up to the next answer is one message."""
    pending: list[Turn] = []
    for turn in dialogue:
        if turn.role != ASSISTANT:
            text = f"<tool_result>{turn.text}</tool_result>" if turn.role == TOOL else turn.text
            pending.append(turn._replace(text=text))
            continue
        if pending:
            yield _merge_users(pending)
            pending = []
        yield turn
    if pending:
        yield _merge_users(pending)


def _merge_users(users: list[Turn]) -> Turn:
    media = tuple(block for turn in users for block in turn.media)
    return users[0]._replace(text="\n\n".join(turn.text for turn in users), media=media)


def _earlier_answer(turn: Turn, rules: Mapping[str, Any]) -> Turn:
    """Return an earlier answer as sent: R1 and V3.1 drop its thinking, a host may drop it all."""
    if rules.get("forgets", False):
        return turn._replace(text="")
    if rules.get("form") in ("heads", "fenced"):
        return turn._replace(text=turn.text.rpartition("</think>")[2])
    return turn


def _answer_text(turn: Turn, empty: str = "") -> Iterator[Segment]:
    if turn.text:
        yield Segment(TEXT, turn.text, place=turn.place)
    if turn.calls:
        yield from _calls(turn.calls, empty)


def _marked_answer(turn: Turn) -> Iterator[Segment]:
    """Yield an answer of V3.1: a mark around all calls, and three of each."""
    if turn.text:
        yield Segment(TEXT, turn.text, place=turn.place)
    if turn.calls:
        yield Segment(FRAME, tokens=2, place=turn.place)
    for call in turn.calls:
        yield Segment(CALLS, call.name, tokens=3, place=call.place)
        yield Segment(CALLS, arguments_text(call.arguments), place=call.place)


def _calls(calls: tuple[ToolCall, ...], empty: str) -> Iterator[Segment]:
    """Yield calls in the markup of V4. Each mark in it is one token."""
    # The API does not let the empty line merge with a text before it.
    yield Segment(CALLS, f"{_BLANK}<", tokens=1, place=calls[0].place)
    yield Segment(CALLS, "tool_calls>\n<", tokens=1, place=calls[0].place)
    for at, call in enumerate(calls):
        if at:
            yield Segment(CALLS, ">\n<", tokens=1, place=call.place)
        values = named_arguments(call)
        before = f'invoke name="{call.name}">' + ("\n" if values else empty)
        for name, value in values.items():
            is_text = isinstance(value, str)
            label = value if isinstance(value, str) else json_text(value)
            yield Segment(CALLS, f"{before}<", tokens=1, place=call.place)
            text = f'parameter name="{name}" string="{str(is_text).lower()}">{label}</'
            yield Segment(CALLS, text, tokens=1, place=call.place)
            before = "parameter>\n"
        yield Segment(CALLS, f"{before}</", tokens=1, place=call.place)
        yield Segment(CALLS, "invoke", place=call.place)
    yield Segment(CALLS, ">\n</", tokens=1, place=calls[-1].place)
    yield Segment(CALLS, "tool_calls>", place=calls[-1].place)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        # The model writes an empty line where there are no arguments.
        yield from _answer_text(turn, "\n\n")
        if turn.calls and request.choice not in (None, "auto", "none"):
            yield Segment(FRAME, tokens=-subject.rules.get("answer_forced", 0))


PROMPT_FORMAT: Final = PromptFormat(
    "deepseek",
    _render,
    order=30,
    answer=_answer,
)
