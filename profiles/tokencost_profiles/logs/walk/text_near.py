"""The text near a usage object in JSON of no known form: a request or messages, and an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.logs.common.exports import parse_json_text
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.walk.labels import Above

_BODIES: Final = ("messages", "contents")  # they stand in the body itself
_PROMPTS: Final = (
    "request", "request_body", "requestBody", "body", "prompt", "inputs", "input", "query",
)  # fmt: skip
_ANSWERS: Final = (
    "response", "response_body", "responseBody", "completion", "answer", "outputs", "output",
    "choices", "result",
)  # fmt: skip
_NEAR: Final = 2  # objects around a usage object that is one of several


def set_text_near(call: Call, above: Above, *, is_only: bool) -> None:
    """Set the text of a call from the nearest object that has any.

    `is_only`: whether no other usage object stands in the outermost one; else the text of what is
    further away may be that of others.
    """
    near = above if is_only else above[-_NEAR:]
    for _, value in reversed(near):
        prompt = _prompt_in(value)
        if prompt is None:
            continue
        set_text(call, prompt, _first(value, _ANSWERS))
        call.parts, call.answer = call.parts or None, call.answer or None
        if call.parts:
            return


def _prompt_in(value: Mapping[str, Any]) -> Any:
    if any(isinstance(value.get(name), list) for name in _BODIES):
        return value
    return _first(value, _PROMPTS)


def _first(value: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Return the first text, object or list; numbers under these names are counts."""
    for name in names:
        inside = parse_json_text(value.get(name))
        if isinstance(inside, (str, list, Mapping)) and inside and not _is_number(inside):
            return inside
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.replace(".", "").replace(",", "").isdecimal()
