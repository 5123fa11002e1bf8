"""Streamed answers, put together again: from events to the response object they spell.

Usage comes late, in parts, or again and again: Anthropic's deltas overwrite what the start said,
Gemini repeats running totals, OpenAI reports all in the last chunk, Groq reports it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.providers.answers.routing import METADATA, PROVIDER_METADATA
from tokencost_profiles.providers.audio_events import audio_answer, heard_by, is_audio_event
from tokencost_profiles.providers.interaction_events import InteractionEvents, is_interaction_event
from tokencost_profiles.providers.stream_runs import Runs
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_ANTHROPIC: Final = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
        "error",
    }
)
# Of an event that closes an answer, beside the answer.
_EXTRAS: Final = ("copilot_usage", METADATA, *PROVIDER_METADATA)
_BEDROCK: Final = frozenset(
    {
        "messageStart",
        "contentBlockStart",
        "contentBlockDelta",
        "contentBlockStop",
        "messageStop",
        "metadata",
    }
)


def is_event(value: Any) -> bool:
    """Whether a JSON value is an event of a stream rather than a complete response."""
    if not isinstance(value, Mapping):
        return False
    if value.get("object") == "chat.completion.chunk":
        return True
    kind = value.get("type")
    if isinstance(kind, str) and (kind in _ANTHROPIC or kind.startswith("response.")):
        return True
    if is_audio_event(value):
        return True
    if "event_type" in value and is_interaction_event(value):
        return True
    if "prompt_eval_count" in value or "done" in value:
        return "done" in value and "model" in value
    if kind in ("message-start", "content-delta", "message-end", "content-start"):  # Cohere
        return True
    return len(value) == 1 and next(iter(value)) in _BEDROCK


def sse_events(lines: Iterable[str]) -> Iterator[str]:
    """Yield the data of server-sent events, `[DONE]` left out."""
    data: list[str] = []
    for raw in lines:
        line = raw.rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield from _event_data("\n".join(data))
            data = []
    if data:
        yield from _event_data("\n".join(data))


def _event_data(text: str) -> Iterator[str]:
    if text.strip() not in ("[DONE]", ""):
        yield text


def assemble(events: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the response objects that a sequence of events spells, in order."""
    assembly = _Assembly()
    for event in events:
        if isinstance(event, dict):
            kind = event.get("type")
            assembly.take(event, kind if isinstance(kind, str) else "")
    return assembly.responses


class _Assembly:
    """The responses of a stream, while it is read."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []
        self._chats: dict[str, dict[str, Any]] = {}
        self._gemini: dict[str, dict[str, Any]] = {}
        self._runs = Runs()
        self._message: dict[str, Any] | None = None
        self._interactions = InteractionEvents()
        self._realtime_model: str | None = None  # of a session whose answers do not name it
        self._heard_by: str | None = None  # the model that transcribes what is spoken in it

    def take(self, event: dict[str, Any], kind: str) -> None:
        """Take the next event, of the type `kind`."""
        if event.get("object") == "chat.completion.chunk" or _is_block_of_chat(event):
            name = str(event["id"]) if event.get("id") else self._runs.name(event)
            _chat(event, self._chats, self.responses, name)
        elif kind.startswith("response."):
            _responses(event, self.responses, self._realtime_model)
        elif kind.startswith("session."):
            session = first_mapping(event, "session")
            self._realtime_model = text(session.get("model")) or self._realtime_model
            self._heard_by = heard_by(session) or self._heard_by
        elif is_audio_event(event):
            answer = audio_answer(event, self._heard_by)
            self.responses += [answer] if answer is not None else []
        elif kind == "message_start":
            self._message = _start_message(event, self._message, self.responses)
        elif kind in _ANTHROPIC:
            if self._message is not None:
                _anthropic(event, self._message)
        elif is_interaction_event(event):
            interaction = self._interactions.take(event)
            self.responses += [interaction] if interaction is not None else []
        else:
            self._take_untyped(event, kind)

    def _take_untyped(self, event: dict[str, Any], kind: str) -> None:
        if any(key in event for key in ("usageMetadata", "usage_metadata", "candidates")):
            named = text(event.get("responseId", event.get("response_id")))
            _gemini(event, self._gemini, self.responses, named or self._runs.name(event))
        elif kind == "message-end":
            self.responses.append({**first_mapping(event, "delta"), "message": {}})
        elif event.get("done") is True:
            self.responses.append(event)
        elif isinstance(event.get("metadata"), dict) and "usage" in event["metadata"]:
            self.responses.append({**event["metadata"], "stopReason": "end_turn"})


def _is_block_of_chat(event: Mapping[str, Any]) -> bool:
    """Whether an event is a chunk of a chat answer, or the counts at its end, by its form alone."""
    choices = event.get("choices")
    if choices == []:
        return "usage" in event
    return "choices" in event and "delta" in str(choices)[:400]


def _chat(
    event: dict[str, Any], chats: dict[str, dict[str, Any]], responses: list[Any], key: str
) -> None:
    """Merge a chat chunk into the answer of its id."""
    answer = chats.get(key)
    if answer is None:
        answer = chats[key] = {**event, "object": "chat.completion", "choices": []}
        responses.append(answer)
    for name, value in event.items():
        if name not in ("choices", "object") and value is not None:
            answer[name] = value
    for choice in objects(event.get("choices")):
        _merge_choice(choice, answer)


def _index(value: Mapping[str, Any]) -> int:
    """Return the index that a chunk names; the first where it names none that can be."""
    index = value.get("index")
    return index if type(index) is int and index >= 0 else 0


def _merge_choice(choice: Mapping[str, Any], answer: dict[str, Any]) -> None:
    index = _index(choice)
    choices: list[dict[str, Any]] = answer["choices"]
    while len(choices) <= index < 64:
        choices.append({"index": len(choices), "message": {"content": "", "tool_calls": []}})
    if index >= len(choices):
        return
    message = choices[index]["message"]
    delta = first_mapping(choice, "delta")
    for key in ("content", "reasoning_content", "reasoning"):
        if isinstance(delta.get(key), str):
            message[key] = (message.get(key) or "") + delta[key]
    for key in PROVIDER_METADATA:
        if isinstance(delta.get(key), dict):
            message[key] = delta[key]
    for call in objects(delta.get("tool_calls")):
        _merge_tool_call(call, message["tool_calls"])
    if choice.get("finish_reason"):
        choices[index]["finish_reason"] = choice["finish_reason"]
    if isinstance(choice.get("usage"), dict):  # Moonshot
        answer.setdefault("usage", choice["usage"])


def _merge_tool_call(call: Mapping[str, Any], calls: list[dict[str, Any]]) -> None:
    at = _index(call)
    while len(calls) <= at < 512:
        calls.append({"function": {"name": "", "arguments": ""}})
    if at >= len(calls):
        return
    calls[at]["id"] = call.get("id") or calls[at].get("id")
    function, delta = calls[at]["function"], first_mapping(call, "function")
    for key in ("name", "arguments"):
        if isinstance(delta.get(key), str):
            function[key] += delta[key]


def _responses(
    event: dict[str, Any], responses: list[dict[str, Any]], realtime_model: str | None
) -> None:
    """Keep the response that an event closes; events before the end add nothing."""
    response = event.get("response")
    if not isinstance(response, dict):
        return
    if event["type"] in ("response.completed", "response.incomplete", "response.failed"):
        responses.append({**response, **_extras(event)})
    elif event["type"] == "response.done":
        responses.append({"model": realtime_model, **response})


def _extras(event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in _EXTRAS if name in event}


def _start_message(
    event: dict[str, Any], before: dict[str, Any] | None, responses: list[dict[str, Any]]
) -> dict[str, Any]:
    """Open a message. A second start with the same id is the same message sent twice."""
    started = first_mapping(event, "message")
    if before is not None and before.get("id") == started.get("id"):
        return before
    message = {**started, "type": "message", "role": "assistant", "content": []}
    message["usage"] = dict(first_mapping(started, "usage"))
    responses.append(message)
    return message


def _anthropic(event: dict[str, Any], message: dict[str, Any]) -> None:
    kind = event["type"]
    content = message["content"]
    if kind == "content_block_start":
        block = dict(first_mapping(event, "content_block"))
        if block.get("type") == "fallback":
            model = first_mapping(block, "to").get("model")
            message["model"] = model or message.get("model")
        block["_json"] = ""
        content.append(block)
    elif kind == "content_block_delta" and content:
        delta, block = first_mapping(event, "delta"), content[-1]
        for key in ("text", "thinking"):
            if isinstance(delta.get(key), str):
                block[key] = (text(block.get(key)) or "") + delta[key]
        if isinstance(delta.get("partial_json"), str):
            block["_json"] += delta["partial_json"]
    elif kind == "content_block_stop" and content and content[-1].get("_json"):
        content[-1]["input"] = content[-1]["_json"]
    elif kind == "message_delta":
        # Deltas are final where they say something, and leave out what did not change.
        for key, value in first_mapping(event, "usage").items():
            if value is not None:
                message["usage"][key] = value
        reason = first_mapping(event, "delta").get("stop_reason")
        message["stop_reason"] = reason or message.get("stop_reason")
    if kind in ("message_delta", "message_stop"):
        message.update(_extras(event))


def _gemini(
    event: dict[str, Any],
    answers: dict[str, dict[str, Any]],
    responses: list[dict[str, Any]],
    key: str,
) -> None:
    """Merge a chunk of a Gemini answer: usage is a running total, the last one counts."""
    answer = answers.get(key)
    if answer is None:
        answer = answers[key] = {**event, "candidates": []}
        responses.append(answer)
    for name, value in event.items():
        if name != "candidates" and value is not None:
            answer[name] = value
    answer["candidates"] += objects(event.get("candidates"))
