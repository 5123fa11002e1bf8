"""Claude, on Anthropic, Bedrock, Vertex and other hosts.

The model reads one text: what the system says, after a fixed text and the definitions where there
are tools, then the turns. Neighbours of one role are one turn; blocks of text run into each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    USER,
    Block,
    Media,
    Message,
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
from tokencost_profiles.tokens.prompt_formats.anthropic.media_tokens import media
from tokencost_profiles.tokens.prompt_formats.anthropic.results import reference, results
from tokencost_profiles.tokens.prompt_formats.anthropic.schema import schema
from tokencost_profiles.tokens.prompt_formats.anthropic.tools import (
    calls_text,
    definition,
    is_deferred,
    provider_tool,
)

Numbers = Mapping[str, Any]
# A billing header of a client is removed before the model reads the rest.
_NATIVE_API: Final = "anthropic"  # its system messages are turns
_HEADER: Final = "x-anthropic-billing-header:"


class _Turn(NamedTuple):
    role: str
    messages: tuple[Message, ...]

    @property
    def blocks(self) -> Iterator[Block]:
        for message in self.messages:
            yield from message.blocks


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    request = _adapt(request, rules)
    yield Segment(FRAME, tokens=rules.get("start", 0))
    system = _system(request)
    yield from _system_text(system, request, rules)
    yield from _tools(request, rules)
    yield from _schema(request, system, rules)
    yield Segment(FRAME, tokens=_thinking(request, system, rules))
    yield from _turns(request, rules)


def _system(request: Request) -> str:
    """Return what the system says, its messages too where the API has no other place for it."""
    blocks: list[Block] = list(request.system)
    for message in request.messages:
        if message.role == SYSTEM and request.api != _NATIVE_API:
            blocks += message.blocks
    texts = [block.text for block in blocks if isinstance(block, Text)]
    return "".join(text for text in texts if not text.startswith(_HEADER))


def _system_text(text: str, request: Request, rules: Numbers) -> Iterator[Segment]:
    if not text:
        return
    yield Segment(TEXT, text, place="system")
    tokens = 0 if text[-1] == " " and rules.get("trims") else rules.get("system", 0)
    if request.tools:
        tokens += rules.get("tools_system", 0)
    if text[0] == "\n":  # it runs into what stands before
        tokens += rules.get("tools_system_open" if request.tools else "system_open", 0)
    yield Segment(FRAME, tokens=tokens, place="system")


def _tools(request: Request, rules: Numbers) -> Iterator[Segment]:
    if not request.tools:
        return
    choice = request.choice or "auto"
    forced = choice not in ("auto", "none")
    tokens = rules.get("tools_forced" if forced else "tools", 0)
    if forced and choice != "required":
        yield Segment(TOOLS, f'"{choice}"', place="tool_choice")
    if request.parallel is False:
        tokens += rules.get("tools_forced_serial" if forced else "tools_serial", 0)
    # The line end after the last definition runs into what follows; those before it count.
    late = rules.get("deferred", 0)
    visible = [tool for tool in request.tools if late or not is_deferred(tool)]
    yield Segment(TOOLS, tokens=tokens + max(0, len(visible) - 1), place="tools")
    for tool in visible:
        if tool.builtin is not None:
            yield provider_tool(tool, rules)
            continue
        frame = late if is_deferred(tool) else 0
        is_open = bool(rules.get("open_objects"))
        yield Segment(TOOLS, definition(tool, is_open=is_open), frame, place=tool.place)


def _adapt(request: Request, rules: Numbers) -> Request:
    """Return the request as a host sends it on: a schema of the answer may become a forced tool."""
    form = request.schema
    if form is None or form.schema is None or not rules.get("schema_tool", False):
        return request
    tool = Tool(form.name or "", form.description or "", form.schema, place="schema")
    return msgspec.structs.replace(
        request, schema=None, tools=(*request.tools, tool), choice=tool.name
    )


def _schema(request: Request, system: str, rules: Numbers) -> Iterator[Segment]:
    for segment in schema(request.schema, rules):
        yield segment
        if segment.tokens and (system or request.tools):
            yield Segment(SCHEMA, tokens=rules.get("schema_after", 0), place="schema")


def _thinking(request: Request, system: str, rules: Numbers) -> int:
    asked = request.thinking
    if asked is None:
        return int(rules.get("thinks", 0))
    if not asked.on or request.choice not in (None, "auto", "none"):
        return 0
    # Hosts that speak OpenAI's language turn an effort into a budget.
    adaptive = asked.budget is None and request.api != "openai-chat"
    tokens: int = rules.get("thinking_adaptive" if adaptive else "thinking", 0)
    if tokens and request.tools:
        return tokens + int(rules.get("thinking_tools", 0))
    is_after = bool(system) or request.schema is not None
    return tokens + rules.get("thinking_after", 0) if tokens and is_after else tokens


def _turns(request: Request, rules: Numbers) -> Iterator[Segment]:
    is_native = request.api == _NATIVE_API
    talk = [message for message in request.messages if is_native or message.role != SYSTEM]
    turns = [_Turn(role, tuple(messages)) for role, messages in groupby(talk, _role)]
    if not turns:
        return
    if turns[0].role == ASSISTANT:
        yield Segment(FRAME, tokens=rules.get("assistant_first", 0))
    if turns[-1].role == ASSISTANT:
        yield Segment(FRAME, tokens=-rules.get("message", 0))
    names = {
        block.id: block.name
        for message in talk
        for block in message.blocks
        if isinstance(block, ToolCall) and block.id
    }
    tools = {tool.name: tool for tool in request.tools}
    loop = _loop(turns, request, rules)
    answered = False  # whether the turn before gave what tools gave back
    for at, turn in enumerate(turns):
        frame = rules.get("message", 0)
        if answered and turn.role == ASSISTANT and isinstance(next(turn.blocks, None), ToolCall):
            frame += rules.get("results_call", 0)
        yield Segment(FRAME, tokens=frame, place=turn.messages[0].place)
        yield from _turn(turn, names, tools, rules)
        if at >= loop:
            yield from _thoughts(turn, rules)
        answered = any(isinstance(block, ToolResult) for block in turn.blocks)
    if answered:
        forced = request.choice not in (None, "auto", "none")
        yield Segment(FRAME, tokens=rules.get("results_call" if forced else "results_last", 0))


def _loop(turns: Sequence[_Turn], request: Request, rules: Numbers) -> int:
    """Return the first turn whose thinking is read again: a question drops what is before it."""
    if rules.get("thinking_kept", False):
        return 0
    if request.thinking is None or not request.thinking.on:
        return len(turns)
    asked = [
        at
        for at, turn in enumerate(turns)
        if turn.role == USER and not all(isinstance(p, ToolResult) for p in turn.blocks)
    ]
    return asked[-1] if asked else 0


def _thoughts(turn: _Turn, rules: Numbers) -> Iterator[Segment]:
    for block in turn.blocks:
        if isinstance(block, Reasoning) and block.text:
            yield Segment(THINKING, block.text, rules.get("thinking_block", 0), place=block.place)


def _role(message: Message) -> str:
    return message.role if message.role in (ASSISTANT, SYSTEM) else USER


def _turn(
    turn: _Turn, names: Mapping[str, str], tools: Mapping[str, Tool], rules: Numbers
) -> Iterator[Segment]:
    blocks = list(turn.blocks)
    tool_results = [block for block in blocks if isinstance(block, ToolResult)]
    if tool_results:
        yield from results(tool_results, names, tools, rules)
        if any(not isinstance(block, ToolResult) for block in blocks):
            yield Segment(FRAME, tokens=rules.get("message", 0) + rules.get("after_results", 0))
    calls = [block for block in blocks if isinstance(block, ToolCall)]
    if calls:
        spoken = rules.get("text_calls", 0) if any(_text(blocks)) else 0
        tokens = rules.get("calls", 0) + spoken
        yield Segment(CALLS, calls_text(calls), tokens, place=calls[0].place)
    yield from _texts(turn)
    after = False
    for block in reversed(blocks):
        if isinstance(block, Media):
            yield from media(block, rules)
            if after:
                yield Segment(FRAME, tokens=rules.get("image_before_text", 0), place=block.place)
        elif isinstance(block, Other) and block.kind == "tool_addition":
            yield from reference(block, tools, rules)
        elif not isinstance(block, (Text, ToolCall, ToolResult, Reasoning)):
            yield from segments_of(block)
        after = _opens_with_text(block)


def _texts(turn: _Turn) -> Iterator[Segment]:
    """Yield the texts of a turn: those with nothing but the end of a message between, as one."""
    runs = [""]
    for message in turn.messages:
        between = "\n" if runs[-1] else ""
        for block in message.blocks:
            if isinstance(block, Text) and block.text:
                runs[-1] += between + block.text
                between = ""
            elif isinstance(block, Media):
                runs.append("")
    for run in runs:
        if run:
            yield Segment(TEXT, run, place=turn.messages[0].place)


def _opens_with_text(block: Block) -> bool:
    if isinstance(block, Media):
        return block.kind == "document"
    return isinstance(block, Text) and bool(block.text)


def _text(blocks: Iterable[Block]) -> Iterator[str]:
    return (block.text for block in blocks if isinstance(block, Text))


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    blocks = [block for message in request.messages for block in message.blocks]
    calls = [block for block in blocks if isinstance(block, ToolCall)]
    text = "".join(_text(blocks))
    if text:
        yield Segment(TEXT, text)
    for block in blocks:
        if not isinstance(block, (Text, ToolCall)):
            yield from segments_of(block)
    if not calls:
        yield Segment(FRAME, tokens=rules.get("answer", 0))
        return
    spoken = rules.get("answer_text_calls", 0) if text else 0
    yield Segment(CALLS, calls_text(calls), rules.get("answer_calls", 0) + spoken)
    choice = request.choice or "auto"
    if choice not in ("auto", "none"):
        # A call that is forced begins in the request, up to its name where that is requested.
        yield Segment(FRAME, tokens=-rules.get("answer_forced", 0))
        if choice != "required":
            yield Segment(FRAME, f'"{choice}"', scale=-1)


PROMPT_FORMAT: Final = PromptFormat(
    "anthropic",
    _render,
    order=10,
    answer=_answer,
)
