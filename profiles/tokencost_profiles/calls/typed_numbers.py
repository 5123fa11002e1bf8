"""Shares, amounts and numbers of tokens as people type them. All raise `UsageError`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from tokencost_pricing.errors import UsageError, did_you_mean

_MOST_DIGITS: Final = 18
_TOKENS: Final = re.compile(r"(\d[\d,_]*)\s*(?:tokens?)?")


def share(text: str) -> Decimal:
    """Read a share: `10%`, or `0.1`."""
    body = text.strip()
    value = _number(body.removesuffix("%"))
    if body.endswith("%"):
        return value.scaleb(-2)
    if value > 1:
        raise UsageError(f"'{text}' is more than all of it: say '{text}%', or a share such as 0.1")
    return value


def amount(text: str) -> Decimal:
    """Read an amount of US dollars: `0.05`, `$1,200`."""
    return _number(text.strip().removeprefix("$").removesuffix("USD").replace(",", ""))


def is_tokens(text: str) -> bool:
    """Whether a text is a number of tokens: digits, and nothing but `tokens` behind them."""
    return _TOKENS.fullmatch(text.strip()) is not None


def tokens(text: str) -> Decimal:
    """Read a number of tokens."""
    match = _TOKENS.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"'{text}' is not a number of tokens")
    return _number(re.sub(r"[,_]", "", match[1]))


def one_of(known: Iterable[str]) -> Callable[[str], str]:
    """Return what reads one of some names."""
    names = tuple(known)

    def read(text: str) -> str:
        if text not in names:
            raise UsageError(
                f"no '{text}'{did_you_mean(text, names)}", hint=f"one of {', '.join(names)}"
            )
        return text

    return read


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise UsageError(f"'{text.strip()}' is not a number from 0 up")
    if value.adjusted() > _MOST_DIGITS:
        raise UsageError(f"'{text.strip()}' is more than can be reached")
    return value
