"""rates: a merge of models.dev, litellm and others that says which source each value is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import (
    BILLERS,
    Reader,
    Sheet,
    above,
    cache_write,
    is_plan,
    number,
    provider_name,
)

NAME: Final = "rates"
_MEMBER: Final = "rates/ai/ledger-ai.json.gz"
_FIELDS: Final = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_1h_mtok": "cache_write_1h",
    "reasoning_mtok": "reasoning",
    "input_audio_mtok": "input_audio",
    "output_audio_mtok": "output_audio",
    "cache_audio_read_mtok": "cache_read_audio",
}
# The sources in the order in which it trusts them, and their families: a copy is no new witness.
_SOURCES: Final = {
    "models_dev": "M",
    "litellm": "L",
    "genai_prices": "G",
    "openrouter": "OR",
}


def recognises(package: Package) -> bool:
    """Whether this is the wheel of rates."""
    return _MEMBER in package.members


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a model and field, of the family that the value was taken from."""
    data = package.json(_MEMBER)
    sheet = Sheet(NAME, "M", str(data.get("snapshot_date", package.day)))
    for model in data["models"]:
        called, price = str(model["provider"]), model.get("price") or {}
        free = not number(price.get("input_mtok")) and not number(price.get("output_mtok"))
        if is_plan(called) or free or price.get("currency") != "USD":
            continue
        families = _families(provider_name(called), model)
        _add(sheet, model, price, "", families)
        for tier in model.get("price_tiers", ()):
            if "over" in tier["when"]:
                _add(sheet, model, tier["price"], above("", tier["when"]["over"]), families)
    yield from sheet.facts


def _families(provider: str, model: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the family of each field; '' stands for the fields that nobody disputes."""
    first = next((source for source in _SOURCES if source in model["sources"]), "models_dev")
    chosen = {"": first}
    for dispute in model.get("price_discrepancies", ()):
        chosen[dispute["field"]] = dispute["chosen_source"]
    return {
        field: BILLERS.get(provider, _SOURCES.get(source, "M")) for field, source in chosen.items()
    }


def _add(
    sheet: Sheet,
    model: Mapping[str, Any],
    price: Mapping[str, Any],
    band: str,
    families: Mapping[str, str],
) -> None:
    provider, name = provider_name(str(model["provider"])), str(model["id"])
    for key, field in (*_FIELDS.items(), ("cache_write_mtok", cache_write(name))):
        family = families.get(key, families[""])
        sheet.add(provider, name, f"{field}{band}", price.get(key), family=family)


READER: Final = Reader(recognises, facts)
