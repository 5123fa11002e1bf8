"""What the gate allows: limits, and other limits for some paths."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_profiles.gate.globs import matches
from tokencost_profiles.gate.sampling import MIN_CASES

FAIL: Final = "fail"
WARN: Final = "warn"
PER: Final = ("item", "call", "run", "month")
FAIL_ON: Final = ("new", "missing", "unpriced", "estimated", "inconclusive", "price-change")


class Limits(NamedTuple):
    """What may not be exceeded. None is no limit."""

    max_increase: Decimal | None = None  # 0.10 is 10 %
    max_increase_usd: Decimal | None = None
    max_item_increase: Decimal | None = None
    budget: Decimal | None = None
    max_tokens: Decimal | None = None
    context_window: Decimal | None = None
    warn_increase: Decimal | None = None
    warn_increase_usd: Decimal | None = None
    warn_item_increase: Decimal | None = None
    warn_budget: Decimal | None = None
    warn_tokens: Decimal | None = None
    warn_context_window: Decimal | None = None
    budget_per: str = "call"
    ignore_below_usd: Decimal | None = None
    ignore_below_tokens: int | None = None
    fail_on: frozenset[str] = frozenset()
    unpriced: str = FAIL  # or WARN

    @property
    def increases(self) -> bool:
        """Whether some increase is limited."""
        given = (
            self.max_increase,
            self.max_increase_usd,
            self.max_item_increase,
            self.warn_increase,
            self.warn_increase_usd,
            self.warn_item_increase,
        )
        return any(limit is not None for limit in given)


_TOTALS: Final = frozenset(
    {
        "max_increase",
        "max_increase_usd",
        "warn_increase",
        "warn_increase_usd",
        "budget",
        "warn_budget",
    }
)


class Override(NamedTuple):
    """Limits for some paths; `given` names those that it states itself."""

    match: str
    limits: Limits
    given: frozenset[str]

    @property
    def sums(self) -> bool:
        """Whether it limits a sum: then its paths are summed apart from the others."""
        return bool(self.given & _TOTALS)


class Policy(NamedTuple):
    """The limits, and those of some paths. The last pattern that matches counts."""

    limits: Limits = Limits()
    paths: tuple[Override, ...] = ()
    min_cases: int = MIN_CASES

    def of(self, path: str) -> tuple[Limits, Override | None]:
        """Return the limits of a path."""
        for entry in reversed(self.paths):
            if matches(entry.match, path):
                return entry.limits, entry
        return self.limits, None
