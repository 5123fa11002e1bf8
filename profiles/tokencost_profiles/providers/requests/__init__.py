"""Requests: a body as one provider's API takes it, read into parts. One file an API."""

from __future__ import annotations

from functools import cache
from typing import Any

from tokencost_profiles import discovery
from tokencost_profiles.calls.content import Part, Request, text_request
from tokencost_profiles.providers.bodies.request_format import RequestFormat

__all__ = ["Part", "Request", "RequestFormat", "read", "request_formats", "text_request"]


def request_formats() -> list[RequestFormat]:
    """Return every request format, in the order in which they are asked."""
    formats: list[RequestFormat] = list(discovery.all_plugins(__name__, "REQUEST_FORMAT"))
    return sorted(formats, key=lambda one: (one.order, one.name))


@cache
def _formats() -> tuple[RequestFormat, ...]:
    return tuple(request_formats())  # of every row of a log: the folder is looked at once


def read(body: Any) -> Request | None:
    """Read a JSON body as the request it is, or return None if it is none."""
    if not isinstance(body, dict):
        return None
    for request_format in _formats():
        if request_format.recognises(body):
            return request_format.read(body)
    return None
