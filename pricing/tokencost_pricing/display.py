"""Amounts for people. Display rounds, and never lies: a real cost is never displayed as $0.00."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

SMALLEST: Final = Decimal("0.0001")  # that is displayed as a number
_CENT: Final = Decimal("0.01")


def money(amount: Decimal) -> str:
    """Write an amount with as many digits as matter: $1,234.50, $0.0123, <$0.0001."""
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
