"""Calls of logs with a conversation and no usage: each answer is a call, counted from text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import msgspec

from tokencost_profiles.calls.call import COUNTED, Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.chat_parts import message_parts


def text_calls(messages: Any, model: str | None, log: Log) -> Iterator[tuple[int, Call]]:
    """Yield (index, call) for every answer in a conversation; messages before it are its prompt.

    Answers of a demonstration are text of the prompt.
    """
    before: list[Part] = []
    sent, error = 0, 0.0
    for at, message in enumerate(messages if isinstance(messages, list) else ()):
        if not isinstance(message, Mapping):
            continue
        parts = message_parts(message, f"messages[{at}]")
        counted = None
        if log.counter is not None:
            counted = log.counter.text(model, "\n".join(part.text for part in parts))
            error = max(error, counted.error)
        if message.get("role") == "assistant" and not message.get("is_demo"):
            call = Call(model=model)
            if log.counter is not None:
                answer = log.counter.answer(model, parts)
                error = max(error, answer.error)
                call.usage = {"input": sent, "output": answer.tokens}
                call.usage_source, call.error = COUNTED, error
            if log.text:
                call.parts, call.answer = ThreadParts(before), tuple(parts)
            yield at, call
        sent += counted.tokens if counted is not None else 0
        before += parts if log.text else ()


def digest(*values: Any) -> str:
    """Return a hash that names a run that has no id: the same for every copy of it."""
    try:
        data = msgspec.json.encode(values, order="deterministic")
    except (TypeError, ValueError, RecursionError):
        data = repr(values).encode("utf-8", "replace")
    return sha256(data).hexdigest()[:24]
