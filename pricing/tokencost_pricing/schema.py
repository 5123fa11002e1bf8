"""The shape of the price files, and the JSON Schema that editors use for them."""

from __future__ import annotations

from typing import Any, Final

from tokencost_pricing.model_schema import (
    DATED_FEE,
    FEE,
    FEES,
    MODE,
    MODE_MAP,
    MODEL,
    PRICE,
    RATES,
    TIER,
)
from tokencost_pricing.shapes import (
    COUNT,
    DAY,
    FLAG,
    MOMENT,
    MONEY,
    OFFSET,
    REGEX,
    TEXT,
    WINDOW,
    Either,
    ListOf,
    MapOf,
    OneOf,
    Record,
)
from tokencost_pricing.units import CACHE_WRITE_UNITS
from tokencost_pricing.yaml_loader import Document

# 1: the first.
SCHEMA_VERSION: Final = 1

# A maker; a host of models of others; a router, which passes calls on to hosts; the user's machine.
_ROLES: Final = ("maker", "host", "router", "local")
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CONDITION = Either(
    list,
    ListOf(TEXT, at_least=1),
    Record({"not": ListOf(TEXT, at_least=1)}, required=("not",)),
)
_MODIFIER = Record(
    {
        "when": MapOf(_CONDITION),
        "multiply": MONEY,
        "from": MOMENT,
        "applies_to": OneOf("tokens"),
        "unverified": FLAG,
        "note": TEXT,
    },
    required=("when", "multiply"),
)
_SCHEDULE = Record(
    {
        "windows_utc": ListOf(WINDOW, at_least=1),
        "days": ListOf(OneOf(*_DAYS), at_least=1),
        "except_calendar": TEXT,
        "decided_by": OneOf("start", "completion"),
        "multiply": MONEY,
        "note": TEXT,
    },
    required=("windows_utc", "multiply", "decided_by"),
)
_CACHE = Record(
    {
        "kind": OneOf("automatic", "breakpoints", "object", "none"),
        "from": MOMENT,
        "until": MOMENT,
        "min_tokens": COUNT,
        "increment": COUNT,
        "writes": MapOf(COUNT, keys=CACHE_WRITE_UNITS),
        "default_write": OneOf(*CACHE_WRITE_UNITS),
        "reads": OneOf("cache_read", "cache_read_explicit"),
        "idle_seconds": COUNT,
        "max_seconds": COUNT,
        "refresh_on_hit": FLAG,
        "max_breakpoints": COUNT,
        "lookback_blocks": COUNT,
        "lookback_breakpoints": COUNT,
        "best_effort": FLAG,
        "unverified": FLAG,
        "note": TEXT,
    },
    required=("kind",),
)
_INHERIT = Record(
    {
        "provider": TEXT,
        "match": REGEX,
        "multiply": MONEY,
        "modifiers": ListOf(TEXT),
        "modes": MODE_MAP,
        "fees": FEES,
        "note": TEXT,
    },
    required=("provider", "match"),
)
_PROVIDER_FIELDS = {
    "schema": COUNT,
    "provider": TEXT,
    "name": TEXT,
    "role": OneOf(*_ROLES),
    "also_called": ListOf(TEXT),
    "prefixes": ListOf(
        Either(str, TEXT, Record({"prefix": TEXT, "set": MapOf(TEXT)}, required=("prefix", "set")))
    ),
    "prefix_regex": ListOf(REGEX),
    # Names that no other provider uses: they mean this host where nothing says who bills.
    "own_names": ListOf(REGEX),
    # Names of weights that look like a maker's prefix and id (`google/gemma-.*`): of many hosts.
    "open_weights": ListOf(REGEX),
    # Ends of names that ask for a model in another way (`:nitro`): its price, times a factor.
    "variants": MapOf(Record({"multiply": MONEY, "note": TEXT})),
    # Beginnings of names that are sold by the month (`chatgpt/`): they have no price a token.
    "subscriptions": ListOf(TEXT),
    # From when on it bills by the token, and what it billed before.
    "billed_from": Record({"day": DAY, "before": TEXT}, required=("day", "before")),
    "currency": OneOf("USD"),
    "unit": OneOf("per_1m_tokens"),
    "checked": DAY,
    "note": TEXT,
    "usage": Record({"cached_in_input": FLAG, "reasoning_in_output": FLAG, "note": TEXT}),
    "tier_basis": ListOf(OneOf("input", "cache_read", "cache_write"), at_least=1),
    "tier_note": TEXT,
    "cache": MapOf(Either(list, ListOf(_CACHE, at_least=1), _CACHE)),
    "modifiers": MapOf(_MODIFIER),
    "schedules": MapOf(_SCHEDULE),
    "fees": FEES,
    "floating": MapOf(ListOf(Record({"to": TEXT, "from": MOMENT}, required=("to",)), at_least=1)),
    "inherits": ListOf(_INHERIT),
    "models": MapOf(MODEL),
}
PROVIDER_FILE: Final = Record(
    _PROVIDER_FIELDS,
    required=("schema", "provider", "name", "role", "currency", "unit", "checked", "models"),
)
LIST_FILE: Final = Record(
    {"schema": COUNT, "provider": TEXT, "checked": DAY, "note": TEXT, "models": MapOf(MODEL)},
    required=("schema", "provider", "checked", "models"),
)
_NAMED = (RATES, TIER, PRICE, MODE, FEE, DATED_FEE)
_MATCH = Record({"provider": TEXT, "model": TEXT})
OVERLAY_FILE: Final = Record(
    {
        **_PROVIDER_FIELDS,
        "overlay": COUNT,
        "label": TEXT,
        "discounts": ListOf(
            Record(
                {
                    "match": _MATCH,
                    "multiply": MONEY,
                    "from": MOMENT,
                    "until": MOMENT,
                    "note": TEXT,
                },
                required=("match", "multiply"),
            )
        ),
        "self_hosted": MapOf(
            Record(
                {
                    "gpu": Record({"count": COUNT, "hourly": MONEY}, required=("count", "hourly")),
                    "throughput": Record(
                        {"input_tokens_per_s": COUNT, "output_tokens_per_s": COUNT},
                        required=("input_tokens_per_s", "output_tokens_per_s"),
                    ),
                    "utilisation": MONEY,
                    "overhead": MONEY,
                    "tokenizer": TEXT,
                    "limits": Record({"context": COUNT, "input": COUNT, "output": COUNT}),
                    "note": TEXT,
                },
                required=("gpu", "throughput", "utilisation"),
            )
        ),
    },
    required=("overlay",),
)
TABLE_FILE: Final = Record({"schema": COUNT, "note": TEXT}, required=("schema",))
FAMILIES_FILE: Final = Record(
    {
        "schema": COUNT,
        "before": REGEX,
        "tokenizers": ListOf(
            Record({"tokenizer": TEXT, "names": REGEX}, required=("tokenizer", "names"))
        ),
        "thinking": ListOf(Record({"thinks": FLAG, "names": REGEX}, required=("thinks", "names"))),
    },
    required=("schema",),
)
CALENDAR_FILE: Final = Record(
    {
        "calendar": TEXT,
        "note": TEXT,
        "utc_offset": OFFSET,
        "valid_from": DAY,
        "valid_until": DAY,
        "days": ListOf(DAY, at_least=1),
    },
    required=("calendar", "utc_offset", "valid_until", "days"),
)


def check_version(document: Document, key: str) -> None:
    """Refuse a file written for another version of the schema."""
    version = document.data.get(key) if isinstance(document.data, dict) else None
    if version is not None and version != SCHEMA_VERSION:
        raise document.error(
            (key,), f"this tokencost reads schema {SCHEMA_VERSION}, the file says {version!r}"
        )


def editor_schema() -> dict[str, Any]:
    """Return the JSON Schema of a provider file, for `# yaml-language-server: $schema=`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tokencost price file",
        "description": "Dated prices of one provider. Written by scripts/make_schema.py.",
        **PROVIDER_FILE.json_schema(),
        "$defs": {shape.name: shape.definition() for shape in _NAMED},
    }
