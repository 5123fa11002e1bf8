"""What a profile is exported from: trees of frames, calls in time, charges. Each is made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tokencost_pricing.errors import UsageError

if TYPE_CHECKING:
    from tokencost_cli.output.report import Report
    from tokencost_profiles.attribution.charges import Charge
    from tokencost_profiles.attribution.frame import Frame
    from tokencost_profiles.attribution.timeline import Point
    from tokencost_profiles.attribution.usage_series import Series, SeriesKey


class View(NamedTuple):
    """One tree of where the cost went: by cause, or by content."""

    name: str
    root: Frame


class SeriesRow(NamedTuple):
    """Tokens and cost of a day, by seller and model. `kind`: of the model: chat, embedding."""

    key: SeriesKey
    series: Series
    kind: str = "chat"


class Seller(NamedTuple):
    """Who sells a model, who made it, and what the service is called."""

    name: str
    maker: str
    service: str


class FocusTerms(NamedTuple):
    """How FOCUS rows are written. `prices`: the name of the price table."""

    version: str
    is_parquet: bool
    prices: str
    seller_of: Callable[[Charge], Seller]


def _unknown_seller(charge: Charge) -> Seller:
    name = charge.account.provider or "Unknown"
    return Seller(name, name, name)


class ProfileData:
    """The neutral data of a profile. What an export does not read is not made."""

    def __init__(
        self,
        weight: str,
        views: Callable[[], Sequence[View]] = tuple,
        points: Callable[[], Sequence[Point]] = tuple,
        series: Callable[[], Sequence[SeriesRow]] = tuple,
        charges: Callable[[], Sequence[Charge]] = tuple,
        focus: FocusTerms | None = None,
    ) -> None:
        self.weight = weight  # what frames are as wide as: cost, input_tokens, output_tokens
        self.focus = focus or FocusTerms("1.2", False, "", _unknown_seller)
        self._views, self._points = views, points
        self._series, self._charges = series, charges

    @cached_property
    def views(self) -> Sequence[View]:
        """Every tree; the first is the one that was asked for."""
        return self._views()

    @cached_property
    def points(self) -> Sequence[Point]:
        """The calls in the order of their times."""
        return self._points()

    @cached_property
    def series(self) -> Sequence[SeriesRow]:
        """Tokens and cost by day, seller and model."""
        return self._series()

    @cached_property
    def charges(self) -> Sequence[Charge]:
        """What each unit came to, by the day."""
        return self._charges()


def profile_of(report: Report, format_name: str) -> ProfileData:
    """Return what a report of `profile` is exported from. Raise `UsageError` for any other."""
    if report.profile is None:
        raise UsageError(
            f"{format_name} writes what profile reports, and this report is {report.format}",
            hint="formats for every report: table, json, csv, markdown",
        )
    return report.profile
