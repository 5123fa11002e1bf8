"""Numbers as a person writes them in a scenario."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

_DIGITS: Final = 15  # before and after the point: nothing that is meant needs more


def number(value: Any) -> Decimal | None:
    """Read a number; None where it is none, or so large or small that it cannot be meant."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found.adjusted()) > _DIGITS:
        return None
    return found


def share_of_one(value: Any) -> Decimal | None:
    """Read a share as 0.25 or 25%; None where it is no number between 0 and 1."""
    text = str(value).strip()
    found = number(text.removesuffix("%"))
    if found is None:
        return None
    found = found / 100 if text.endswith("%") else found
    return found if 0 <= found <= 1 else None


def whole(value: Any) -> int | None:
    """Read a whole number; None where it is none, or too long to be meant."""
    text = str(value)
    fits = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if fits else None
