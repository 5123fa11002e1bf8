"""The prompts of answers in lists of messages: what stands before an answer in its list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.logs.common.chat_parts import message_parts

_DEEPEST: Final = 40


def prompts_in(value: Any, answers: set[int]) -> dict[int, ThreadParts]:
    """Return the prompts of the answers that stand in lists, by the identity of the answer."""
    prompts: dict[int, ThreadParts] = {}
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        inside, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(inside, Mapping):
            waiting += [(one, depth + 1) for one in inside.values()]
        elif isinstance(inside, list):
            if any(id(one) in answers for one in inside):
                _add(inside, answers, prompts)
            waiting += [(one, depth + 1) for one in inside if id(one) not in answers]
    return prompts


def _add(messages: list[Any], answers: set[int], prompts: dict[int, ThreadParts]) -> None:
    parts: list[Part] = []
    for at, message in enumerate(messages):
        if id(message) in answers and id(message) not in prompts:
            prompts[id(message)] = ThreadParts(parts)
        if isinstance(message, Mapping):
            parts += message_parts(message, f"messages[{at}]")
