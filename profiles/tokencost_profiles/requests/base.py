"""The neutral form of a request: parts of text with a role, and what else is billed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Part(NamedTuple):
    """A piece of text that the model reads. `place` is its path in the body."""

    role: str  # system, tools, user, assistant, reasoning, tool_call, tool_result, attachment
    text: str
    place: str


class Request(NamedTuple):
    """One request, as far as its tokens go."""

    api: str  # text, openai-chat, openai-responses, anthropic, gemini, ...
    model: str | None
    parts: tuple[Part, ...]
    roles: tuple[str, ...]  # of the messages, in order; a system prompt outside them is not one
    has_system: bool = False  # a system prompt outside the messages
    max_output: int | None = None
    uncounted: tuple[str, ...] = ()  # places of what is billed but not counted
    warnings: tuple[str, ...] = ()


class Api(NamedTuple):
    """How one API writes requests."""

    name: str
    recognises: Callable[[dict[str, Any]], bool]
    read: Callable[[dict[str, Any]], Request]
    order: int = 100  # lower is asked first


def of_text(text: str) -> Request:
    """Return the request that a plain prompt makes: one user message."""
    return Request("text", None, (Part("user", text, ""),), ("user",))


def whole(body: dict[str, Any], *keys: str) -> int | None:
    """Return the first of some keys that holds a whole number."""
    for key in keys:
        value = body.get(key)
        if type(value) is int and value >= 0:
            return value
    return None


def text_of(value: Any) -> str | None:
    """Return a text, or None."""
    return value if isinstance(value, str) else None
