"""A comparison of two sides, and what its report must say beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tokencost_cli.reports._price_notes import NOTHING_ABOUT, AboutPrices
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_profiles.gate.comparison import Comparison
from tokencost_profiles.gate.limits import Policy
from tokencost_profiles.gate.sampling import Sampled
from tokencost_profiles.gate.verdict import Verdict

if TYPE_CHECKING:
    from tokencost_profiles.attribution.finding import Finding


class Period(NamedTuple):
    """The recorded calls of one side: UTC seconds of the first and the last, and how many."""

    first: float | None
    last: float | None
    calls: int


class Compared(NamedTuple):
    """A comparison, and what its report must say beside."""

    comparison: Comparison
    table: PriceTable
    at: Terms | None
    base_name: str = "none"
    head_name: str = "working tree"
    revision: str | None = None
    base_prices: Mapping[str, Any] | None = None
    head_prices: Mapping[str, Any] | None = None  # None: those of the table
    sampled: Sampled | None = None
    base_period: Period | None = None  # of logs
    head_period: Period | None = None
    assumptions: tuple[str, ...] = ()  # beside those about answers
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: TokencostError | None = None
    about: AboutPrices = NOTHING_ABOUT
    findings: Sequence[Finding] = ()  # of the head, those that the check may fail on


class Judged(NamedTuple):
    """The answer of the gate, and the policy it follows from."""

    verdict: Verdict
    policy: Policy
