"""Footnotes on prices: one line each for people, grouped where many models share them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.price_notes import (
    CHANGE,
    LOCAL,
    OVERLAY,
    RETIRED,
    PriceNote,
    grouped,
    price_notes,
)
from tokencost_pricing.table import PriceTable

if TYPE_CHECKING:
    from tokencost_profiles.costs.call_pricer import Pricer
    from tokencost_profiles.costs.profile import Profile
    from tokencost_profiles.costs.totals import Summary

# What is stated of models that nobody named, too.
_ALWAYS: Final = frozenset({RETIRED, CHANGE, LOCAL, OVERLAY})


def notes_of(
    offers: Iterable[Offer],
    at: datetime,
    table: PriceTable,
    *,
    of_logs: bool = False,
    asked: bool = True,
) -> list[PriceNote]:
    """Return what there is to know of the prices of offers, each once.

    `asked`: whether somebody named these models; of others only what changes their cost is stated.
    """
    providers = table.providers()
    notes = [
        note
        for offer in offers
        for note in price_notes(offer, at, providers.get(offer.provider), of_logs=of_logs)
        if asked or note.code in _ALWAYS
    ]
    return list(dict.fromkeys(notes))


def offers_of(profile: Profile, pricer: Pricer) -> list[Offer]:
    """Return the offers that the calls of a profile are priced by, as far as the table has them."""
    priced = pricer.offers()
    used = dict.fromkeys(
        (key.provider, key.model)
        for key in profile.cells
        if key.reason is None and key.provider is not None and key.model is not None
    )
    offers = (priced.get(key) or _offer(pricer.table, *key) for key in used)
    return [offer for offer in offers if offer is not None]


def _offer(table: PriceTable, provider: str, model: str) -> Offer | None:
    try:
        return table.find(model, provider)
    except UnknownModelError:
        return None  # a saved profile of another table


def coded(note: PriceNote) -> CodedText:
    """Return a note as a warning."""
    return CodedText(note.code, note.text, model=note.model or None)


def lines(notes: Sequence[PriceNote]) -> list[tuple[CodedText, frozenset[str]]]:
    """Return the lines for people, each with the keys of the models that it is about."""
    return [
        (
            coded(line),
            frozenset(
                note.model
                for note in notes
                if note.code == line.code and line.model in ("", note.model)
            ),
        )
        for line in grouped(notes)
    ]


class AboutPrices(NamedTuple):
    """What must be known of prices: for people, and one warning a model for programs."""

    lines: tuple[str, ...] = ()
    every: tuple[str, ...] = ()


NOTHING_ABOUT: Final = AboutPrices()


def about_of(notes: Iterable[PriceNote], recorded: Summary | None = None) -> AboutPrices:
    """Return notes on prices as warnings; `recorded`: calls, some of models of many hosts."""
    once = list(dict.fromkeys(notes))
    first: list[CodedText] = []
    hosts: list[CodedText] = []
    if recorded is not None:
        from tokencost_cli.reports._unsure import first_warnings, host_warnings

        first = [text for text, _ in first_warnings(recorded)]
        hosts = [text for text, _ in host_warnings(recorded)]
    return AboutPrices((*first, *(text for text, _ in lines(once))), (*hosts, *map(coded, once)))


def for_programs(
    warnings: Iterable[str], notes: Sequence[PriceNote], line_texts: Iterable[str]
) -> list[str]:
    """Return warnings with a line a model where people read one for several."""
    shared = set(line_texts)
    others = [text for text in warnings if text not in shared]
    return [*others, *map(coded, notes)]
