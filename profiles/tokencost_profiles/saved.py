"""Profiles on disk: the JSON document of `profile`, and back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import msgspec

from tokencost_pricing.cost import Card, Evidence
from tokencost_pricing.errors import InputError
from tokencost_pricing.model import Fee
from tokencost_pricing.money import plain
from tokencost_profiles.audit import Audit, Skip
from tokencost_profiles.dimensions import Key
from tokencost_profiles.inputs import decode
from tokencost_profiles.profile import Cell, Profile
from tokencost_profiles.sources import Source

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

    Raise `InputError` where one is of another version, or not whole.
    """
    whole = Profile()
    for source in sources:
        with source.open() as file:
            document = decode(file.read(), source.shown)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise InputError(f"{source.shown}: not a profile of this version ({FORMAT})")
        try:
            whole = whole.combine(_profile(document))
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise InputError(f"{source.shown}: not a whole profile: {error}") from error
    return whole


def _profile(document: dict[str, Any]) -> Profile:
    profile = Profile(_audit(document["audit"]))
    profile.cards = {name: _read_card(entry) for name, entry in document["rates"].items()}
    for entry in document["cells"]:
        key = _read_key(entry["key"])
        if key.rates not in profile.cards:
            raise ValueError(f"no rates {key.rates!r}")
        cell = {name: value for name, value in entry.items() if name != "key"}
        read = msgspec.convert(cell, Cell, strict=False)
        if read.calls < 0 or any(count < 0 for count in read.usage.values()):
            raise ValueError("a count below 0")
        profile.cell(key).add(read)
    return profile


def _key(key: Key) -> dict[str, Any]:
    named = zip(Key._fields, key, _EMPTY, strict=True)
    found: dict[str, Any] = {name: value for name, value, usual in named if value != usual}
    if key.tags:
        found["tags"] = dict(key.tags)
    return found


def _read_key(entry: dict[str, Any]) -> Key:
    given = dict(entry)
    if "tags" in given:
        given["tags"] = tuple(sorted(given["tags"].items()))
    for name in ("tools", "notes"):
        if name in given:
            given[name] = tuple(given[name])
    for name in ("quarter", "band"):
        if not isinstance(given.get(name, 0), int):
            raise TypeError(f"{name} is not a whole number")
    return Key(**given)


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
    }  # fmt: skip


def _fee(fee: Fee) -> dict[str, Any]:
    """Return a fee; what is as usual is left out."""
    rare = {"once": fee.once, "caution": fee.caution, "ended": fee.ended}
    return {
        "price": plain(fee.price), "per": fee.per,
        "by_search_context": {k: plain(v) for k, v in fee.by_search_context.items()},
        "free": dict(fee.free) if fee.free else None,
        **{name: value for name, value in rare.items() if value},
    }  # fmt: skip


def _read_card(entry: dict[str, Any]) -> Card:
    evidence: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in entry["evidence"].items()
    }
    fees = {
        name: Fee(
            Decimal(fee["price"]), fee["per"],
            {k: Decimal(v) for k, v in fee["by_search_context"].items()}, fee["free"],
            fee.get("once", False), fee.get("caution"), ended=fee.get("ended", False),
        )
        for name, fee in entry["fees"].items()
    }  # fmt: skip
    rates = {name: Decimal(rate) for name, rate in entry["rates"].items()}
    return Card(
        rates, fees, Evidence(**evidence), tuple(entry["warnings"]), entry["unpriced"], None,
        entry["search_context"], entry.get("fees_from"),
        entry.get("per_call", False),
    )  # fmt: skip


def _audit(entry: dict[str, Any]) -> Audit:
    counts = {
        name: entry[name] for name in Audit.__struct_fields__ if isinstance(entry.get(name), int)
    }
    return Audit(
        **counts,
        reasons=dict(entry["skipped_reasons"]),
        examples=[_skip(text) for text in entry["skipped_examples"]],
        readers=dict(entry["readers"]),
        unreadable=[_unreadable(text) for text in entry["unreadable"]],
        unread=[
            Skip(str(found["file"]), 0, str(found["reason"])) for found in entry.get("unread", ())
        ],
        unknown_keys={
            str(found["key"]): int(found["count"]) for found in entry.get("unknown_usage_keys", ())
        },
    )


def _skip(text: str) -> Skip:
    place, _, reason = text.partition(": ")
    file, _, line = place.rpartition(":")
    return Skip(file, int(line), reason)


def _unreadable(text: str) -> Skip:
    file, _, reason = text.partition(": ")
    return Skip(file, 0, reason)
