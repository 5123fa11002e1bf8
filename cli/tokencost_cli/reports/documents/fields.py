"""Kinds of fields that documents share, and how a field says what it means."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from tokencost_pricing.money import plain

Money = Annotated[str, Meta(pattern=r"^-?[0-9]+(\.[0-9]+)?$", title="US dollars")]
Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, title="0 to 1")]
At = Annotated[
    str, Meta(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?$", title="ISO 8601, UTC")
]
Seconds = Annotated[float, Meta(ge=0)]


def about(text: str) -> Meta:
    """Return what a field means, for docs and schema."""
    return Meta(description=text)


class Place(Struct, kw_only=True):
    """A place in the input, and what is the matter there."""

    file: Annotated[str, about("The file, as it was named.")]
    line: Annotated[int | None, about("The line; null: the complete file.")]
    reason: Annotated[str, about("Why.")]


def money(value: Decimal | None) -> str | None:
    """Return an amount as documents hold it: exact, or null where it is not known."""
    return None if value is None else plain(value)


def at(seconds: float | None) -> str | None:
    """Return UTC seconds as ISO text, to the millisecond where it has one."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(round(seconds, 3), UTC)
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")
