"""Requests: a body as one provider's API takes it, read into parts. One file an API."""

from __future__ import annotations

from typing import Any

from tokencost_profiles import discovery
from tokencost_profiles.calls.content import Part, Request, of_text
from tokencost_profiles.providers.bodies.request_format import Api

__all__ = ["Api", "Part", "Request", "apis", "of_text", "read"]


def apis() -> list[Api]:
    """Return every API, in the order in which they are asked."""
    found: list[Api] = list(discovery.every(__name__, "API"))
    return sorted(found, key=lambda api: (api.order, api.name))


def read(body: Any) -> Request | None:
    """Read a JSON body as the request it is, or return None if it is none."""
    if not isinstance(body, dict):
        return None
    for api in apis():
        if api.recognises(body):
            return api.read(body)
    return None
