"""The options that `diff` and `check` share, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tokencost_cli import estimating
from tokencost_cli.session import Session
from tokencost_pricing.cost import Terms
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.dimensions import split_names
from tokencost_profiles.gate.bootstrap import Sampled
from tokencost_profiles.gate.comparison import Comparison


class Request(NamedTuple):
    """The options that `diff` and `check` share."""

    estimate: estimating.Request
    logs: bool = False
    input_format: str | None = None
    mapping: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    timezone: str | None = None
    by: tuple[str, ...] = ()
    case: str | None = None
    git: str | None = None
    baseline: str | None = None
    keep_prices: bool = False
    count_copies: bool = False
    cost: str = "computed"


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


def prices_of(table: PriceTable, terms: Terms | None) -> dict[str, Any]:
    """Return what a document says of its prices."""
    from tokencost_cli.views.shared import head

    prices: dict[str, Any] = head(table, terms)["prices"]
    return prices


def request_of(session: Session, values: Mapping[str, Any]) -> Request:
    """Return the options of a command line. What a command has no flag for is as usual."""

    def many(name: str) -> tuple[Any, ...]:
        return tuple(values.get(name) or ())

    estimate = estimating.Request(
        paths=session.paths(many("paths")),
        models=many("model"),
        output_tokens=values.get("output_tokens"),
        workload=values.get("workload") or session.settings.workload,
        modes=many("mode"),
        region=values.get("region"),
        cached_tokens=values.get("cached_tokens"),
        cached_prefix=values.get("cached_prefix"),
        per_day=values.get("per_day"),
        raw=bool(values.get("raw")),
        variables=many("var"),
        as_of=values.get("as_of"),
        prices=many("prices"),
    )
    return Request(
        estimate,
        bool(values.get("logs")),
        values.get("input_format"),
        many("mapping"),
        many("where"),
        values.get("since"),
        values.get("until"),
        values.get("timezone"),
        split_names(many("by")),
        values.get("case"),
        values.get("git"),
        values.get("baseline"),
        bool(values.get("keep_prices")),
        bool(values.get("count_copies")),
        values.get("cost") or "computed",
    )
