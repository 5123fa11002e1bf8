"""Values as a person writes them in a scenario: numbers, shares, amounts, names, switches.

The functions that take `where` raise `UsageError`, which begins with it; the others return None.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tokencost_pricing.errors import UsageError, did_you_mean

_DIGITS: Final = 15  # before and after the point: nothing that is meant needs more


def number(value: Any) -> Decimal | None:
    """Read a number; None where it is none, or so large or small that it cannot be meant."""
    try:
        parsed = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not parsed.is_finite() or abs(parsed.adjusted()) > _DIGITS:
        return None
    return parsed


def share_of_one(value: Any) -> Decimal | None:
    """Read a share as 0.25 or 25%; None where it is no number between 0 and 1."""
    text = str(value).strip()
    parsed = number(text.removesuffix("%"))
    if parsed is None:
        return None
    parsed = parsed / 100 if text.endswith("%") else parsed
    return parsed if 0 <= parsed <= 1 else None


def share(value: Any, where: str) -> Decimal:
    """Read a share: 0.25, or 25%."""
    parsed = share_of_one(value)
    if parsed is None:
        raise UsageError(f"{where}: '{value}' is not between 0 and 1, as 0.25 or 25%")
    return parsed


def count(value: Any, where: str) -> int:
    """Read a count of 15 digits at most."""
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise UsageError(f"{where}: '{value}' is not an integer of at most 15 digits")
    return int(text)


def turns(value: Any, where: str) -> int:
    """Read a number of turns, one at least."""
    parsed = count(value, where)
    if not parsed:
        raise UsageError(f"{where}: the newest turn is always sent: 1 at least")
    return parsed


def dollars(value: Any, where: str) -> Decimal:
    """Read an amount: 0.05, $1,200."""
    amount = number(str(value).strip().removeprefix("$").replace(",", ""))
    if amount is None or amount < 0:
        raise UsageError(f"{where}: '{value}' is not an amount in USD")
    return amount


def text(value: Any, where: str) -> str:
    """Read a name."""
    if not isinstance(value, str) or not value:
        raise UsageError(f"{where}: '{value}' is not a name")
    return value


def switch(value: Any, where: str) -> bool:
    """Read whether something is on."""
    if value in (True, "true", "yes", "1"):
        return True
    if value in (False, "false", "no", "0"):
        return False
    raise UsageError(f"{where}: '{value}' is neither true nor false")


def one_of(known: tuple[str, ...]) -> Callable[[Any, str], str]:
    """Return a function that reads one of these words."""

    def read(value: Any, where: str) -> str:
        word = str(value)
        if word not in known:
            raise UsageError(
                f"{where}: no '{word}'{did_you_mean(word, known)}",
                hint=f"one of: {', '.join(known)}",
            )
        return word

    return read
