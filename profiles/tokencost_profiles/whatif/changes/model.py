"""All calls on another model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tokencost_profiles.whatif.change import Change, Flag, Idea, Step
from tokencost_profiles.whatif.parse_numbers import text

if TYPE_CHECKING:
    from tokencost_pricing.offer import Offer
    from tokencost_profiles.whatif.call_set import CallSet
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_TRIED: Final = 4  # other models


def _apply(model: str, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_profiles.whatif.other_model import on_model

    return [on_model(portion, model, state) for portion in portions]


def _ideas(calls: CallSet, models: Models) -> Iterator[Idea]:
    for offer in _cheaper(calls, models):
        yield Idea(offer.key, offer.key, "an evaluation on your own cases", "answers may be worse")


def _cheaper(calls: CallSet, models: Models) -> list[Offer]:
    """Return models of the same providers that list lower prices and hold the same prompts."""
    used = {
        offer.key: offer
        for entry in calls.entries
        if (offer := models.offer(entry.call)) is not None
    }
    providers = {offer.provider for offer in used.values()}
    dearest = max((_listed(offer, models) or 0.0 for offer in used.values()), default=0.0)
    longest = max((entry.prompt for entry in calls.entries), default=0)
    offers: list[tuple[str, float, Offer]] = []
    for provider in sorted(providers):
        for model in models.table.models(provider):
            if model.kind != "chat" or model.status:
                continue
            offer = models.table.find(model.id, provider)
            listed = _listed(offer, models)
            fits = (model.context_window or 0) >= longest
            if offer.key not in used and listed is not None and fits and listed < dearest:
                offers.append((str(model.released or ""), listed, offer))
    newest = sorted(offers, key=lambda item: item[0], reverse=True)[: 3 * _TRIED]
    return [offer for _, _, offer in sorted(newest, key=lambda item: item[1])[:_TRIED]]


def _listed(offer: Offer, models: Models) -> float | None:
    """Return one number for the price of a model: input and a quarter as much output."""
    price = offer.model.price_on(models.now)
    if price is None or not {"input", "output"} <= price.rates.keys():
        return None
    return float(price.rates["input"]) + float(price.rates["output"]) / 4


CHANGE = Change(
    key="model",
    order=10,
    step=Step.MODEL,
    title="model",
    explanation=(
        "text is counted again with the model's tokenizer and request overhead; where a log "
        "holds no text, tokens are scaled: by calls of the same log that have text, else by a "
        "usual text, and the report says so. Reasoning is left out where the model does not think"
    ),
    example="gpt-6-luna",
    flag=Flag(
        help="All calls on this model, counted again with its own tokenizer. Repeatable.",
        metavar="NAME",
        repeatable=True,
        short="-m",
        completes="models",
    ),
    parse=text,
    apply=_apply,
    ideas=_ideas,
    excludes=("route", "cascade"),
    takes_any_term=True,
    names_itself=True,
)
