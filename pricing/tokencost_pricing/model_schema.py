"""The shape of one model in the price files: its rows, modes and fees."""

from __future__ import annotations

from typing import Final

from tokencost_pricing.modes import MODES
from tokencost_pricing.shapes import (
    COUNT,
    DAY,
    FLAG,
    MOMENT,
    MONEY,
    REGEX,
    TEXT,
    Either,
    ListOf,
    MapOf,
    Named,
    OneOf,
    Record,
)
from tokencost_pricing.units import FEE_UNITS, RATE_NAMES

_BASES: Final = ("documented", "release", "catalogue", "bracketed", "recalled", "list", "unknown")
_KINDS: Final = (
    "chat",
    "embedding",
    "rerank",
    "audio",
    "image",
    "video",
    "realtime",
    "transcription",
    "speech",
    "ocr",
    "moderation",
)
# How much a search brings into the context; with "pro_" a search of several steps.
_CONTEXTS: Final = ("low", "medium", "high", "pro_low", "pro_medium", "pro_high")

RATES = Named("rates", MapOf(MONEY, keys=RATE_NAMES))
TIER = Named(
    "tier",
    Record(
        {"from_prompt_tokens": COUNT, "scope": OneOf("whole_request"), "rates": RATES},
        required=("from_prompt_tokens", "scope", "rates"),
    ),
)
PRICE = Named(
    "price",
    Record(
        {
            "from": MOMENT,
            "not_before": DAY,
            "seen": DAY,  # when a list first had it, where the beginning is not known
            "basis": OneOf(*_BASES),
            "note": TEXT,
            "source": TEXT,
            "checked": DAY,
            "announced": FLAG,
            "corrected": TEXT,  # what the row said before, and why that was wrong
            "rates": RATES,
            "regions": MapOf(RATES),  # rates of regions that differ by no common factor
            "range": Record({"low": RATES, "high": RATES}, required=("low", "high")),
            "tiers": ListOf(TIER, at_least=1),
            "schedule": TEXT,
        },
        required=("basis", "rates"),
    ),
)
_FEE_FIELDS = {
    "price": MONEY,
    "per": COUNT,
    "by_search_context": MapOf(MONEY, keys=_CONTEXTS),
    "by_size_quality": MapOf(MONEY),  # "QUALITY SIZE", "SIZE" or "QUALITY"
    "default": TEXT,  # which of these holds where a request states none
    "minimum": COUNT,  # a call that has any pays for at least as many
    "counts": OneOf("prompts"),
    "free": Record(
        {"count": COUNT, "period": OneOf("day", "month"), "shared_by": TEXT},
        required=("count", "period"),
    ),
    "caution": TEXT,
    "note": TEXT,
    "basis": OneOf(*_BASES),
    "source": TEXT,
    "checked": DAY,
}
FEE = Named("fee", Record(_FEE_FIELDS, required=("price", "per")))
MODE = Named(
    "mode",
    Record(
        {
            "from": MOMENT,
            "ended": FLAG,
            "same_as": OneOf(*MODES),
            "multiply": MONEY,
            "only": ListOf(OneOf(*RATE_NAMES), at_least=1),
            "rates": RATES,
            "tiers": ListOf(TIER, at_least=1),
            "max_prompt_tokens": COUNT,
            "above_limit": OneOf("standard", "unpriced"),
            "excludes": ListOf(OneOf(*MODES), at_least=1),
            "fees": MapOf(FEE, keys=FEE_UNITS),  # in place of the standard ones
            "unverified": TEXT,
            "note": TEXT,
        }
    ),
)
MODE_MAP = MapOf(ListOf(MODE, at_least=1), keys=MODES)
DATED_FEE = Named(
    "dated_fee", Record({**_FEE_FIELDS, "from": MOMENT, "ended": FLAG, "unpriced": TEXT})
)
FEES = MapOf(Either(list, ListOf(DATED_FEE, at_least=1), FEE), keys=FEE_UNITS)
_ALIASES = Record(
    {"exact": ListOf(TEXT), "prefix": ListOf(TEXT), "regex": ListOf(REGEX)},
)
_MINIMUM = Record({"from": MOMENT, "tokens": COUNT}, required=("tokens",))
MODEL = Record(
    {
        "aliases": _ALIASES,
        "known_as": ListOf(TEXT),
        "tokenizer": TEXT,
        "tokenizer_unverified": FLAG,
        "thinks": FLAG,
        "kind": OneOf(*_KINDS),
        "limits": Record({"context": COUNT, "input": COUNT, "output": COUNT}),
        "released": DAY,
        "retires": DAY,
        "status": OneOf("deprecated", "removed", "retired"),
        "replacement": TEXT,  # the model that its maker names to follow it
        "redirect": Record(
            {
                "to": TEXT,
                "from": MOMENT,
                "ended": MOMENT,
                "as_mode": FLAG,  # the name stands for a mode of the other model
                "unverified": FLAG,
            },
            required=("to", "from"),
        ),
        "cache": Record(
            {
                "profile": TEXT,
                "also": ListOf(TEXT, at_least=1),
                "min_tokens": Either(list, ListOf(_MINIMUM, at_least=1), COUNT),
                "note": TEXT,
            }
        ),
        "modifiers": ListOf(TEXT),
        "free": FLAG,
        "any_name": FLAG,  # stands for every name of its provider, by the name that was asked
        "inherits": Record({"model": TEXT, "multiply": MONEY}, required=("model",)),
        "prices": ListOf(PRICE, at_least=1),
        "modes": MODE_MAP,
        "fees": FEES,
        "note": TEXT,
        "unverified": TEXT,
        "sources": ListOf(TEXT),
        "lists": ListOf(TEXT, at_least=1),  # families of lists that hold the newest price
        "sources_disagree": MapOf(RATES),
    }
)
