"""Values as texts: compact JSON, which is the same however it was written."""

from __future__ import annotations

from typing import Any

import msgspec


def value_text(value: Any) -> str:
    """Return a text as it is, anything else as JSON; an empty text where it is neither."""
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError):
        return ""


def compact_json(value: Any) -> str:
    """Return JSON with no spaces between its items, in the order of its keys; a text that is no
    JSON object as it is, and an empty text for None.
    """
    if isinstance(value, str) and value[:1] in "{ \n":
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return str(value)
    return value_text(value)
