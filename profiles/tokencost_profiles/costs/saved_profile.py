"""Profiles on disk: the JSON document of `profile`, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tokencost_pricing.cost import Card
from tokencost_pricing.errors import InputError
from tokencost_pricing.model import Fee
from tokencost_pricing.money import plain
from tokencost_profiles.calls.audit import Audit, Skip
from tokencost_profiles.costs import session_spans
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.saved_profile_form import (
    SavedAudit,
    card_of,
    cell_of,
    convert,
    key_of,
    plausible,
)
from tokencost_profiles.costs.session_spans import SavedSession
from tokencost_profiles.files.log_file import decode
from tokencost_profiles.files.paths import Source

# 1: the first.
FORMAT: Final = "tokencost.profile/1"
_ANY: Final = b'"tokencost.profile/'
_HEAD: Final = 64  # bytes; the format stands first
_EMPTY: Final = Key()


def is_saved(source: Source) -> bool:
    """Whether a source is a saved profile, of this version or of another."""
    with source.open() as file:
        head = file.read(_HEAD)
    return head.lstrip()[:1] == b"{" and _ANY in head


def cells_document(profile: Profile) -> list[dict[str, Any]]:
    """Return the cells in a fixed order. What is not known is left out."""
    return [
        {"key": _key(key), **msgspec.to_builtins(cell), "usage": dict(sorted(cell.usage.items()))}
        for key, cell in sorted(profile.cells.items(), key=lambda item: _order(item[0]))
    ]


def cards_document(profile: Profile) -> dict[str, Any]:
    """Return the rates that the cells name."""
    used = sorted({key.rates for key in profile.cells})
    return {name: _card(profile.cards[name]) for name in used}


def load(sources: Iterable[Source]) -> Profile:
    """Return the profile that saved documents hold together.

    Raise `InputError` where one is of another version, or not whole, and `UsageError` where two of
    them were made from the same session.
    """
    return session_spans.added(load_each(sources))


def load_each(sources: Iterable[Source]) -> list[tuple[str, Profile]]:
    """Return the profile of each saved document, with the name of its file."""
    found = []
    for source in sources:
        with source.open() as file:
            document = decode(file.read(), source.label)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise InputError(f"not a profile of this version ({FORMAT})", file=source.label)
        profile = _profile(document, source.label)
        profile.audit.repeat(source.copies, source.label)
        found.append((source.label, profile))
    return found


def _profile(document: dict[str, Any], label: str) -> Profile:
    profile = Profile(_audit(document.get("audit"), label))
    rates = convert(document.get("rates"), dict[str, Any], label, "rates")
    profile.cards = {name: card_of(entry, label, f"rates.{name}") for name, entry in rates.items()}
    cells = convert(document.get("cells"), list[dict[str, Any]], label, "cells")
    for at, entry in enumerate(cells):
        place = f"cells[{at}]"
        key = key_of(entry.get("key"), label, f"{place}.key")
        if key.rates not in profile.cards:
            raise InputError(f"not a saved profile: {place}: no rates {key.rates!r}", file=label)
        profile.cell(key).add(cell_of(entry, label, place))
    sessions = convert(document.get("sessions", []), list[SavedSession], label, "sessions")
    for at, session in enumerate(sessions):
        for value in session_spans.amounts(session):
            plausible(value, label, f"sessions[{at}]")
    profile.spans = session_spans.read(sessions)
    profile.session_costs = session_spans.costs(sessions)
    return profile


def _key(key: Key) -> dict[str, Any]:
    named = zip(Key._fields, key, _EMPTY, strict=True)
    found: dict[str, Any] = {name: value for name, value, usual in named if value != usual}
    if key.tags:
        found["tags"] = dict(key.tags)
    return found


def _order(key: Key) -> tuple[Any, ...]:
    return tuple((value is None, value if value is not None else 0) for value in key)


def _card(card: Card) -> dict[str, Any]:
    return {
        "rates": {name: plain(rate) for name, rate in card.rates.items()},
        "fees": {name: _fee(fee) for name, fee in card.fees.items()},
        "evidence": card.evidence._asdict(),
        "warnings": list(card.warnings),
        "unpriced": card.unpriced,
        "search_context": card.search_context,
        **({"fees_from": card.fees_from} if card.fees_from else {}),
        **({"per_call": True} if card.per_call else {}),
    }


def _fee(fee: Fee) -> dict[str, Any]:
    """Return a fee; what is as usual is left out."""
    start = None if fee.start == Fee._field_defaults["start"] else fee.start.isoformat()
    rare = {
        "once": fee.once,
        "caution": fee.caution,
        "ended": fee.ended,
        "start": start,
        "unpriced": fee.unpriced,
    }
    return {
        "price": plain(fee.price),
        "per": fee.per,
        "by_search_context": {k: plain(v) for k, v in fee.by_search_context.items()},
        "free": dict(fee.free) if fee.free else None,
        **{name: value for name, value in rare.items() if value},
    }


def _audit(entry: Any, label: str) -> Audit:
    lists = convert(entry, SavedAudit, label, "audit")
    counts = {
        name: entry[name]
        for name in Audit.__struct_fields__
        if type(entry.get(name)) is int and entry[name] >= 0
    }
    return Audit(
        **counts,
        reasons=lists.skipped_reasons,
        examples=[Skip(place.file, place.line, place.reason) for place in lists.skipped_places],
        readers=lists.readers,
        unreadable=[Skip(place.file, place.line, place.reason) for place in lists.unreadable],
        unknown_keys={key.key: key.count for key in lists.unknown_usage_keys},
        duplicates=[Skip(one.file, 0, one.same_as) for one in lists.duplicates],
        unread=[Skip(place.file, 0, place.reason) for place in lists.unread],
    )
