"""What a reader must know of a price: its model is retired, it changes soon, who states it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.facts import Provider
from tokencost_pricing.model import WITHDRAWN, Model, Price
from tokencost_pricing.money import divide
from tokencost_pricing.offer import Offer

RETIRED: Final = "retired-model"
CHANGE: Final = "price-change"
ONE_SOURCE: Final = "one-source"
UNVERIFIED: Final = "unverified-price"
MIRRORED: Final = "mirrored-price"
LOCAL: Final = "local-model"
OVERLAY: Final = "overlay"
CODES: Final = (RETIRED, CHANGE, LOCAL, UNVERIFIED, ONE_SOURCE, MIRRORED, OVERLAY)

_WAS_RETIRED: Final = "the model was retired on"
# Makers announce the earliest day; whether the model still answers the table does not know.
_WAS_TO_END: Final = "the announced end of the model was"

_SOON: Final = timedelta(days=30)
_RATES: Final = ("input", "output")
_FACTORS: Final = {Decimal(2): "doubles", Decimal("0.5"): "halves", Decimal(3): "triples"}
# Lists that providers publish of what they sell themselves.
_OF_BILLERS: Final = frozenset({"openrouter-api", "vercel-gateway", "huggingface-api", "host-api"})
_LOCAL_ROLE: Final = "local"
_MOST: Final = 3  # lines of one kind before they become one
_NAMED: Final = 4  # models that the line names


class PriceNote(NamedTuple):
    """One thing to know of the price of a model."""

    code: str
    model: str  # its key; of an overlay too
    text: str
    detail: str  # what of it goes into a line for several models


def price_notes(
    offer: Offer, at: datetime, provider: Provider | None, *, of_logs: bool = False
) -> Iterator[PriceNote]:
    """Yield what there is to know of the price of an offer on a day.

    `provider`: who bills, in the table. `of_logs`: the calls were made, each on a day of its own.
    """
    key, model = offer.key, offer.model
    if not of_logs and (ended := retirement(model, at.date(), provider)):
        yield PriceNote(RETIRED, key, f"{key}: {ended}", _day_of(model))
    yield from _change(offer, at)
    if provider is not None and provider.role == _LOCAL_ROLE:
        text = "runs on your own hardware: 0 here; a self-hosted overlay states what it costs"
        yield PriceNote(LOCAL, key, f"{key}: {text}", "")
    if offer.overlay is not None:
        text = f"the price is that of the overlay {offer.overlay}"
        yield PriceNote(OVERLAY, key, f"{key}: {text}", offer.overlay)
    else:
        yield from _sources(offer, at, provider)


def retirement(model: Model, day: date, provider: Provider | None) -> str | None:
    """Return how to say that a model can no longer be called on a day; None where it can.

    Where the table does not know from when on, it is so on the day of its check and after.
    """
    if model.retires is not None:
        if day < model.retires:
            return None
        text = f"{_WAS_TO_END if model.is_served else _WAS_RETIRED} {model.retires}"
    elif model.status in WITHDRAWN and (provider is None or day >= provider.checked):
        text = "the model is retired"
    else:
        return None
    redirect = model.redirect
    return f"{text}; billed as {redirect.to} from {redirect.start[:10]} on" if redirect else text


def is_retirement(note: str) -> bool:
    """Whether a note of calls says that their model has ended."""
    return _WAS_RETIRED in note or _WAS_TO_END in note


def _day_of(model: Model) -> str:
    return str(model.retires) if model.retires is not None else ""


def _change(offer: Offer, at: datetime) -> Iterator[PriceNote]:
    """Yield the change of the list price within the next days."""
    upcoming, current = offer.model.upcoming(at), offer.model.price_on(at)
    if upcoming is None or current is None or upcoming.start - at > _SOON:
        return
    amounts = _amounts(current, upcoming)
    if not amounts:
        return
    day = f"{upcoming.start:%Y-%m-%d}"
    verb = _verb(current, upcoming)
    text = f"{offer.key}: the price {verb} on {day} ({', '.join(amounts)} per million tokens)"
    yield PriceNote(CHANGE, offer.key, text, f"{verb} on {day}")


def _amounts(current: Price, upcoming: Price) -> list[str]:
    return [
        f"{kind} ${current.rates[kind].normalize():f} to ${upcoming.rates[kind].normalize():f}"
        for kind in dict.fromkeys((*_RATES, *current.rates))
        if kind in current.rates
        and kind in upcoming.rates
        and current.rates[kind] != upcoming.rates[kind]
    ][: len(_RATES)]


def _verb(current: Price, upcoming: Price) -> str:
    factors = {
        divide(upcoming.rates[kind], rate)
        for kind, rate in current.rates.items()
        if rate and kind in upcoming.rates
    }
    factor = next(iter(factors)) if len(factors) == 1 else None
    if factor in _FACTORS:
        return _FACTORS[factor]
    if all(one > 1 for one in factors):
        return "rises"
    return "falls" if all(one < 1 for one in factors) else "changes"


def _sources(offer: Offer, at: datetime, provider: Provider | None) -> Iterator[PriceNote]:
    """Yield that a price is not sure, rests on one list, or mirrors public lists."""
    key, model = offer.key, offer.model
    row = model.price_on(at)
    if model.unverified is not None:
        text = f"{key}: the price is not verified ({model.unverified})"
        yield PriceNote(UNVERIFIED, key, text, "")
    elif model.lists:
        checked = row.checked if row is not None and row.checked is not None else None
        day = checked or (provider.checked if provider is not None else None)
        lists = ", ".join(model.lists) + (f" on {day}" if day is not None else "")
        if len(model.lists) > 1:
            text = f"price mirrored from public lists {lists}"
            yield PriceNote(MIRRORED, key, f"{key}: {text}", lists)
        else:
            of_biller = ", the provider's" if model.lists[0] in _OF_BILLERS else ""
            text = f"the price rests on one public list{of_biller} ({lists})"
            yield PriceNote(ONE_SOURCE, key, f"{key}: {text}", lists)
    elif len(model.sources) == 1 and (row is None or row.source is None):
        (source,) = model.sources
        yield PriceNote(ONE_SOURCE, key, f"{key}: the price rests on one list ({source})", source)


_TITLES: Final = {
    RETIRED: "models are retired",
    CHANGE: f"prices change within {_SOON.days} days",
    ONE_SOURCE: "prices rest on one public list each",
    UNVERIFIED: "prices are not verified",
    MIRRORED: "prices are mirrored from public lists",
    LOCAL: "models run on your own hardware: 0 here; a self-hosted overlay states what they cost",
    OVERLAY: "prices are of overlays",
}


def grouped(notes: Iterable[PriceNote]) -> list[PriceNote]:
    """Return one note a line for people: those of one kind as one where they are many.

    `model` is empty in the note of several.
    """
    by_code: dict[str, list[PriceNote]] = {code: [] for code in CODES}
    for note in dict.fromkeys(notes):
        by_code[note.code].append(note)
    lines: list[PriceNote] = []
    for code, alike in by_code.items():
        lines += alike if len(alike) <= _MOST else [_together(code, alike)]
    return lines


def _together(code: str, notes: Sequence[PriceNote]) -> PriceNote:
    named = [
        f"{note.model} ({note.detail})" if note.detail and code in (RETIRED, CHANGE) else note.model
        for note in notes[:_NAMED]
    ]
    details = sorted({note.detail for note in notes if note.detail})
    if code == OVERLAY:
        named = details
    more = len(notes) - len(named)
    rest = f" and {more} more" if more > 0 and code != OVERLAY else ""
    text = f"{len(notes)} {_TITLES[code]}: {', '.join(named)}{rest}"
    return PriceNote(code, "", text, "")
