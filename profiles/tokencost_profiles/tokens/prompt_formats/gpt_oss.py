"""gpt-oss on its many hosts: the published harmony format.

A system message of the provider, a developer message with instructions and tools, then the turns,
each with the channel it was spoken on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    Request,
    Tool,
    ToolCall,
    arguments_text,
)
from tokencost_profiles.tokens.markup import harmony, harmony_library
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    dumps,
    json_value,
    last_question,
    media_segments,
    reply_is_begun,
    texts_alone,
    turns,
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
from tokencost_profiles.tokens.markup.tool_choice import choice_tokens, sent_tools

_AROUND: Final = 4  # start, role, start and end of the text
_CHANNEL: Final = 2  # and its name


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    if request.api == "texts":
        yield from texts_alone(request)
        return
    all_turns = turns(request, rules.get("join", ""))
    tools = sent_tools(request, rules)
    calls = rules.get("system_tools", 14) if tools else 0
    yield Segment(FRAME, tokens=_AROUND + rules.get("system_text", 57) + calls, place="system")
    yield from _developer(request, all_turns, rules, tools)
    if any(turn.role == TOOL for turn in all_turns):
        rule = "results" if tools else "results_alone"
        yield Segment(FRAME, tokens=rules.get(rule, 0), place="system")
    named = {call.id: call.name for turn in all_turns for call in turn.calls if call.id}
    last = last_question(all_turns)
    for at, turn in enumerate(all_turns):
        if turn.role != SYSTEM:
            yield from _turn(turn, named, rules, thinks=at > last)
    if reply_is_begun(all_turns):
        yield Segment(FRAME, tokens=2, place="reply")


def _developer(
    request: Request, all_turns: list[Turn], rules: Mapping[str, Any], tools: tuple[Tool, ...]
) -> Iterator[Segment]:
    instructions = [turn for turn in all_turns if turn.role == SYSTEM]
    if instructions or tools or rules.get("developer", False):
        yield Segment(FRAME, tokens=_AROUND, place="developer")
    for at, turn in enumerate(instructions):
        # An empty line merges with the end of the text before it.
        lead = "" if at else "# Instructions\n\n"
        end = "\n\n" if tools or at + 1 < len(instructions) else ""
        yield Segment(TEXT, lead + turn.text + end, place=turn.place)
    if tools:
        forced = choice_tokens(request, rules)
        write = harmony_library.namespace if rules.get("library", False) else harmony.namespace
        text = write([_as_declared(tool, rules) for tool in tools])
        yield Segment(TOOLS, "# Tools\n\n" + text, tokens=forced, place="tools")
    yield from _answer_form(request, rules, after_text=bool(instructions))


def _as_declared(tool: Tool, rules: Mapping[str, Any]) -> Tool:
    """Return a tool as the host declares it: what is optional in a strict one is of any type."""
    schema = tool.parameters
    if not (rules.get("strict_any", False) and _is_strict(tool) and isinstance(schema, Mapping)):
        return tool
    properties, required = schema.get("properties"), schema.get("required") or ()
    if not isinstance(properties, Mapping) or not isinstance(required, Sequence):
        return tool
    typed = {name: spec if name in required else {} for name, spec in properties.items()}
    return tool._replace(parameters={**schema, "properties": typed})


def _is_strict(tool: Tool) -> bool:
    inner = (tool.raw or {}).get("function")
    return isinstance(inner, Mapping) and inner.get("strict") is True


def _answer_form(
    request: Request, rules: Mapping[str, Any], *, after_text: bool
) -> Iterator[Segment]:
    """Yield what a host says of JSON, or of a schema. Others guide the answer alone."""
    if request.schema is None:
        return
    if request.schema.schema is None:
        apart = rules.get("json_apart", 0) if after_text else 0
        yield Segment(FRAME, tokens=rules.get("json", 0) + apart, place="response_format")
    elif "schema" in rules:
        text = dumps(request.schema.schema)
        yield Segment(SCHEMA, text, tokens=rules["schema"], place="response_format")


def _turn(
    turn: Turn, named: Mapping[str, str], rules: Mapping[str, Any], *, thinks: bool
) -> Iterator[Segment]:
    if turn.role == TOOL:
        name = turn.name or named.get(turn.id or "", "")
        yield Segment(FRAME, tokens=rules.get("result", 6), place=turn.place)
        to = " to=assistant" if rules.get("addressed", True) else ""
        yield Segment(CALLS, f"functions.{name}{to}", place=turn.place)
        text = dumps(turn.text) if rules.get("quoted", False) else turn.text
        yield Segment(CALLS, text, place=turn.place)
    elif turn.role == ASSISTANT:
        # Reasoning is sent until the next user message.
        if turn.thought and thinks:
            yield Segment(FRAME, tokens=_AROUND + _CHANNEL, place=turn.place)
            yield Segment(THINKING, turn.thought, place=turn.place)
        text = turn.text
        if turn.calls and text.startswith("<think>"):
            text = text.partition("</think>")[2].lstrip()
        if text and (thinks or not turn.calls):  # beside a call it is thinking, too
            yield Segment(TEXT, text, tokens=_AROUND + _CHANNEL, place=turn.place)
        elif turn.calls and turn.empty:
            yield Segment(FRAME, tokens=rules.get("empty_text", 0), place=turn.place)
        for call in turn.calls:
            yield from _call(call, rules)
    else:
        yield Segment(TEXT, turn.text, tokens=_AROUND, place=turn.place)
    yield from media_segments(turn.media)


def _call(call: ToolCall, rules: Mapping[str, Any]) -> Iterator[Segment]:
    # Start, channel and its name, the form (a mark, json), the start and end of the text.
    yield Segment(FRAME, tokens=7, place=call.place)
    yield Segment(CALLS, f"assistant to=functions.{call.name}", place=call.place)
    yield Segment(CALLS, _arguments(call, rules), place=call.place)


def _arguments(call: ToolCall, rules: Mapping[str, Any]) -> str:
    """Return the arguments of a call as sent, or as the host's template writes them."""
    match rules.get("arguments"):
        case "spaced":
            return dumps(json_value(call.arguments))
        case "quoted":
            return dumps(arguments_text(call.arguments))
        case _:
            return arguments_text(call.arguments)


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        if turn.thought:
            yield Segment(THINKING, turn.thought, tokens=_CHANNEL + 2, place=turn.place)
        if turn.text:
            start = 2 if turn.thought else 0
            yield Segment(TEXT, turn.text, tokens=start + _CHANNEL + 2, place=turn.place)
        for call in turn.calls:
            yield from _call(call, subject.rules)


PROMPT_FORMAT: Final = PromptFormat(
    "gpt_oss",
    _render,
    order=20,
    answer=_answer,
)
