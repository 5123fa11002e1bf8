"""models.dev: its api.json, a provider a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import (
    Reader,
    Sheet,
    above,
    cache_write,
    is_plan,
    number,
    provider_name,
)

NAME: Final = "models.dev"
_FIELDS: Final = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "reasoning": "reasoning",
    "input_audio": "input_audio",
    "output_audio": "output_audio",
}


def recognises(package: Package) -> bool:
    """Whether this is a JSON object of providers that have models with a cost."""
    only = package.only
    return (
        isinstance(only, dict)
        and bool(only)
        and all(
            isinstance(provider, dict) and isinstance(provider.get("models"), dict)
            for provider in only.values()
        )
    )


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a model and field, as of the day of the file."""
    sheet = Sheet(NAME, "M", package.day)
    for called, provider in package.only.items():
        if not is_plan(called):
            for model, entry in provider["models"].items():
                if isinstance(entry, dict) and isinstance(entry.get("cost"), dict):
                    _add_model(sheet, provider_name(called), model, entry["cost"])
    yield from sheet.facts


def _add_model(sheet: Sheet, provider: str, model: str, cost: Mapping[str, Any]) -> None:
    if not number(cost.get("input")) and not number(cost.get("output")):
        return  # a plan, or a model of which it has no price
    _add(sheet, provider, model, cost, "")
    bands = {200_000: cost.get("context_over_200k")}
    for tier in cost.get("tiers") or ():
        size = number((tier.get("tier") or {}).get("size"))
        if size:
            bands[int(size)] = tier
    for tokens, rates in bands.items():
        if isinstance(rates, dict):
            _add(sheet, provider, model, rates, above("", tokens))


def _add(sheet: Sheet, provider: str, model: str, cost: Mapping[str, Any], band: str) -> None:
    for key, field in (*_FIELDS.items(), ("cache_write", cache_write(model))):
        sheet.add(provider, model, f"{field}{band}", cost.get(key))


READER: Final = Reader(recognises, facts)
