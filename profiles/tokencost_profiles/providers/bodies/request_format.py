"""How one API writes requests: what every file of `requests` offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tokencost_profiles.calls.content import Request


class RequestFormat(NamedTuple):
    """How one API writes requests."""

    name: str
    recognises: Callable[[dict[str, Any]], bool]
    read: Callable[[dict[str, Any]], Request]
    order: int = 100  # lower is asked first
