"""A request body and a response body side by side, under any keys, as objects or as text.

Text is parsed only where a request, or fields of an HTTP message, stand beside it: text that a
conversation quotes is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.logs.http.bodies import decode_base64, values_of
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.plain_shapes import ADDRESSES
from tokencost_profiles.providers.streams import assemble, is_event

_DEEPEST: Final = 5  # of a body in a side
_FURTHEST: Final = 4  # objects between the two sides
_HTTP: Final = frozenset(
    {"url", "uri", "method", "status", "statusCode", "status_code", "headers", "path", "endpoint"}
)
_HEADERS: Final = ("headers", "response_headers", "responseHeaders")
_BEGINNINGS: Final = ("{", "[", "data:", "event:")
# A text with none of these words is no answer of a model.
_ANSWERS: Final = re.compile(r'"usage|usageMetadata|"choices"|"candidates"|_tokens"|TokenCount"')
_BASE64: Final = re.compile(r"[A-Za-z0-9+/\r\n]{200,}={0,2}\s*")
_ASKS: Final = ("messages", "contents", "input", "prompt", "inputText", "texts", "query")
_MODELS: Final = ("model", "modelId", "model_id", "anthropic_version")


def is_request(value: Any) -> bool:
    """Whether a value is the body of a request to a model."""
    if not isinstance(value, Mapping) or responses.response_format_of(dict(value)) is not None:
        return False
    fields = [name for name in _ASKS if value.get(name)]
    if not fields:
        return False
    if isinstance(value.get("messages"), list) or isinstance(value.get("contents"), list):
        return all(isinstance(item, Mapping) for item in value.get(fields[0]) or ())
    return any(name in value for name in _MODELS) or "inputText" in fields


def request_in(value: Any, depth: int = 0) -> Mapping[str, Any] | None:
    """Return the request body in a value, as an object or as text."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, str):
        if value.lstrip()[:1] != "{":
            return None
        parsed = values_of(value, {}) or []
        return parsed[0] if len(parsed) == 1 and is_request(parsed[0]) else None
    if isinstance(value, list):
        return request_in(value[0], depth + 1) if len(value) == 1 else None
    if not isinstance(value, Mapping):
        return None
    if is_request(value):
        return value
    for inside in value.values():
        if isinstance(inside, (str, dict, list)):
            request = request_in(inside, depth + 1)
            if request is not None:
                return request
    return None


def request_near(above: tuple[Any, ...], answer: Any) -> Mapping[str, Any] | None:
    """Return the request nearest to an answer; `above`: the objects around the answer."""
    branch = answer
    for outer in reversed(above[-_FURTHEST:]):
        if not isinstance(outer, Mapping):
            return None
        for inside in outer.values():
            if inside is branch or not isinstance(inside, (str, dict, list)):
                continue
            request = request_in(inside, 1)
            if request is not None:
                return request
        branch = outer
    return None


def address_near(above: tuple[Any, ...]) -> str | None:
    """Return the address that was called, from beside an answer or from its request."""
    for outer in reversed(above[-_FURTHEST:]):
        if not isinstance(outer, Mapping):
            return None
        for side in (outer, *(side for side in outer.values() if isinstance(side, Mapping))):
            for name in ADDRESSES:
                url = side.get(name)
                if isinstance(url, str) and url.startswith(("http://", "https://")):
                    return url
    return None


def headers_near(above: tuple[Any, ...]) -> dict[str, str]:
    """Return the headers of the answer from beside it, by names in lower case."""
    for outer in reversed(above[-_FURTHEST:]):
        if not isinstance(outer, Mapping):
            return {}
        for name in _HEADERS:
            headers = outer.get(name)
            if isinstance(headers, Mapping):
                return {str(key).lower(): str(value) for key, value in headers.items()}
    return {}


def answers_in_text(value: Mapping[str, Any], above: tuple[Any, ...]) -> Iterator[Any]:
    """Yield the values that texts in an object hold, of those that are answers to a request."""
    if "role" in value:
        return  # a message of a conversation
    for inside in value.values():
        chunks = isinstance(inside, list) and inside and all(isinstance(p, str) for p in inside)
        text = "".join(inside) if chunks else inside
        if not isinstance(text, str):
            continue
        parsed = _parse_text(text)
        if parsed and (_is_http(value) or request_near((*above, value), inside) is not None):
            yield from parsed


def is_quiet(value: Any) -> bool:
    """Whether a value holds no answer, no request and no address, as an object or as text."""
    if isinstance(value, str):
        return not _parse_text(value)
    if isinstance(value, list):
        is_text = value and all(isinstance(item, str) for item in value)
        return all(map(is_quiet, value)) and not (is_text and _parse_text("".join(value)))
    if isinstance(value, dict):
        if responses.response_format_of(value) is not None or is_request(value):
            return False
        return not any(name in value for name in ADDRESSES) and all(map(is_quiet, value.values()))
    return True


def _is_http(value: Mapping[str, Any]) -> bool:
    """Whether an object has what HTTP has beside a body."""
    return len(_HTTP & value.keys()) > 1


def _parse_text(text: str) -> list[Any]:
    """Return the JSON values of a text that may be an answer; a stream is assembled."""
    if not text.lstrip().startswith(_BEGINNINGS):
        packed = decode_base64(text) if _BASE64.fullmatch(text) else None
        text = packed.decode("utf-8", "replace") if packed else ""
    if not _ANSWERS.search(text):
        return []
    values = values_of(text, {}) or []
    chunks = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return assemble(chunks) if any(is_event(chunk) for chunk in chunks) else values
