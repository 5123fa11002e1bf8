"""Responses: an answer as one provider's API gives it. One file an API."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tokencost_profiles import discovery
from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import Shape

__all__ = ["Shape", "read", "shape_of", "shapes"]


@lru_cache(maxsize=1)
def shapes() -> tuple[Shape, ...]:
    """Return every shape, in the order in which they are asked."""
    found: list[Shape] = list(discovery.every(__name__, "SHAPE"))
    return tuple(sorted(found, key=lambda shape: (shape.order, shape.name)))


def shape_of(value: Any) -> Shape | None:
    """Return the shape of a response object, or None where it is none."""
    if not isinstance(value, dict):
        return None
    return next((shape for shape in shapes() if shape.recognises(value)), None)


def read(value: Any, *, text: bool = False) -> list[Call]:
    """Return the calls that a response object tells of: none where it is no response.

    `text`: also take the text of the answer.
    """
    shape = shape_of(value)
    return shape.read(value, text) if shape is not None else []
