"""The form of a saved profile: every field has a type, checked when a document is read.

The structs follow `Key`, `Cell` and `Card`, so that a new field of theirs needs no line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, get_type_hints

import msgspec

from tokencost_pricing.cost import Card, Evidence
from tokencost_pricing.errors import InputError
from tokencost_pricing.model import Fee
from tokencost_pricing.money import is_plausible
from tokencost_pricing.units import UNITS
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.dimensions import Key

_LAST: Final = 4_102_444_800  # seconds since 1970: the year 2100
_QUARTERS: Final = 4_600_000  # quarters of an hour: the year 2101

_KEY_TYPES: Final[dict[str, Any]] = {**get_type_hints(Key), "tags": dict[str, str]}
_SavedKey: Final = msgspec.defstruct(
    "_SavedKey",
    [(name, _KEY_TYPES[name], Key._field_defaults[name]) for name in Key._fields if name != "tags"]
    + [("tags", dict[str, str], msgspec.field(default_factory=dict))],
    forbid_unknown_fields=True,
)
_SavedEvidence: Final = msgspec.defstruct(
    "_SavedEvidence",
    [
        (name, kind, Evidence._field_defaults[name])
        if name in Evidence._field_defaults
        else (name, kind)
        for name, kind in get_type_hints(Evidence).items()
    ],
)


class SavedFee(msgspec.Struct):
    """A price of something that is no token, as a saved profile writes it."""

    price: Decimal
    per: Annotated[int, msgspec.Meta(gt=0)]
    by_search_context: dict[str, Decimal]
    free: dict[str, int | str] | None = None
    once: bool = False
    caution: str | None = None
    ended: bool = False
    start: datetime = Fee._field_defaults["start"]
    unpriced: str | None = None


class SavedCard(msgspec.Struct):
    """The rates of some cells, as a saved profile writes them."""

    rates: dict[str, Decimal]
    fees: dict[str, SavedFee]
    evidence: dict[str, Any]
    warnings: tuple[str, ...] = ()
    unpriced: str | None = None
    search_context: str | None = None
    fees_from: str | None = None
    per_call: bool = False


class SavedUnknownKey(msgspec.Struct):
    """A usage key that no usage format has, and the sum of its counts."""

    key: str
    count: int


class SavedPlace(msgspec.Struct):
    """A place in a file (0: all of it), and why it was not read."""

    file: str
    reason: str
    line: int = 0


class SavedDuplicate(msgspec.Struct):
    """A file, and the one that has the same content."""

    file: str
    same_as: str


class SavedAudit(msgspec.Struct):
    """The lists of an audit; its counts stand beside them."""

    skipped_reasons: dict[str, int]
    skipped_places: list[SavedPlace]
    readers: dict[str, int]
    unreadable: list[SavedPlace]
    unknown_usage_keys: list[SavedUnknownKey] = []
    unread: list[SavedPlace] = []
    duplicates: list[SavedDuplicate] = []


def convert(value: Any, kind: Any, label: str, place: str) -> Any:
    """Return a value decoded by type. Raise `InputError` naming the file and the place in it."""
    try:
        return msgspec.convert(value, kind, strict=False)
    except (msgspec.ValidationError, ArithmeticError, RecursionError) as error:
        reason, _, inner = str(error).partition(" - at `$")
        where = place + inner.rstrip("`")
        raise InputError(f"not a saved profile: {where}: {reason}", file=label) from error


def key_of(entry: Any, label: str, place: str) -> Key:
    """Return the key of a cell."""
    saved = convert(entry, _SavedKey, label, place)
    fields = {name: getattr(saved, name) for name in Key._fields}
    key = Key(**{**fields, "tags": tuple(sorted(saved.tags.items()))})
    if key.quarter is not None and not 0 <= key.quarter <= _QUARTERS:
        raise InputError(f"not a saved profile: {place}.quarter: no time of a call", file=label)
    return key


def cell_of(entry: Mapping[str, Any], label: str, place: str) -> Cell:
    """Return the sums of a cell."""
    cell: Cell = convert(
        {name: value for name, value in entry.items() if name != "key"}, Cell, label, place
    )
    for unit, count in cell.usage.items():
        if unit not in UNITS:
            raise InputError(
                f"not a saved profile: {place}.usage: unknown unit '{unit}'", file=label
            )
        if count < 0:
            raise InputError(f"not a saved profile: {place}.usage.{unit}: below 0", file=label)
    counts = (cell.calls, cell.without_usage, cell.reported_calls, cell.latency_calls)
    if min(counts) < 0 or max(counts) > cell.calls:
        raise InputError(
            f"not a saved profile: {place}: more calls of a kind than calls", file=label
        )
    for at in (cell.first, cell.last):
        if at is not None and not 0 <= at <= _LAST:
            raise InputError(f"not a saved profile: {place}: {at} is no time of a call", file=label)
    if cell.reported is not None:
        plausible(cell.reported, label, f"{place}.reported")
    return cell


def card_of(entry: Any, label: str, place: str) -> Card:
    """Return the rates that cells name."""
    saved: SavedCard = convert(entry, SavedCard, label, place)
    evidence = convert(saved.evidence, _SavedEvidence, label, f"{place}.evidence")
    for name, rate in saved.rates.items():
        plausible(rate, label, f"{place}.rates.{name}")
    for name, fee in saved.fees.items():
        for price in (fee.price, *fee.by_search_context.values()):
            plausible(price, label, f"{place}.fees.{name}")
        if fee.free is not None and not (
            isinstance(fee.free.get("count"), int) and isinstance(fee.free.get("period"), str)
        ):
            raise InputError(f"not a saved profile: {place}.fees.{name}.free", file=label)
    fees = {
        name: Fee(
            fee.price,
            fee.per,
            fee.by_search_context,
            fee.free,
            once=fee.once,
            caution=fee.caution,
            start=fee.start,
            ended=fee.ended,
            unpriced=fee.unpriced,
        )
        for name, fee in saved.fees.items()
    }
    return Card(
        saved.rates,
        fees,
        Evidence(**{name: getattr(evidence, name) for name in Evidence._fields}),
        saved.warnings,
        saved.unpriced,
        None,
        saved.search_context,
        saved.fees_from,
        saved.per_call,
    )


def plausible(value: Decimal, label: str, place: str) -> None:
    """Raise `InputError` where a decimal cannot be money."""
    if not is_plausible(value):
        raise InputError(f"not a saved profile: {place}: '{value}' is no amount", file=label)
