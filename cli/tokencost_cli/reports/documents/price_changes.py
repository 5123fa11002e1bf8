"""The documents of `prices diff`, `prices history` and `prices doctor`."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Struct

from tokencost_cli.reports.documents.fields import At, Money, about
from tokencost_cli.reports.documents.head import Head
from tokencost_cli.reports.documents.models import PriceRow

PRICES_DIFF: Final = "tokencost.prices-diff/2"
PRICES_HISTORY: Final = "tokencost.prices-history/2"
PRICES_DOCTOR: Final = "tokencost.prices-doctor/2"

Relative = Annotated[float | None, about("The change as a ratio to the price before.")]


class TableSide(Struct, kw_only=True):
    """A price table, and the day at which its prices are looked at."""

    table: Annotated[str, about("Its version.")]
    sha256: str
    as_of: At


class RateChangeEntry(Struct, kw_only=True):
    """One rate of a model that differs."""

    provider: str
    model: str
    status: Annotated[str, about("Of the model: added, removed or changed.")]
    rate: str
    before: Money | None
    after: Money | None
    relative: Relative
    starts_at: Annotated[At | None, about("The beginning of the newer price.")]


class PricesDiffDocument(Head, kw_only=True):
    """What differs between two price tables, or between two days of one."""

    base: TableSide
    head: TableSide
    items: list[RateChangeEntry]


class HistoryRow(PriceRow, kw_only=True):
    """A dated row of the list price against the one before."""

    corrected: Annotated[str | None, about("What the row stated before, and why it was wrong.")]
    in_force: bool
    input_relative: Relative
    output_relative: Relative


class PricesHistoryDocument(Head, kw_only=True):
    """Every dated price of one model."""

    provider: str
    model: str
    rule: Annotated[str, about("How the name was matched.")]
    items: list[HistoryRow]


class FindingEntry(Struct, kw_only=True):
    """One thing to know of the price table, or to do about it."""

    check: Annotated[str, about("table-age, announced-due, price-change, retires-soon, ...")]
    subject: Annotated[str, about("The model, provider, calendar, file or alias.")]
    level: Annotated[str, about("warn or note.")]
    at: At | None
    text: str


class PricesDoctorDocument(Head, kw_only=True):
    """Whether the price table is fit for today."""

    items: list[FindingEntry]
