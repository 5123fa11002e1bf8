"""Llama 2, 3 and 4, and models derived from them: the published chat templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    Media,
    Request,
    Tool,
    arguments_text,
    json_text,
)
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    dumps,
    function_of,
    json_value,
    media_segments,
    merge_turns,
    reply_is_begun,
    texts_alone,
    tool_as_sent,
    turns,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    SCHEMA,
    TEXT,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.tool_choice import choice_tokens, sent_tools
from tokencost_profiles.tokens.markup.unknown_media import image_segment

# Around a message: start and end of the header, its role, the end of the message; the empty line.
_HEADER: Final = 3
_END: Final = 1


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    all_turns = turns(request, rules.get("join", ""))
    if request.api == "texts":
        yield from texts_alone(request, rules.get("text", 1))
        return
    yield Segment(FRAME, tokens=rules.get("bos", 1))
    tools = () if rules.get("silent", False) else sent_tools(request, rules)
    all_turns = merge_turns(all_turns, ASSISTANT, "")
    yield from _system(all_turns, rules)
    if tools:
        yield from _tools(request, tools, subject)
    elif request.tools and "none" in rules:
        yield Segment(FRAME, tokens=rules["none"], place="tools")
    schema = request.schema.schema if request.schema is not None else None
    if schema is not None and "schema" in rules:
        yield Segment(SCHEMA, dumps(schema), tokens=rules["schema"], place="response_format")
    for turn in all_turns:
        if turn.role != SYSTEM:
            yield from _turn(turn, rules)
    if reply_is_begun(all_turns):
        yield Segment(FRAME, tokens=rules.get("header", _HEADER + 1), place="reply")


def _system(all_turns: list[Turn], rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield the system message: the dates that stand in it, and what the request says."""
    date = rules.get("date", 0)
    instructions = [turn for turn in all_turns if turn.role == SYSTEM]
    if not date and not instructions:
        return
    header, end = rules.get("header", _HEADER + 1), rules.get("end", _END)
    yield Segment(FRAME, tokens=header + end + date, place="system")
    for turn in instructions:
        text = turn.text.strip() if rules.get("strip", True) else turn.text
        yield Segment(TEXT, text, place=turn.place)


def _tools(request: Request, tools: tuple[Tool, ...], subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    added = rules.get("tools", 0) + choice_tokens(request, rules)
    yield Segment(FRAME, tokens=added, place="tools")
    if request.choice not in (None, "auto", "none", "required") and "names" in rules:
        times = rules["names"]  # the name of a tool that must be called is repeated
        yield Segment(TOOLS, request.choice, scale=times, place="tool_choice")
    values = [_as_declared(tool, subject) for tool in tools]
    if rules.get("form") == "list":
        yield Segment(TOOLS, json_text(values), place="tools")
        return
    for tool, value in zip(tools, values, strict=True):
        yield Segment(TOOLS, _declaration(tool, value, rules), place=tool.place)


def _as_declared(tool: Tool, subject: Subject) -> Any:
    """Return a tool as sent; the function alone where the host leaves out what is around it."""
    if not subject.rules.get("bare", False):
        return tool_as_sent(tool, subject)
    value = function_of(tool, subject)
    return {name: value[name] for name in sorted(value)} if subject.rules.get("sorted") else value


def _declaration(tool: Tool, value: Any, rules: Mapping[str, Any]) -> str:
    if rules.get("form") == "sentences":
        return f"Use the function '{tool.name}' to '{tool.description}'\n{json_text(value)}\n\n"
    return json_text(value) if rules.get("compact", False) else dumps(value, 4) + "\n\n"


def _turn(turn: Turn, rules: Mapping[str, Any]) -> Iterator[Segment]:
    header, end = rules.get("header", _HEADER + 1), rules.get("end", _END)
    yield Segment(FRAME, tokens=header + end, place=turn.place)
    if turn.role == TOOL:
        quoted = rules.get("quoted", True)
        text = dumps(turn.text) if quoted else turn.text
        yield Segment(CALLS, text, tokens=rules.get("result", 0), place=turn.place)
    else:
        yield from _answer_text(turn, rules)
    for block in turn.media:
        yield from _media(block, rules)


def _answer_text(turn: Turn, rules: Mapping[str, Any]) -> Iterator[Segment]:
    text = turn.text.strip() if rules.get("strip", True) else turn.text
    if text and (not turn.calls or rules.get("beside_calls", True)):
        yield Segment(TEXT, text, place=turn.place)
    for call in turn.calls:
        if rules.get("form") == "sentences":
            text = f"<function={call.name}>{arguments_text(call.arguments)}</function>"
            yield Segment(CALLS, text, tokens=rules.get("call", 0), place=call.place)
            continue
        written = {"name": call.name, "parameters": json_value(call.arguments)}
        yield Segment(CALLS, dumps(written), tokens=rules.get("call", 0), place=call.place)


def _media(block: Media, rules: Mapping[str, Any]) -> Iterator[Segment]:
    if block.kind == "image" and "tile" in rules:
        yield image_segment(block, lambda width, height: image_tokens(width, height, rules))
    elif block.kind == "image" and "image" in rules:
        yield _image_of_one_size(block, rules)
    else:
        yield from media_segments((block,))


def _image_of_one_size(block: Media, rules: Mapping[str, Any]) -> Segment:
    """Return an image by what images of one size are billed; of others it has a range."""
    tokens, pixels = rules["image"], (block.width or 0) * (block.height or 0)
    recorded = rules.get("image_pixels", 0)
    if recorded / 2 <= pixels <= recorded * 2:
        return Segment(IMAGES, tokens=tokens, place=block.place)
    return Segment(IMAGES, tokens=tokens, low=tokens / 4, high=tokens * 12, place=block.place)


def image_tokens(width: int, height: int, rules: Mapping[str, Any]) -> int:
    """Return the tokens of an image for Llama 4: its tiles, and one overview."""
    side, most = rules.get("tile_side", 336), rules.get("tiles", 16)
    wide, high = tiling(width, height, side, most)
    tiles = wide * high
    each: int = rules["tile"]
    if tiles == 1:
        return each + 3
    # One token between tiles of a row, one after each row, and the overview.
    return (tiles + 1) * each + tiles + 7


def tiling(width: int, height: int, side: int, most: int) -> tuple[int, int]:
    """Return how many tiles an image is cut into: the least that loses no detail."""
    best, grid = (-1.0, 0.0), (1, 1)
    for wide in range(1, most + 1):
        for high in range(1, most // wide + 1):
            scale = min(wide * side / width, high * side / height)
            # Above 1 the smallest scale is best; below 1, the largest.
            rank = (1.0, -scale) if scale >= 1 else (0.0, scale)
            if rank > best or (rank == best and wide * high < grid[0] * grid[1]):
                best, grid = rank, (wide, high)
    return grid


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    for turn in turns(request):
        yield from _answer_text(turn, subject.rules)
        extra = len(turn.calls) * subject.rules.get("answer_call", 0)
        yield Segment(FRAME, tokens=subject.rules.get("end", _END) + extra)


PROMPT_FORMAT: Final = PromptFormat(
    "llama",
    _render,
    order=35,
    answer=_answer,
)
