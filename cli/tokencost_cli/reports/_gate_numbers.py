"""Numbers beside a limit, with as many digits as tell them apart."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

_FINEST: Final = 12  # places of a number that is written in full


def exact_text(value: Decimal, write: Callable[[Decimal], str]) -> str:
    """Write a limit as it was set: a rounded one could not be told from what breaks it."""
    text = write(value)
    if _value(text) == value or value.normalize().adjusted() < -_FINEST:
        return text
    return _digits(value, text, None)


def past_limit(
    value: Decimal | None, limit: Decimal | None, write: Callable[[Decimal], str]
) -> str:
    """Write what broke a limit, with as many digits as show that it did."""
    value = value or Decimal(0)
    text = write(value)
    if limit is None or _shows(text, limit):
        return text
    known = len(text.removesuffix("%").partition(".")[2])
    for places in range(known, _FINEST + 1):
        longer = _digits(value, text, places)
        if (_value(longer) or limit) > limit:
            return longer
    return text


def _shows(text: str, limit: Decimal) -> bool:
    """Whether a written number can be seen to be past a limit."""
    written = _value(text)
    if written is not None:
        return written > limit
    bound = _value(text.lstrip("<>"))  # <0.1%, >99%
    return not limit if text.startswith("<") else bound is not None and bound >= limit


def _value(text: str) -> Decimal | None:
    """Return the value of a written number, a share for a percentage; None for `<0.1%`."""
    try:
        value = Decimal(text.removesuffix("%").replace("$", "").replace(",", ""))
    except InvalidOperation:
        return None
    return value.scaleb(-2) if text.endswith("%") else value


def _digits(value: Decimal, like: str, places: int | None) -> str:
    """Write a number with so many places (None: all), as money or as a share like another."""
    share = like.endswith("%")
    number = value.scaleb(2) if share else value
    digits = f"{number.normalize():,f}" if places is None else f"{number:,.{places}f}"
    return f"{digits}%" if share else f"${digits}" if "$" in like else digits
