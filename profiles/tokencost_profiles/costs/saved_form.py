"""The blocks of a saved profile beside its cells: rates, audit, sessions, inputs, head.

Names of fields are those of the JSON documents where both have one. Fields that a reader does not
know are passed over, and one that is missing has its usual value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, get_type_hints

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_pricing.fees import Fee
from tokencost_pricing.money import is_plausible
from tokencost_pricing.rate_card import Card
from tokencost_pricing.terms import Evidence
from tokencost_profiles.calls.audit import Audit, Skip
from tokencost_profiles.costs.saved_columns import clean, clean_values

Count = Annotated[int, msgspec.Meta(ge=0)]

# Follows `Evidence`, so that a new field of it needs no line here.
_SavedEvidence: Final = msgspec.defstruct(
    "_SavedEvidence",
    [
        (name, kind, Evidence._field_defaults[name])
        if name in Evidence._field_defaults
        else (name, kind)
        for name, kind in get_type_hints(Evidence).items()
    ],
)


class SavedInput(msgspec.Struct):
    """A file that calls were read from, and what it was then."""

    path: str
    size: Count
    modified_at: float | None = None  # UTC seconds
    ends_sha256: str | None = None  # of its head and tail


class SavedHead(msgspec.Struct):
    """What wrote the profile, with which prices, how it was invoked, from which files."""

    tool_version: str
    prices: dict[str, Any] | None
    run: dict[str, Any]
    inputs: list[SavedInput] = []


class SavedFee(msgspec.Struct, omit_defaults=True):
    """A price of something that is not a token."""

    price: Decimal
    per: Annotated[int, msgspec.Meta(gt=0)]
    by_search_context: dict[str, Decimal] = {}
    free: dict[str, int | str] | None = None
    once: bool = False
    caution: str | None = None
    ended: bool = False
    start: datetime = Fee._field_defaults["start"]
    unpriced: str | None = None
    minimum: Count = 0


class SavedCard(msgspec.Struct, omit_defaults=True):
    """Rates of cells, by their name."""

    name: str
    rates: dict[str, Decimal]
    fees: dict[str, SavedFee]
    evidence: dict[str, Any]
    warnings: tuple[str, ...] = ()
    unpriced: str | None = None
    search_context: str | None = None
    fees_from: str | None = None
    per_call: bool = False
    media: str | None = None
    low: SavedCard | None = None
    high: SavedCard | None = None


class SavedPlace(msgspec.Struct, omit_defaults=True):
    """A place in a file (0: all of it), and why it was not read."""

    file: str
    reason: str
    line: Count = 0


class SavedDuplicate(msgspec.Struct):
    """A file, and the one that has the same content."""

    file: str
    same_as: str


class SavedAudit(msgspec.Struct, omit_defaults=True):
    """What was read, merged, left out, and why."""

    files: Count = 0
    rows: Count = 0
    calls: Count = 0
    merged: Count = 0
    replayed: Count = 0
    rolled_up: Count = 0
    cached: Count = 0
    without_usage: Count = 0
    skipped: Count = 0
    passed_over: Count = 0
    duplicate_files: Count = 0
    duplicates: list[SavedDuplicate] = []
    skipped_reasons: dict[str, Count] = {}
    skipped_places: list[SavedPlace] = []
    formats: dict[str, Count] = {}
    unreadable: list[SavedPlace] = []
    unread: list[SavedPlace] = []
    unknown_usage_keys: dict[str, Count] = {}
    session_formats: list[str] = []


# Fields of an audit that are counts, of the same name in both.
_COUNTS: Final = (
    "files",
    "rows",
    "calls",
    "merged",
    "replayed",
    "rolled_up",
    "cached",
    "without_usage",
    "skipped",
    "passed_over",
    "duplicate_files",
)


def saved_audit(audit: Audit) -> SavedAudit:
    """Return an audit as it is saved."""
    return SavedAudit(
        **{name: getattr(audit, name) for name in _COUNTS},
        duplicates=[SavedDuplicate(clean(one.file), clean(one.reason)) for one in audit.duplicates],
        skipped_reasons=_clean_keys(audit.reasons),
        skipped_places=[_place(one) for one in audit.examples],
        formats=_clean_keys(audit.readers),
        unreadable=[_place(one) for one in audit.unreadable],
        unread=[_place(one) for one in audit.unread],
        unknown_usage_keys=_clean_keys(audit.unknown_keys),
        session_formats=sorted(map(clean, audit.session_formats)),
    )


def audit_of(saved: SavedAudit) -> Audit:
    """Return a saved audit."""
    return Audit(
        **{name: getattr(saved, name) for name in _COUNTS},
        duplicates=[Skip(one.file, 0, one.same_as) for one in saved.duplicates],
        reasons=saved.skipped_reasons,
        examples=[Skip(one.file, one.line, one.reason) for one in saved.skipped_places],
        readers=saved.formats,
        unreadable=[Skip(one.file, one.line, one.reason) for one in saved.unreadable],
        unread=[Skip(one.file, one.line, one.reason) for one in saved.unread],
        unknown_keys=saved.unknown_usage_keys,
        session_formats=set(saved.session_formats),
    )


def _place(skip: Skip) -> SavedPlace:
    return SavedPlace(clean(skip.file), clean(skip.reason), skip.line)


def _clean_keys(counts: Mapping[str, int]) -> dict[str, int]:
    return {clean(name): count for name, count in sorted(counts.items())}


def saved_card(name: str, card: Card) -> SavedCard:
    """Return rates as they are saved."""
    fees = {
        unit: SavedFee(
            fee.price,
            fee.per,
            dict(fee.by_search_context),
            dict(fee.free) if fee.free else None,
            fee.once,
            fee.caution,
            fee.ended,
            fee.start,
            fee.unpriced,
            fee.minimum,
        )
        for unit, fee in card.fees.items()
    }
    return SavedCard(
        clean(name),
        dict(card.rates),
        fees,
        clean_values(card.evidence._asdict()),
        tuple(map(clean, card.warnings)),
        clean_values(card.unpriced),
        clean_values(card.search_context),
        card.fees_from,
        card.per_call,
        clean_values(card.media),
        None if card.low is None else saved_card(f"{name}, low", card.low),
        None if card.high is None else saved_card(f"{name}, high", card.high),
    )


def card_of(saved: SavedCard) -> Card:
    """Return saved rates. Raise `InputError` for amounts that are none."""
    place = f"rates.{saved.name[:80]}"
    for unit, rate in saved.rates.items():
        _check(rate, f"{place}.{unit}")
    for unit, fee in saved.fees.items():
        for price in (fee.price, *fee.by_search_context.values()):
            _check(price, f"{place}.fees.{unit}")
        if fee.free is not None and not (
            isinstance(fee.free.get("count"), int) and isinstance(fee.free.get("period"), str)
        ):
            raise InputError(f"{place}.fees.{unit}.free: no count a period")
    fees = {
        unit: Fee(
            fee.price,
            fee.per,
            fee.by_search_context,
            fee.free,
            once=fee.once,
            caution=fee.caution,
            start=fee.start,
            ended=fee.ended,
            unpriced=fee.unpriced,
            minimum=fee.minimum,
        )
        for unit, fee in saved.fees.items()
    }
    evidence = msgspec.convert(saved.evidence, _SavedEvidence, strict=False)
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
        saved.media,
        None if saved.low is None else card_of(saved.low),
        None if saved.high is None else card_of(saved.high),
    )


def _check(amount: Decimal, place: str) -> None:
    if not is_plausible(amount):
        raise InputError(f"{place}: '{amount}' is no amount")
