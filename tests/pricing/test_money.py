"""Money is exact, and says so when it cannot be."""

from __future__ import annotations

from decimal import Decimal, FloatOperation, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost_pricing import money
from tokencost_pricing.money import EXACT, add, decimal, divide, multiply, per_million, plain


def test_floats_cannot_enter() -> None:
    with pytest.raises(FloatOperation):
        EXACT.create_decimal(0.1)


def test_a_rounding_cannot_happen_silently() -> None:
    with pytest.raises(Inexact):
        EXACT.divide(Decimal(1), Decimal(3))


def test_division_rounds_only_where_it_must() -> None:
    assert divide(Decimal("0.24"), Decimal(1000)) == Decimal("0.00024")
    assert divide(Decimal(1), Decimal(3)) == Decimal("0.3333333333")
    assert divide(Decimal("0.00000000000012"), Decimal(2)) == Decimal("0.00000000000006")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.14750000", "0.1475"),
        ("0", "0"),
        ("-0.00", "0"),
        ("12", "12"),
        ("1E+2", "100"),
        ("1E-7", "0.0000001"),
        ("100", "100"),
    ],
)
def test_plain_has_no_exponent_and_no_idle_zeros(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


rates = st.decimals(min_value=0, max_value=600, places=10)
tokens = st.integers(min_value=0, max_value=10**12)


@given(tokens, tokens, rates)
def test_cost_is_linear_in_tokens(a: int, b: int, rate: Decimal) -> None:
    assert per_million(a + b, rate) == add(per_million(a, rate), per_million(b, rate))


@given(tokens, rates, st.sampled_from(["0.5", "1.1", "2", "6", "0.88"]))
def test_multipliers_may_be_applied_before_or_after(n: int, rate: Decimal, factor: str) -> None:
    by = decimal(factor)
    assert per_million(n, multiply(rate, by)) == multiply(per_million(n, rate), by)


def test_sums_tell_what_is_not_known_apart_from_nothing() -> None:
    amounts = (Decimal("0.1"), None, Decimal("0.2"))
    assert money.total(amounts) == money.known_total(amounts) == Decimal("0.3")
    assert money.complete_total(amounts) is None
    assert money.total(()) == money.complete_total(()) == money.total([None]) == 0
    assert money.known_total(()) is money.known_total([None]) is None
