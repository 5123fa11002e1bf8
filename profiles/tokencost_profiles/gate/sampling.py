"""Runs that differ by chance: is the change real, or could it be luck?

Agents take another path each time, so two samples of runs never cost the same. Cases are paired by
name; the mean cost of each is resampled with replacement, thousands of times with a fixed seed, and
the middle 95 % of the changes that come out are the interval.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing import money
from tokencost_pricing.errors import UsageError
from tokencost_profiles.costs.dimensions import Key, dimension
from tokencost_profiles.costs.grouping import groups
from tokencost_profiles.costs.profile import Profile

PASS: Final = "pass"
FAIL: Final = "fail"
INCONCLUSIVE: Final = "inconclusive"

CONFIDENCE: Final = 0.95
MIN_CASES: Final = 5
_SEED: Final = 20_260_101
_RESAMPLES: Final = 4_000
# The change that would be seen four times out of five: z(97.5 %) + z(80 %).
_POWER: Final = 1.959964 + 0.841621

CASES: Final = ("session", "project")  # beside tag:NAME

Runs = Mapping[str, Sequence[Decimal]]  # the cost of each run, by case


class Sampled(NamedTuple):
    """What two samples of runs tell. Changes are relative: 0.07 is 7 % more."""

    cases: int  # on both sides
    runs: tuple[int, int]  # base, head
    left_out: int  # cases on one side only
    change: float
    low: float
    high: float
    detectable: float  # the smallest change that such samples would usually show
    confidence: float = CONFIDENCE


def runs_of(profile: Profile, case: str) -> dict[str, list[Decimal]]:
    """Return what each run of each case costs: a session is a run. What has no price is left out.

    `case`: `session`, `project` or `tag:NAME`. Raise `UsageError` for another.
    """
    if case not in CASES and not case.startswith("tag:"):
        raise UsageError(f"--case knows no '{case}'", hint="one of: tag:NAME, session, project")

    def run(key: Key) -> str | None:
        return key.session

    by_run = groups(profile, [dimension(case), run])
    runs: dict[str, list[Decimal]] = {}
    for (name, _), group in sorted(
        by_run.items(), key=lambda item: [part or "" for part in item[0]]
    ):
        if name is not None and group.cost is not None and not group.unpriced_calls:
            runs.setdefault(name, []).append(group.cost)
    return runs


def paired(base: Runs, head: Runs) -> Sampled:
    """Compare the mean cost of a run, case by case."""
    both = sorted(name for name in base.keys() & head.keys() if base[name] and head[name])
    means = [(_mean(base[name]), _mean(head[name])) for name in both]
    runs = (sum(len(base[name]) for name in both), sum(len(head[name]) for name in both))
    left_out = len(base.keys() ^ head.keys())
    if not means or sum(before for before, _ in means) <= 0:
        return Sampled(len(both), runs, left_out, 0.0, 0.0, 0.0, 0.0)
    change = _change(means)
    drawn = random.Random(_SEED)
    changes = sorted(_change(drawn.choices(means, k=len(means))) for _ in range(_RESAMPLES))
    tail = (1 - CONFIDENCE) / 2
    low, high = _quantile(changes, tail), _quantile(changes, 1 - tail)
    middle = sum(changes) / len(changes)
    spread = (sum((value - middle) ** 2 for value in changes) / (len(changes) - 1)) ** 0.5
    return Sampled(
        len(both),
        runs,
        left_out,
        round(change, 6),
        round(low, 6),
        round(high, 6),
        round(_POWER * spread, 6),
    )


def verdict(sampled: Sampled, limit: float, min_cases: int = MIN_CASES) -> str:
    """Tell whether the change is surely within a limit, surely above it, or neither."""
    if sampled.cases < min_cases:
        return INCONCLUSIVE
    if sampled.low > limit:
        return FAIL
    return PASS if sampled.high <= limit else INCONCLUSIVE


def _mean(costs: Sequence[Decimal]) -> float:
    return float(money.total(costs)) / len(costs)


def _change(means: Sequence[tuple[float, float]]) -> float:
    before = sum(pair[0] for pair in means)
    return sum(pair[1] for pair in means) / before - 1 if before else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, between two neighbours where it falls there."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
