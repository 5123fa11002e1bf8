"""Responses: an answer as one provider's API gives it. One file an API."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tokencost_profiles import discovery
from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import ResponseFormat
from tokencost_profiles.providers.answers.routing import apply_routing

__all__ = ["ResponseFormat", "read", "response_format_of", "response_formats"]


@lru_cache(maxsize=1)
def response_formats() -> tuple[ResponseFormat, ...]:
    """Return every response format, in the order in which they are asked."""
    formats: list[ResponseFormat] = list(discovery.all_plugins(__name__, "RESPONSE_FORMAT"))
    return tuple(sorted(formats, key=lambda one: (one.order, one.name)))


def response_format_of(value: Any) -> ResponseFormat | None:
    """Return the format of a response object, or None where it is none."""
    if not isinstance(value, dict):
        return None
    return next((one for one in response_formats() if one.recognises(value)), None)


def read(value: Any, *, text: bool = False) -> list[Call]:
    """Return the calls of a response object: none where it is no response.

    `text`: also take the text of the answer.
    """
    response_format = response_format_of(value)
    if response_format is None:
        return []
    calls = response_format.read(value, text)
    for call in calls:
        apply_routing(call, value)
    return calls
