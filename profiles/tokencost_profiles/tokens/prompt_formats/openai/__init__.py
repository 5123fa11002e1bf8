"""OpenAI models: chat and Responses, on OpenAI and Azure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    Block,
    Media,
    Message,
    Other,
    Reasoning,
    Request,
    Schema,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    json_text,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    SCHEMA,
    TEXT,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.text import segments_of
from tokencost_profiles.tokens.prompt_formats.openai.calls import (
    arguments,
    call_segments,
    json_value,
    merge_call_messages,
    names_of,
    parallel_call,
    parallel_ids,
)
from tokencost_profiles.tokens.prompt_formats.openai.media_tokens import media_segments
from tokencost_profiles.tokens.prompt_formats.openai.reasoning import (
    reasoning_segments,
    thinking_after,
)
from tokencost_profiles.tokens.prompt_formats.openai.schema import schema_text
from tokencost_profiles.tokens.prompt_formats.openai.typescript import (
    Style,
    function_text,
    namespace_text,
)

_ADDED_TOOLS: Final = "additional_tools"


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    if subject.rules.get("text_alone"):
        for _, block in request.blocks():
            yield from segments_of(block)
        return
    rules = subject.rules
    yield Segment(FRAME, tokens=rules.get("start", 0))
    if request.system:
        yield Segment(FRAME, tokens=rules.get("message", 0), place="system")
        yield from _content(request.system, rules)
    functions = [tool for tool in request.tools if tool.builtin is None]
    formed = request.schema if request.schema and request.schema.schema is not None else None
    joined = _joined_system(request, rules) if functions or formed else None
    yield from _messages(request, rules, joined, formed is not None)
    if functions:
        yield from _functions(functions, request, rules, joined is not None)
    for tool in request.tools:
        if tool.builtin is not None:
            text = json_text(tool.raw or {})
            yield Segment(
                TOOLS, text, place=tool.place, warning="a tool of the provider, as its text"
            )
    if formed is not None:
        yield from _form(formed, rules, joined is not None, bool(functions))


def _form(schema: Schema, rules: Mapping[str, Any], below: bool, shared: bool) -> Iterator[Segment]:
    tokens = rules.get("schema_below" if below else "schema", 0)
    if shared:
        tokens -= rules.get("shared_below" if below else "shared", 0)
    yield Segment(SCHEMA, schema_text(schema), tokens=tokens, place="schema")
    if rules.get("schema_named"):
        yield Segment(SCHEMA, schema.name or "response", place="schema")


def _messages(
    request: Request, rules: Mapping[str, Any], joined: Message | None, formed: bool
) -> Iterator[Segment]:
    names = names_of(request)
    messages = list(
        merge_call_messages(request.messages) if rules.get("parallel") else request.messages
    )
    as_json = parallel_ids(messages) if rules.get("parallel_json") else frozenset()
    for message in messages:
        yield from _message(message, rules, names, as_json, message is joined)
        if formed and message.role == ASSISTANT and _has_text(message):
            yield Segment(SCHEMA, tokens=rules.get("assistant_formed", 0), place=message.place)
    yield from reasoning_segments(request.messages[thinking_after(request) :], rules)
    number = request.options.get("kept_calls")
    if isinstance(number, int) and rules.get("kept"):
        yield Segment(CALLS, tokens=rules["kept"] * number)


def _joined_system(request: Request, rules: Mapping[str, Any]) -> Message | None:
    """Return the system message that functions are written below, where they are."""
    first = request.messages[0] if request.messages else None
    if first is None or first.role != SYSTEM or not rules.get("tools_below"):
        return None
    return first


def _has_text(message: Message) -> bool:
    return any(isinstance(block, Text) and block.text for block in message.blocks)


def _frame(message: Message, spoken: list[Block], rules: Mapping[str, Any]) -> float:
    """Return the tokens around a message, by what is in it besides calls."""
    tokens: float = rules.get("message", 0)
    if spoken and isinstance(spoken[0], Media):
        kinds = {block.kind if isinstance(block, Media) else "" for block in spoken}
        if kinds == {"document"} and rules.get("document_apart"):
            return 0
        if kinds == {"image"}:
            tokens += rules.get("image_alone", 0)
    if message.role == ASSISTANT and (_has_text(message) or len(spoken) == len(message.blocks)):
        tokens += rules.get("assistant", 0)
    return tokens


def _message(
    message: Message,
    rules: Mapping[str, Any],
    names: Mapping[str, str],
    as_json: frozenset[str],
    joined: bool,
) -> Iterator[Segment]:
    blocks = message.blocks
    spoken: list[Block] = [
        block for block in blocks if not isinstance(block, (ToolCall, ToolResult, Reasoning))
    ]
    if spoken or not blocks:
        yield Segment(FRAME, tokens=_frame(message, spoken, rules), place=message.place)
    if message.name:
        yield Segment(FRAME, message.name, tokens=1, place=message.place)
    segments = list(_content(spoken, rules))
    if joined and segments and segments[-1].kind == TEXT:
        segments[-1] = segments[-1]._replace(text=f"{segments[-1].text}\n\n")
    yield from segments
    calls = [block for block in blocks if isinstance(block, ToolCall)]
    if calls:
        yield Segment(CALLS, tokens=-rules.get("message", 0) if spoken else 0, place=message.place)
        yield from call_segments(calls, rules)
    for block in blocks:
        if isinstance(block, ToolResult):
            yield from _result(block, rules, names, as_json)


def _content(blocks: Iterable[Block], rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield the content of a message; texts that follow each other are read as one."""
    texts: list[Text] = []
    for block in blocks:
        if isinstance(block, Text):
            texts.append(block)
            continue
        yield from _joined_text(texts)
        texts = []
        if isinstance(block, Media):
            yield from media_segments(block, rules)
        elif isinstance(block, Other) and block.kind == _ADDED_TOOLS:
            yield _added_tools(block, rules)
        else:
            yield from segments_of(block)
    yield from _joined_text(texts)


def _added_tools(block: Other, rules: Mapping[str, Any]) -> Segment:
    """Return functions that are declared after a search for them."""
    tools = block.value.get("tools") if isinstance(block.value, Mapping) else None
    written = namespace_text(tools, _style(rules))
    return Segment(TOOLS, written, tokens=rules.get("tools_added", 0), place=block.place)


def _style(rules: Mapping[str, Any]) -> Style:
    return Style(
        limits_above=bool(rules.get("limits_above")),
        titles=bool(rules.get("titles", True)),
        lines=bool(rules.get("lines")),
    )


def _joined_text(texts: list[Text]) -> Iterator[Segment]:
    if texts:
        yield Segment(TEXT, "".join(text.text for text in texts), place=texts[0].place)


def _result(
    result: ToolResult,
    rules: Mapping[str, Any],
    names: Mapping[str, str],
    as_json: frozenset[str],
) -> Iterator[Segment]:
    name = names.get(result.id or "") or result.name or ""
    who = name if rules.get("result_bare") else f"functions.{name}"
    yield Segment(CALLS, who, tokens=rules.get("result", 0), place=result.place)
    for segment in _content(result.content, rules):
        if segment.kind != TEXT:
            yield segment
        elif result.id in as_json:
            yield segment._replace(kind=CALLS, text=json_value(segment.text))
        else:
            yield segment._replace(kind=CALLS)


def _functions(
    functions: list[Tool], request: Request, rules: Mapping[str, Any], below: bool
) -> Iterator[Segment]:
    style = _style(rules)
    written = "".join(
        function_text(tool.name, tool.description, tool.parameters, style) for tool in functions
    )
    start = "namespace functions {\n\n" if rules.get("tools_open") else ""
    yield Segment(TOOLS, f"{start}{written}}} // namespace functions", place="tools")
    yield Segment(TOOLS, tokens=rules.get("tools_below" if below else "tools", 0), place="tools")
    if request.parallel is False:
        yield Segment(TOOLS, tokens=rules.get("one_by_one", 0), place="parallel_tool_calls")
    named = _required_function(functions, request, rules)
    if named and rules.get("named"):
        yield Segment(TOOLS, named, tokens=rules["named"], place="tool_choice")


def _required_function(
    functions: list[Tool], request: Request, rules: Mapping[str, Any]
) -> str | None:
    """Return the function that has to be called, where one is named."""
    names = {tool.name for tool in functions}
    if request.choice in names:
        return request.choice
    if request.choice == "required" and len(names) == 1 and rules.get("required"):
        return next(iter(names))
    return None


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    functions = [tool for tool in request.tools if tool.builtin is None]
    formed = request.schema is not None and request.schema.schema is not None
    calls: list[ToolCall] = []
    for _, block in request.blocks():
        if isinstance(block, ToolCall):
            calls.append(block)
            continue
        for segment in segments_of(block):
            yield segment._replace(kind=TEXT)
        kind = "with_tools" if request.tools else "alone"
        tokens = rules.get("answer_with_tools" if request.tools else "answer", 0)
        yield Segment(
            TEXT, tokens=tokens + (rules.get(f"answer_formed_{kind}", 0) if formed else 0)
        )
    if len(calls) > 1:
        yield Segment(TEXT, parallel_call(calls), tokens=rules.get("answer_parallel", 0))
        return
    # The name of a function that must be called stands in the request, not in the answer.
    required = _required_function(functions, request, rules) if rules.get("named") else None
    for call in calls:
        if call.name == required:
            yield Segment(TEXT, arguments(call), tokens=rules.get("answer", 0))
            continue
        yield Segment(TEXT, f"functions.{call.name}", tokens=rules.get("answer_call", 0))
        yield Segment(TEXT, arguments(call))


PROMPT_FORMAT: Final = PromptFormat(
    "openai",
    _render,
    order=10,
    answer=_answer,
)
