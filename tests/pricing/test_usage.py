"""`Usage` adds, in any order, and refuses what is not a count."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost_pricing.units import UNITS
from tokencost_pricing.usage import Usage

usages = st.builds(
    Usage, st.dictionaries(st.sampled_from(sorted(UNITS)), st.integers(0, 10**9), max_size=5)
)


@given(st.lists(usages, max_size=6), st.randoms())
def test_sums_do_not_depend_on_the_order(items: list[Usage], random: Random) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert sum(items, Usage()) == sum(shuffled, Usage())


@given(usages, usages, usages)
def test_addition_is_associative(a: Usage, b: Usage, c: Usage) -> None:
    assert (a + b) + c == a + (b + c)


def test_absent_is_not_zero() -> None:
    assert "output" not in Usage(input=1)
    assert Usage(input=1) != Usage(input=1, output=0)


def test_the_prompt_holds_every_kind_of_input() -> None:
    usage = Usage(input=1, cache_read=10, cache_write_1h=100, input_audio=1000, output=7)
    assert usage.prompt_tokens == usage.input_tokens == 1111
    assert usage.output_tokens == 7


@pytest.mark.parametrize("bad", [-1, 1.5, True, "1"])
def test_only_counts_are_taken(bad: Any) -> None:
    with pytest.raises(ValueError, match="input"):
        Usage(input=bad)
    with pytest.raises(ValueError, match="unknown unit"):
        Usage(inptu=1)
