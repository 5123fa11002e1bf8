"""Recorded HTTP exchanges of any tool, anywhere in a document.

A request and a response stand side by side, or their fields do with names that begin alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.logs.formats.http_cassette.message_fields import (
    Side,
    body_of,
    file_of,
    fold_fields,
    fold_name,
    headers_of,
    method_of,
    status_of,
    time_of,
    url_of,
)

_DEEPEST: Final = 10
_PAIRS: Final = (
    ("request", "response"),
    ("when", "then"),
    ("httprequest", "httpresponse"),
    ("req", "res"),
    ("req", "resp"),
    ("request", "reply"),
    ("given", "then"),
    ("expectation", "action"),
)
_LEFT, _RIGHT = "request", "response"
_LONGEST: Final = 1e9  # milliseconds


class Exchange(NamedTuple):
    """One request and its response."""

    method: str
    url: str
    sent: Any  # a body: text, bytes, or JSON
    status: int
    headers: Mapping[str, str]  # of the response, names in lower case
    body: Any
    at: float | None = None
    latency: float | None = None
    file: str | None = None  # that holds the body
    sent_headers: Mapping[str, str] = {}


def exchanges(document: Any) -> Iterator[Exchange]:
    """Yield the exchanges of a recording."""
    yield from _walk(document, 0)


def _walk(value: Any, depth: int) -> Iterator[Exchange]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            if isinstance(item, (list, dict)):
                yield from _walk(item, depth + 1)
        return
    if not isinstance(value, Mapping):
        return
    exchange = exchange_of(value)
    if exchange is not None:
        yield exchange
        return
    for item in value.values():
        if isinstance(item, (list, dict)):
            yield from _walk(item, depth + 1)


def exchange_of(row: Mapping[str, Any]) -> Exchange | None:
    """Return the exchange that an object is, or None where it is none."""
    around = {fold_name(str(name)): value for name, value in row.items()}
    if "scope" in around and "path" in around and "response" in around:
        return _nock_exchange(around)
    for left, right in _PAIRS:
        if _is_side(around.get(left)) and _is_side(around.get(right)):
            rest = {name: held for name, held in around.items() if name not in (left, right)}
            return _pair_exchange(fold_fields(around[left]), fold_fields(around[right]), rest)
    sent, answered = _fields_with_prefix(around, _LEFT), _fields_with_prefix(around, _RIGHT)
    if sent and body_of(answered) is not None:
        rest = {name: held for name, held in around.items() if not name.startswith((_LEFT, _RIGHT))}
        return _pair_exchange(sent, answered, rest)
    return None


def _is_side(value: Any) -> bool:
    return isinstance(value, (dict, list)) or (isinstance(value, (str, bytes)) and bool(value))


def _fields_with_prefix(around: Side, name: str) -> Side:
    """Return the fields whose names begin with that of a side: `RequestBody`, `request_url`."""
    size = len(name)
    return {
        key[size:]: value for key, value in around.items() if key.startswith(name) and key != name
    }


def _pair_exchange(request: Side, response: Side, around: Side) -> Exchange:
    took = around.get("time")
    body = body_of(response)
    return Exchange(
        method_of(request, around),
        url_of(request, around),
        body_of(request),
        status_of(response, around),
        headers_of(response),
        body,
        time_of(response, around, request),
        took / 1000 if isinstance(took, (int, float)) and 0 < took < _LONGEST else None,
        file_of(response) if body is None else None,
        headers_of(request),
    )


def _nock_exchange(row: Side) -> Exchange:
    """Return an exchange of Nock; a packed answer is written in hexadecimal."""
    headers = headers_of({"headers": row.get("rawheaders") or row.get("headers")})
    status = row.get("status")
    return Exchange(
        str(row.get("method") or "").upper(),
        f"{row.get('scope')}{row.get('path')}",
        row.get("body"),
        status if type(status) is int else 0,
        headers,
        row.get("response"),
        time_of({"headers": headers}),
    )
