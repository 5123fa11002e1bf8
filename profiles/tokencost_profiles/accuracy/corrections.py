"""Corrections of counts: factors by least absolute deviations, used where they are better.

Better means: on groups of calls that they were not fitted to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from tokencost_profiles.accuracy.deviations import least_absolute_deviations
from tokencost_profiles.accuracy.folds import folds

_FEWEST: Final = 12  # calls that have a kind of tokens, for a factor
_FEWEST_FITTED: Final = 40  # calls of a place, for a correction
_FEWEST_GROUPS: Final = 3
_BETTER: Final = 0.9  # of the mean error, for a correction to be used
_EXACT_ENOUGH: Final = 0.5  # share of exact calls from which on nothing is corrected
# Kinds of tokens that share a factor; every other kind has factor 1.
_FACTORS: Final = (("text", "thinking"), ("tools", "schema"), ("calls",), ("images", "media"))


class Counted(Protocol):
    """A call that was counted by kind of tokens."""

    @property
    def kinds(self) -> Mapping[str, float]:
        """Tokens by what they are."""

    @property
    def billed(self) -> int:
        """The tokens of the bill."""

    @property
    def group(self) -> str:
        """The log or the repository that it comes from."""

    @property
    def counted(self) -> float:
        """The sum of the kinds."""


class Correction(NamedTuple):
    """A correction, and what each call is counted as by one that its group had no part in."""

    add: float
    scale: Mapping[str, float]
    crossed: Sequence[float]


def is_worth_fitting(calls: Sequence[Counted], groups: Collection[str]) -> bool:
    """Whether there are enough calls of a place, and enough of them are off."""
    exact = sum(round(call.counted) == call.billed for call in calls)
    enough = len(calls) >= _FEWEST_FITTED and len(groups) >= _FEWEST_GROUPS
    return enough and exact < _EXACT_ENOUGH * len(calls)


def corrected(calls: Sequence[Counted]) -> Correction | None:
    """Return the correction of calls; None where it makes them no better."""
    crossed = _cross_validated(calls)
    plain = _mean_error(calls, [call.counted for call in calls])
    if _mean_error(calls, crossed) >= _BETTER * plain:
        return None
    add, scale = _fit_factors(calls)
    return Correction(add, scale, crossed)


def _cross_validated(calls: Sequence[Counted]) -> list[float]:
    """Count every call with the factors that calls of other groups give."""
    tokens: dict[int, float] = {}
    for fold in folds(call.group for call in calls):
        add, scale = _fit_factors([call for call in calls if call.group not in fold])
        for at, call in enumerate(calls):
            if call.group in fold:
                tokens[at] = add + sum(scale.get(kind, 1) * n for kind, n in call.kinds.items())
    return [tokens[at] for at in range(len(calls))]


def _mean_error(calls: Sequence[Counted], tokens: Sequence[float]) -> float:
    errors = (
        min(1.0, abs(count - call.billed) / call.billed)
        for call, count in zip(calls, tokens, strict=True)
    )
    return sum(errors) / len(calls)


def _fit_factors(calls: Sequence[Counted]) -> tuple[float, dict[str, float]]:
    """Return tokens to add to each call, and a factor for each frequent kind of tokens."""
    used = [
        kinds for kinds in _FACTORS if sum(_tokens_of(call, kinds) > 0 for call in calls) >= _FEWEST
    ]
    rows = [[1.0, *(_tokens_of(call, kinds) for kinds in used)] for call in calls]
    # What is billed, less what is counted by no factor.
    wanted = [
        call.billed - call.counted + sum(row[1:]) for call, row in zip(calls, rows, strict=True)
    ]
    factors = least_absolute_deviations(rows, wanted, [1 / call.billed for call in calls])
    if factors is None:
        return 0.0, {}
    scale = {kind: one for kinds, one in zip(used, factors[1:], strict=True) for kind in kinds}
    return factors[0], scale


def _tokens_of(call: Counted, kinds: Iterable[str]) -> float:
    return sum(call.kinds.get(kind, 0.0) for kind in kinds)
