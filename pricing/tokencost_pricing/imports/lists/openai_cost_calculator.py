"""openai-cost-calculator: makers' pages and the price list of a cloud, a file a provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import (
    THOUSAND,
    Reader,
    Sheet,
    above,
    cache_write,
    number,
    provider_name,
)

NAME: Final = "openai-cost-calculator"
ROUTER: Final = "openrouter-api (openai-cost-calculator)"
_FOLDER: Final = "openai_cost_calculator/data/pricing/"
_FIELDS: Final = {
    "input": "input",
    "output": "output",
    "cached_input": "cache_read",
    "cache_write_1h": "cache_write_1h",
    "web_search": "search_1k",
    "input_audio": "input_audio",
    "output_audio": "output_audio",
    "cached_input_audio": "cache_read_audio",
    "input_image": "input_image",
    "output_image": "output_image",
    "reasoning": "reasoning",
}


def recognises(package: Package) -> bool:
    """Whether this is the wheel of openai-cost-calculator."""
    return f"{_FOLDER}openai.json" in package.members


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a model, region, mode and band, as of the day of its page."""
    for member in package.ending(".json"):
        if not member.startswith(_FOLDER):
            continue
        data = package.json(member)
        provider = provider_name(str(data["provider"]))
        name, family = (ROUTER, "OR") if provider == "openrouter" else (NAME, "O")
        sheet = Sheet(name, family, str(data.get("verified_at") or package.day))
        for model in data["models"]:
            # Rows carried over from an older file of the project: nobody's page states them.
            if model.get("status") != "unverified":
                for row in model["prices"]:
                    _add(sheet, provider, str(model["id"]), row)
        yield from sheet.facts


def _add(sheet: Sheet, provider: str, model: str, row: Mapping[str, Any]) -> None:
    conditions = row.get("conditions") or {}
    mode = f"{conditions['service_tier']}_" if "service_tier" in conditions else ""
    if conditions.get("period") == "peak":
        mode = "peak_"
    region = f"@{conditions['region']}" if "region" in conditions else ""
    band = _band(row.get("min_input_tokens"))
    for key, field in (*_FIELDS.items(), ("cache_write", cache_write(model))):
        value = number(row["rates"].get(key))
        if key == "cache_write" and not value:
            continue
        sheet.add(
            provider,
            model,
            f"{mode}{field}{band}{region}",
            value,
            times=THOUSAND if key == "web_search" else Decimal(1),
            first=row.get("effective_from"),
            last=_day_before(row.get("effective_until")),
        )


def _band(first: object) -> str:
    """It names the first token of a band; a round number is the last one below."""
    tokens = int(number(first) or 0)
    return above("", tokens - (tokens % 1000 == 1)) if tokens else ""


def _day_before(until: object) -> str | None:
    if not isinstance(until, str):
        return None
    return str(date.fromisoformat(until[:10]) - timedelta(days=1))


READER: Final = Reader(recognises, facts)
