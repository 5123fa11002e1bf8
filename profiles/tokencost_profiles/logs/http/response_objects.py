"""Response bodies of provider APIs, anywhere inside a JSON value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tokencost_profiles.logs.http.pairs import answers_in_text
from tokencost_profiles.providers import responses

_DEEPEST: Final = 10


def response_objects(
    value: Any, above: tuple[Any, ...] = ()
) -> Iterator[tuple[dict[str, Any], tuple[Any, ...]]]:
    """Yield every response object inside a value, with the objects around it, outermost first."""
    if len(above) > _DEEPEST:
        return
    if isinstance(value, dict):
        if responses.response_format_of(value) is not None:
            yield value, above
            return
        for inside in value.values():
            if isinstance(inside, (dict, list)):
                yield from response_objects(inside, (*above, value))
        for inside in answers_in_text(value, above):
            yield from response_objects(inside, (*above, value))
    elif isinstance(value, list):
        for inside in value:
            if isinstance(inside, (dict, list)):
                yield from response_objects(inside, above)
