"""What must be known of the calls of a profile, and of which groups of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from tokencost_cli.output.formatting import count, first_names
from tokencost_cli.reports._price_notes import lines
from tokencost_cli.reports._profile_document import unpriced_models
from tokencost_cli.reports._unsure import first_warnings
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.offer import Offer
from tokencost_pricing.price_notes import RETIRED, PriceNote, is_retirement
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.costs.unsure import Place

_MOST_UNPRICED: Final = 5
_MOST_RETIRED: Final = 3


class Caution(NamedTuple):
    """What must be known of calls. `applies` tells whether they are in a group."""

    text: str
    applies: Callable[[Summary], bool]


def cautions(total: Summary) -> list[Caution]:
    """Return what must be known of the calls: which have no price, no time, no usage."""
    reasons: dict[str, int] = {}
    hosts = total.host_ends
    for place, calls in unpriced_models(total):
        if place not in hosts:
            reasons[place[2]] = reasons.get(place[2], 0) + calls
    unpriced = sorted(reasons.items(), key=lambda item: -item[1])
    cautions = [
        _caution(
            "no-price", f"{calls_text(calls)} without a price: {reason}", _lacks_price({reason})
        )
        for reason, calls in unpriced[:_MOST_UNPRICED]
    ]
    if more := dict(unpriced[_MOST_UNPRICED:]):
        text = f"{calls_text(sum(more.values()))} more without a price, for {len(more)} reasons"
        cautions.append(_caution("no-price", text, _lacks_price(set(more))))
    cautions += [Caution(text, _has_place(places)) for text, places in first_warnings(total)]
    if total.untimed_calls:
        text = f"{calls_text(total.untimed_calls)} without a time: priced as of today"
        cautions.append(_caution("no-time", text, lambda group: group.untimed_calls > 0))
    if without_usage(total):
        text = f"{calls_text(without_usage(total))} without usage: not in the cost"
        cautions.append(_caution("no-usage", text, lambda group: without_usage(group) > 0))
    cautions += _of_calls(total)
    return cautions + [_caution("price", note, _has_price_note(note)) for note in total.price_notes]


def _of_calls(total: Summary) -> list[Caution]:
    """Return the notes of calls; those on retired models as one where they are many."""
    retired = {note: calls for note, calls in total.notes.items() if is_retirement(note)}
    are_many = len(retired) > _MOST_RETIRED
    cautions = [
        _caution(
            RETIRED if note in retired else "call",
            f"{note} ({calls_text(calls)})",
            _has_note({note}),
        )
        for note, calls in sorted(total.notes.items())
        if not (are_many and note in retired)
    ]
    if are_many:
        keys = sorted(note.partition(": ")[0] for note in retired)
        text = (
            f"{calls_text(sum(retired.values()))} of {len(keys)} models that were retired then: "
            f"{first_names(keys)}"
        )
        cautions.append(_caution(RETIRED, text, _has_note(set(retired))))
    return cautions


def price_cautions(notes: Sequence[PriceNote], offers: Sequence[Offer]) -> list[Caution]:
    """Return what must be known of prices, about the groups whose calls are billed by them."""
    models: dict[str, set[tuple[str, str]]] = {}
    for offer in offers:
        models.setdefault(offer.key, set()).add((offer.provider, offer.model.id))
    return [
        Caution(text, _is_billed_by({model for key in keys for model in models.get(key, ())}))
        for text, keys in lines(notes)
    ]


def _is_billed_by(models: set[tuple[str, str]]) -> Callable[[Summary], bool]:
    return lambda group: not models.isdisjoint(group.models)


def _caution(code: str, text: str, applies: Callable[[Summary], bool]) -> Caution:
    return Caution(CodedText(code, text), applies)


def without_usage(group: Summary) -> int:
    """Return how many calls are in no cost because the log does not tell what they used."""
    return group.uncosted_calls - group.unpriced_calls


def calls_text(number: int) -> str:
    """Return a number of calls as text."""
    return "1 call" if number == 1 else f"{count(number)} calls"


def _lacks_price(reasons: set[str]) -> Callable[[Summary], bool]:
    return lambda group: any(reason in reasons for _, _, reason in group.unpriced)


def _has_place(places: frozenset[Place]) -> Callable[[Summary], bool]:
    return lambda group: not places.isdisjoint(group.unpriced)


def _has_note(notes: set[str]) -> Callable[[Summary], bool]:
    return lambda group: not notes.isdisjoint(group.notes)


def _has_price_note(note: str) -> Callable[[Summary], bool]:
    return lambda group: note in group.price_notes
