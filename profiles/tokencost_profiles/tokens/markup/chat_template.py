"""What the published chat templates share: turns of a conversation, and JSON as Python writes it.

Templates put special tokens around texts. A special token is one token and no text can merge with
it, so a text between two of them is one segment, and the special tokens are tokens of the frame.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    USER,
    Block,
    Media,
    Other,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    json_text,
)
from tokencost_profiles.tokens.markup.prompt_format import FRAME, TEXT, Segment, Subject
from tokencost_profiles.tokens.markup.text import segments_of

_FIELDS: Final = frozenset(("name", "description", "parameters", "strict"))
_SPACE: Final = (" ", "\n", "\r", "\t")


class Turn(NamedTuple):
    """One message as a template sees it: a tool result is a turn."""

    role: str
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    media: tuple[Media, ...] = ()
    thought: str = ""
    id: str | None = None  # of the call that a tool answers
    name: str | None = None
    place: str = ""
    empty: bool = False  # there is a text, and nothing in it


def turns(request: Request, join: str = "") -> list[Turn]:
    """Return the messages of a request, the system prompt first, texts of one message joined."""
    all_turns: list[Turn] = []
    if request.system:
        all_turns += _turns(SYSTEM, request.system, "system", join)
    for message in request.messages:
        all_turns += _turns(message.role, message.blocks, message.place, join)
    return all_turns


def _turns(role: str, blocks: Iterable[Block], place: str, join: str) -> Iterator[Turn]:
    content: list[Block] = []
    results = False
    for block in blocks:
        if isinstance(block, ToolResult):
            results = True
            yield _turn(TOOL, block.content, block.place or place, join)._replace(
                id=block.id, name=block.name
            )
        else:
            content.append(block)
    if content or not results:
        yield _turn(USER if role == TOOL else role, content, place, join)


def _turn(role: str, blocks: Iterable[Block], place: str, join: str) -> Turn:
    texts: list[str] = []
    calls: list[ToolCall] = []
    media: list[Media] = []
    thoughts: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            texts.append(block.text)
        elif isinstance(block, Reasoning):
            thoughts.append(block.text)
        elif isinstance(block, ToolCall):
            calls.append(block)
        elif isinstance(block, Media):
            media.append(block)
        elif isinstance(block, Other) and block.value is not None:
            texts.append(block.value if isinstance(block.value, str) else json_text(block.value))
    text = join.join(texts)
    empty = bool(texts) and not text
    thought = "".join(thoughts)
    return Turn(role, text, tuple(calls), tuple(media), thought, place=place, empty=empty)


def last_question(all_turns: Sequence[Turn]) -> int:
    """Return where the last message of the user stands; -1 where there is none.

    Templates write out thinking after it, and drop that before it.
    """
    return max((at for at, turn in enumerate(all_turns) if turn.role == USER), default=-1)


def reply_is_begun(all_turns: Sequence[Turn]) -> bool:
    """Whether a template begins the answer: it goes on with one that stands last."""
    return not all_turns or all_turns[-1].role != ASSISTANT


def named_arguments(call: ToolCall) -> Mapping[str, Any]:
    """Return the arguments of a call by name; what is no JSON object is one argument."""
    arguments = json_value(call.arguments)
    return arguments if isinstance(arguments, Mapping) else {"arguments": arguments}


def argument_text(value: Any) -> str:
    """Return the value of an argument as templates write it between tags: a text as it is."""
    return value if isinstance(value, str) else dumps(value)


def merge_turns(separate: Iterable[Turn], role: str, join: str) -> list[Turn]:
    """Join neighbouring turns of a role into one."""
    joined_turns: list[Turn] = []
    for turn in separate:
        if joined_turns and turn.role == role and joined_turns[-1].role == role:
            last = joined_turns[-1]
            text = (
                f"{last.text}{join}{turn.text}"
                if last.text and turn.text
                else (last.text or turn.text)
            )
            joined_turns[-1] = last._replace(
                text=text,
                calls=last.calls + turn.calls,
                media=last.media + turn.media,
                thought=last.thought + turn.thought,
            )
        else:
            joined_turns.append(turn)
    return joined_turns


def dumps(value: Any, indent: int | None = None, *, sort: bool = False) -> str:
    """Write JSON as Python's `json.dumps` does, which most templates use."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=sort, default=str)
    except (RecursionError, TypeError, ValueError):
        return json_text(value)


def html_safe(value: Any) -> str:
    """Write JSON as the `tojson` of Jinja does unless a host replaces it: sorted, marks escaped."""
    text = dumps(value, sort=True)
    for mark in "<>&'":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def function_of(tool: Tool, subject: Subject) -> dict[str, Any]:
    """Return the function that a tool describes, in the order of the OpenAI documentation."""
    # Bedrock describes a tool by its name where the request does not.
    unsaid = tool.name if subject.api == "bedrock-converse" else ""
    return {
        "name": tool.name,
        "description": tool.description or unsaid,
        "parameters": dict(tool.parameters) if tool.parameters is not None else {},
    }


def tool_as_sent(tool: Tool, subject: Subject) -> Any:
    """Return a tool in the OpenAI form, its keys in the order in which they were sent."""
    raw = tool.raw
    inner = raw.get("function") if raw is not None else None
    if raw is not None and isinstance(inner, Mapping):
        if subject.rules.get("known_only", False) and not inner.keys() <= _FIELDS:
            return {**raw, "function": _known_fields(inner)}
        return raw
    if tool.builtin is not None and raw is not None:
        return raw
    return tool_object(tool, subject)


def _known_fields(function: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a function that a host reads; parameters that lack are null."""
    known = {name: value for name, value in function.items() if name in _FIELDS}
    return known if "parameters" in known else {**known, "parameters": None}


def tool_object(tool: Tool, subject: Subject) -> dict[str, Any]:
    """Return a tool in the OpenAI form, its keys in the order of its documentation."""
    return {"type": "function", "function": function_of(tool, subject)}


def json_value(value: Any) -> Any:
    """Return the arguments of a call as a value; text that is no JSON stands for itself."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def spaced_text(
    before: str, tokens: float, kind: str, text: str, place: str = ""
) -> Iterator[Segment]:
    """Yield the white space before a text and the text.

    `tokens` is what the white space costs where it cannot merge with the text.
    """
    if text.startswith(_SPACE):
        yield Segment(kind, before + text, place=place)
        return
    yield Segment(FRAME, tokens=tokens)
    if text:
        yield Segment(kind, text, place=place)


def texts_alone(request: Request, tokens: float = 0) -> Iterator[Segment]:
    """Yield the texts of a request that no message stands around; `tokens`: more for each."""
    for turn in turns(request):
        yield Segment(TEXT, turn.text, tokens=tokens, place=turn.place)


def media_segments(media: Iterable[Media]) -> Iterator[Segment]:
    """Yield media that a family has no rule for: their text, with a warning."""
    for block in media:
        yield from segments_of(block)
