"""Runs that differ by chance: pairs, intervals, and what is inconclusive."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from tokencost_profiles.gate.sampling import paired, verdict

Runs = dict[str, list[Decimal]]


def runs(seed: int, factor: float, cases: int = 12, spread: float = 0.1) -> Runs:
    """Return three runs of each case, of very different sizes."""
    drawn = random.Random(seed)

    def cost(case: int) -> Decimal:
        size = 10.0 ** (case % 4) * factor * drawn.uniform(1 - spread, 1 + spread)
        return Decimal(repr(round(size, 9)))

    return {f"case {case}": [cost(case) for _ in range(3)] for case in range(cases)}


def test_the_same_runs_tell_the_same_twice() -> None:
    one = paired(runs(1, 1), runs(2, 1.1))
    assert one == paired(runs(1, 1), runs(2, 1.1))
    shuffled = dict(reversed(runs(2, 1.1).items()))
    assert one == paired(runs(1, 1), shuffled)


def test_equal_runs_have_no_change_and_no_width() -> None:
    sampled = paired(runs(1, 1), runs(1, 1))
    assert (sampled.change, sampled.low, sampled.high, sampled.detectable) == (0, 0, 0, 0)
    assert verdict(sampled, 0.0) == "pass"


def test_the_interval_holds_the_change_and_a_large_one_is_seen() -> None:
    sampled = paired(runs(1, 1), runs(2, 1.5))
    assert 0.3 < sampled.low < sampled.change < sampled.high < 0.7
    assert verdict(sampled, 0.1) == "fail"
    assert verdict(sampled, 0.9) == "pass"
    assert verdict(sampled, sampled.change) == "inconclusive"


def test_more_noise_makes_the_interval_wider_and_hides_more() -> None:
    quiet = paired(runs(1, 1, spread=0.02), runs(2, 1, spread=0.02))
    loud = paired(runs(1, 1, spread=0.5), runs(2, 1, spread=0.5))
    assert quiet.high - quiet.low < loud.high - loud.low
    assert quiet.detectable < loud.detectable


def test_cases_of_one_side_only_are_left_out_and_counted() -> None:
    base, head = runs(1, 1, cases=6), runs(2, 1, cases=8)
    sampled = paired(base, head)
    assert (sampled.cases, sampled.runs, sampled.left_out) == (6, (18, 18), 2)


@pytest.mark.parametrize(("needed", "answer"), [(6, "fail"), (7, "inconclusive")])
def test_a_minimum_of_cases(needed: int, answer: str) -> None:
    sampled = paired(runs(1, 1, cases=6), runs(2, 2, cases=6))
    assert verdict(sampled, 0.1, needed) == answer


def test_nothing_in_common_is_inconclusive() -> None:
    sampled = paired({"a": [Decimal(1)]}, {"b": [Decimal(2)]})
    assert (sampled.cases, verdict(sampled, 0.1)) == (0, "inconclusive")
