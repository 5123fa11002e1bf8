"""Exact money.

Money is `Decimal` from the YAML character to the renderer. Every operation runs in a context that
raises on a float and on a rounding, so an inexact sum cannot happen silently. The one division in
the project that is not exact (a fee by the hour, a self-hosted price) asks for `divide`.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    Overflow,
)

# 10^12 tokens x a rate of 10 decimals x four multipliers of 4 decimals needs about 45 digits.
EXACT = Context(
    prec=80, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow, FloatOperation]
)

# For the few divisions that have no finite answer.
_ROUNDED = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])
_TEN_PLACES = Decimal("1E-10")

# The most digits before and after the point that an amount of money has.
_DIGITS = 30
_PLACES = 60

ZERO = Decimal(0)
ONE = Decimal(1)

DAYS_A_MONTH = 30  # of every projection

SMALLEST = Decimal("0.0001")  # that is displayed as a number
_CENT = Decimal("0.01")


def decimal(text: str) -> Decimal:
    """Read a decimal string, as the price table writes it."""
    return EXACT.create_decimal(text)


def is_plausible(amount: Decimal) -> bool:
    """Whether a decimal from outside can be money.

    `1e999999999` is a finite number whose digits fill the memory when it is written out.
    """
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and amount.adjusted() < _DIGITS and exponent >= -_PLACES


def multiply(a: Decimal, b: Decimal) -> Decimal:
    """Return the exact product."""
    return EXACT.multiply(a, b)


def add(a: Decimal, b: Decimal) -> Decimal:
    """Return the exact sum."""
    return EXACT.add(a, b)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """Return the exact sum of the amounts that are known."""
    result = ZERO
    for amount in amounts:
        if amount is not None:
            result = EXACT.add(result, amount)
    return result


def known_total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the exact sum of the amounts that are known, or None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return total(known) if known else None


def complete_total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the exact sum, or None where an amount is not known."""
    listed = list(amounts)
    return None if None in listed else total(listed)


def subtract(a: Decimal, b: Decimal) -> Decimal:
    """Return the exact difference."""
    return EXACT.subtract(a, b)


def per_million(tokens: int, rate: Decimal) -> Decimal:
    """Return the exact cost of `tokens` at `rate` per million tokens."""
    return EXACT.multiply(Decimal(tokens), rate).scaleb(-6, EXACT)


def divide(a: Decimal, b: Decimal) -> Decimal:
    """Return a / b: exact where the quotient is finite, else to 10 decimal places (half even)."""
    try:
        return EXACT.divide(a, b)
    except Inexact:
        return _ROUNDED.divide(a, b).quantize(_TEN_PLACES, context=_ROUNDED)


def plain(amount: Decimal) -> str:
    """Write an amount without exponent or trailing zeros: `0.1475`, `0`, `12`."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def money(amount: Decimal) -> str:
    """Write an amount for people, with as many digits as matter: $1,234.50, $0.0123, <$0.0001.

    Display rounds, and never lies: a real cost is never displayed as $0.00.
    """
    if amount == 0:
        return "$0"
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    if size < SMALLEST:
        return f"{sign}<${SMALLEST}" if not sign else f">-${SMALLEST}"
    if size >= 1:
        return f"{sign}${size.quantize(_CENT, ROUND_HALF_EVEN):,}"
    places = Decimal(1).scaleb(max(size.adjusted() - 2, -6))
    text = format(size.quantize(places, ROUND_HALF_EVEN), "f").rstrip("0")
    return f"{sign}${text.ljust(text.index('.') + 3, '0')}" if "." in text else f"{sign}${text}.00"
