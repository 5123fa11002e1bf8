"""pi-ai: models.dev, OpenRouter and gateways as an npm package holds them, a file a provider."""

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

NAME: Final = "pi-ai"
ROUTER: Final = "openrouter-api"
_FOLDER: Final = "package/dist/providers/data/"
_FIELDS: Final = {"input": "input", "output": "output", "cacheRead": "cache_read"}


def recognises(package: Package) -> bool:
    """Whether this is the npm archive of pi-ai."""
    return package.name.endswith("/pi-ai") and f"{_FOLDER}.manifest.json" in package.members


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a model and field, as of the day on which the package was made."""
    stamp = package.json(f"{_FOLDER}.manifest.json").get("generatedAt")
    sheet = Sheet(NAME, "M", stamp[:10] if isinstance(stamp, str) else package.day)
    for member in package.ending(".json"):
        if member.startswith(_FOLDER) and not member.endswith(".manifest.json"):
            for models in package.json(member).values():
                for model in models.values():
                    _add_model(sheet, model)
    yield from sheet.facts


def _add_model(sheet: Sheet, model: Mapping[str, Any]) -> None:
    called, cost = model.get("provider"), model.get("cost")
    if not isinstance(called, str) or not isinstance(cost, dict):
        return
    provider = provider_name(called)
    free = not number(cost.get("input")) and not number(cost.get("output"))
    if is_plan(called) or called == "radius" or (free and provider != "openrouter"):
        return
    _add(sheet, provider, str(model["id"]), cost, "")
    for tier in cost.get("tiers", ()):
        _add(sheet, provider, str(model["id"]), tier, above("", tier.get("inputTokensAbove")))


def _add(sheet: Sheet, provider: str, model: str, cost: Mapping[str, Any], band: str) -> None:
    name = ROUTER if provider == "openrouter" else NAME
    for key, field in (*_FIELDS.items(), ("cacheWrite", cache_write(model))):
        value = number(cost.get(key))
        if value or (value is not None and key in ("input", "output")):
            sheet.add(provider, model, f"{field}{band}", value, name=name)


READER: Final = Reader(recognises, facts)
