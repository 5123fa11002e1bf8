"""What a prompt of text can state about models that are not for chat, and what it cannot.

An embedding has no answer; speech by the character costs what its text costs; what is billed for
audio, images, videos or pages has no price until these are there.
"""

from __future__ import annotations

from typing import Final

from tokencost_pricing.card_rates import card
from tokencost_pricing.fee_words import fee_words
from tokencost_pricing.money import plain
from tokencost_pricing.offer import Offer
from tokencost_pricing.rate_card import Card, has_fee
from tokencost_pricing.terms import Terms
from tokencost_pricing.units import MEASURED_UNITS, UNITS
from tokencost_profiles.calls.content import Text
from tokencost_profiles.tokens.prompt import Prompt

CHARACTERS: Final = "input_characters"
# What such a model is billed for, beside a text or in place of it.
_NEEDS: Final = {
    "transcription": "needs audio, which a prompt of text does not hold",
    "speech": "billed for the audio that it speaks, whose length is not known",
    "image": "billed for the images that it makes, which a prompt does not state",
    "video": "billed for the seconds of video that it makes, which a prompt does not state",
    "ocr": "needs the pages of a document, which a prompt of text does not hold",
    "rerank": "billed by the search, with its documents, which a prompt does not hold",
    "realtime": "billed for a conversation by its length, which a prompt does not state",
}
_TEXT_ONLY: Final = frozenset({"realtime", "audio"})
_TEXT_ALONE: Final = "text in and text out alone are priced: audio is billed apart"


def characters(offer: Offer, terms: Terms, prompt: Prompt | None) -> int | None:
    """Return the characters of a prompt, where the model is billed by these; else None."""
    if prompt is None or offer.model.kind != "speech":
        return None
    rates = card(offer, terms, 0)
    if rates.rates or not has_fee(rates, CHARACTERS):
        return None
    if prompt.source is not None:
        with prompt.source.open() as file:
            return len(file.read().decode("utf-8", "replace"))
    blocks = (block for _, block in prompt.request.blocks())
    return sum(len(block.text) for block in blocks if isinstance(block, Text))


def unstated(offer: Offer, terms: Terms) -> str | None:
    """Return what a price needs that no prompt of text states, or None where it needs no more."""
    kind = offer.model.kind
    if kind not in _NEEDS:
        return None
    rates = card(offer, terms, 0)
    if rates.unpriced is not None:
        return None
    if kind in ("rerank", "realtime") and rates.rates:
        return None
    measured = [name for name in rates.fees if name in MEASURED_UNITS and has_fee(rates, name)]
    prices = ", ".join([fee_words(name, rates.fees[name]) for name in measured] or _media(rates))
    return _NEEDS[kind] + (f" ({prices})" if prices else "")


def text_note(offer: Offer) -> str | None:
    """Return what an estimate of a model that hears and speaks leaves out."""
    return _TEXT_ALONE if offer.model.kind in _TEXT_ONLY else None


def _media(rates: Card) -> list[str]:
    """Return the rates of audio, images and video, in words."""
    return [
        f"${plain(rate)} per 1M tokens of {UNITS[name].noun}"
        for name, rate in rates.rates.items()
        if name in UNITS and name.partition("_")[2] in ("audio", "image", "video")
    ]
