"""The key of a call, so that two records of it are one call."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.calls.call import Call

# An id this long is random, so two records with it are one response.
_STRONG: Final = 20
_RECORD: Final = "record:"


def key_of(call: Call, *more: object) -> str | None:
    """Return the key of the response of a call, or None where it has no id.

    A long id names it alone. A short one (a server may count from 1, or always write the same)
    names it only together with the moment and the numbers.
    """
    if not call.response_id:
        return None
    if is_strong(call.response_id):
        return f"id:{call.response_id}"
    usage = sorted((call.usage or {}).items())
    return f"{_RECORD}{call.response_id}:{call.model}:{call.at}:{usage}:{more}"


def is_record_key(key: str) -> bool:
    """Whether a key is of a response with a short id, and so holds its moment and its counts."""
    return key.startswith(_RECORD)


def is_strong(response_id: str) -> bool:
    """Whether an id is long enough to name a response by itself, in any file."""
    return len(response_id) >= _STRONG
