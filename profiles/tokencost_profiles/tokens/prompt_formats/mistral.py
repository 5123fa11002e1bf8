"""Mistral models, as the public `mistral-common` writes requests for them.

Versions of its format differ in where tools stand and how calls are written: 1 is plain text,
3 has JSON calls with ids, 7 has special tokens for the system prompt, 11 writes name and arguments
apart, 13 leaves out the ids, 15 adds the settings of the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any, Final

from tokencost_profiles.calls.content import ASSISTANT, SYSTEM, TOOL, USER, Media, Request, ToolCall
from tokencost_profiles.tokens.markup.chat_template import (
    Turn,
    dumps,
    json_value,
    media_segments,
    merge_turns,
    tool_object,
    turns,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    MEDIA,
    TEXT,
    THINKING,
    TOOLS,
    PromptFormat,
    Segment,
    Subject,
)
from tokencost_profiles.tokens.markup.tool_choice import sent_tools
from tokencost_profiles.tokens.markup.unknown_media import (
    segment_of_unknown_length,
    segment_of_unknown_size,
)

_JOIN: Final = "\n\n"
_RATE: Final = 32_000  # bytes of a second of speech, uncompressed
_LEAST_RATE: Final = 100  # no sound has fewer bytes a second


def _render(request: Request, subject: Subject) -> Iterator[Segment]:
    rules = subject.rules
    version = int(rules.get("version", 13))
    if request.api == "texts":
        yield from _texts(request, subject)
        return
    yield Segment(FRAME, tokens=rules.get("bos", 1))
    all_turns = turns(request, "" if version >= 15 else _JOIN)
    all_turns = merge_turns(merge_turns(all_turns, USER, _JOIN), ASSISTANT, _JOIN)
    if version < 7:
        all_turns = _fold_system(all_turns, last=version >= 2)
    users = [at for at, turn in enumerate(all_turns) if turn.role == USER]
    # Tools, and what else stands there, come before one user message.
    before = (users[0] if version >= 13 else users[-1]) if users else -1
    for at, turn in enumerate(all_turns):
        if at == before:
            yield from _tools(request, subject)
            yield from _settings(request, rules)
        yield from _turn(turn, version, rules)


def _texts(request: Request, subject: Subject) -> Iterator[Segment]:
    """Yield texts outside messages: to complete, to fill in, or to embed."""
    embeds = "embed" in subject.model
    if not embeds:
        yield Segment(FRAME, tokens=1 if len(request.messages) == 1 else 4)
    for turn in turns(request):
        yield Segment(TEXT, turn.text, tokens=2 if embeds else 0, place=turn.place)


def _fold_system(all_turns: list[Turn], *, last: bool) -> list[Turn]:
    """Put the system prompt before the last user message (before the first in version 1)."""
    system = _JOIN.join(turn.text for turn in all_turns if turn.role == SYSTEM)
    dialogue = merge_turns([turn for turn in all_turns if turn.role != SYSTEM], USER, _JOIN)
    users = [at for at, turn in enumerate(dialogue) if turn.role == USER]
    if system and users:
        at = users[-1] if last else users[0]
        dialogue[at] = dialogue[at]._replace(text=f"{system}{_JOIN}{dialogue[at].text}")
    return dialogue


def _tools(request: Request, subject: Subject) -> Iterator[Segment]:
    sent = sent_tools(request, subject.rules)
    if not sent:
        return
    tools = [tool_object(tool, subject) for tool in sent]
    yield Segment(FRAME, tokens=2, place="tools")
    yield Segment(TOOLS, dumps(tools), place="tools")
    if request.choice not in (None, "auto", "none", "required"):
        # The call of a tool that must be called is begun: its token, its name, its arguments'.
        yield Segment(CALLS, request.choice, tokens=2, place="tool_choice")


def _settings(request: Request, rules: Any) -> Iterator[Segment]:
    """Yield the settings of the model, which a request of JSON does not have."""
    tokens = rules.get("settings", 0)
    if tokens and not request.schema:
        yield Segment(FRAME, tokens=tokens, place="settings")


def _turn(turn: Turn, version: int, rules: Any) -> Iterator[Segment]:
    if turn.role == TOOL:
        yield from _result(turn, version)
    elif turn.role == ASSISTANT:
        yield from _answer_text(turn, version)
        yield Segment(FRAME, tokens=1, place=turn.place)
    elif version < 3:
        yield Segment(TEXT, f"[INST] {turn.text} [/INST]", place=turn.place)
    else:
        yield Segment(FRAME, tokens=2, place=turn.place)
        yield Segment(TEXT, turn.text, place=turn.place)
        for block in turn.media:
            yield from _media(block, rules)


def _answer_text(turn: Turn, version: int) -> Iterator[Segment]:
    """Yield the text and calls of an answer; the end of the message is left out."""
    if turn.thought and version >= 13:
        yield Segment(FRAME, tokens=2, place=turn.place)
        yield Segment(THINKING, turn.thought, place=turn.place)
    if turn.text:
        yield Segment(TEXT, turn.text.rstrip(" "), place=turn.place)
    if not turn.calls:
        return
    if version >= 11:
        for call in turn.calls:
            yield from _call(call, version)
        return
    yield Segment(FRAME, tokens=1, place=turn.place)
    yield Segment(CALLS, dumps([_as_json(call) for call in turn.calls]), place=turn.place)


def _call(call: ToolCall, version: int) -> Iterator[Segment]:
    yield Segment(FRAME, tokens=2, place=call.place)
    yield Segment(CALLS, call.name, place=call.place)
    if version < 13 and call.id:
        yield Segment(CALLS, call.id, tokens=1, place=call.place)
    yield Segment(CALLS, dumps(json_value(call.arguments)), place=call.place)


def _as_json(call: ToolCall) -> dict[str, Any]:
    written = {"name": call.name, "arguments": json_value(call.arguments)}
    return {**written, "id": call.id} if call.id else written


def _result(turn: Turn, version: int) -> Iterator[Segment]:
    yield Segment(FRAME, tokens=2, place=turn.place)
    if version < 7:
        written = {"content": json_value(turn.text), "call_id": turn.id}
        yield Segment(CALLS, dumps(written), place=turn.place)
        return
    if version < 13 and turn.id:
        yield Segment(CALLS, turn.id, tokens=1, place=turn.place)
    yield Segment(CALLS, turn.text, place=turn.place)


def _media(block: Media, rules: Any) -> Iterator[Segment]:
    if block.kind == "image":
        yield _image(block, rules)
    elif block.kind == "audio" and "audio_second" in rules:
        seconds = _seconds(block)
        if not seconds and rules["audio_second"]:
            yield segment_of_unknown_length(block, "0 seconds", rules.get("audio", 0))
            return
        step = rules.get("audio_step", 1)
        tokens = rules.get("audio", 0) + ceil(seconds / step) * step * rules["audio_second"]
        yield Segment(MEDIA, tokens=tokens, place=block.place)
    else:
        yield from media_segments((block,))


def _seconds(block: Media) -> float:
    """Return the seconds of audio. A streamed file may claim hours: then its size decides."""
    size, stated = block.size or 0, block.seconds or 0.0
    return size / _RATE if size and (not stated or size / stated < _LEAST_RATE) else stated


def _image(block: Media, rules: Any) -> Segment:
    if block.width and block.height:
        return Segment(
            IMAGES, tokens=image_tokens(block.width, block.height, rules), place=block.place
        )
    return segment_of_unknown_size(block, lambda width, height: image_tokens(width, height, rules))


def image_tokens(width: int, height: int, rules: Any) -> int:
    """Return the tokens of an image: its patches, and one more for every row of them."""
    most = rules.get("image_side", 1540)
    patch = rules.get("image_patch", 28)
    ratio = max(width / most, height / most)
    if ratio > 1:
        width, height = max(round(width / ratio), 1), max(round(height / ratio), 1)
    tokens: int = ceil(height / patch) * (ceil(width / patch) + 1)
    return tokens


def _answer(request: Request, subject: Subject) -> Iterator[Segment]:
    version = int(subject.rules.get("version", 13))
    for turn in turns(request):
        yield from _answer_text(turn, version)
        yield Segment(FRAME, tokens=1)


PROMPT_FORMAT: Final = PromptFormat(
    "mistral",
    _render,
    order=30,
    answer=_answer,
)
