"""OpenRouter's list of models, as its API gives it: `{"data": [{"id", "pricing"}]}`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import MILLION, THOUSAND, Reader, Sheet, cache_write, number

NAME: Final = "openrouter-api"
_FIELDS: Final[dict[str, tuple[str, Decimal]]] = {
    "prompt": ("input", MILLION),
    "completion": ("output", MILLION),
    "input_cache_read": ("cache_read", MILLION),
    "internal_reasoning": ("reasoning", MILLION),
    "audio": ("input_audio", MILLION),
    "web_search": ("search_1k", THOUSAND),
    "request": ("per_request", Decimal(1)),
    "image": ("per_image_in", Decimal(1)),
}
_OPTIONAL: Final = {"internal_reasoning", "web_search", "request", "image", "audio"}
_ANY_PRICE: Final = Decimal(-1)  # what a router such as `openrouter/auto` states


def recognises(package: Package) -> bool:
    """Whether this is a JSON object whose `data` are models with `pricing`."""
    only = package.only
    rows: Any = only.get("data") if isinstance(only, dict) else None
    return (
        isinstance(rows, list)
        and bool(rows)
        and all(isinstance(row, dict) and "pricing" in row and "id" in row for row in rows)
    )


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a model and field, as of the day of the file."""
    sheet = Sheet(NAME, "OR", package.day)
    for row in package.only["data"]:
        model, pricing = str(row["id"]), row["pricing"]
        if not isinstance(pricing, dict) or number(pricing.get("prompt")) == _ANY_PRICE:
            continue
        keys = {**_FIELDS, "input_cache_write": (cache_write(model), MILLION)}
        for key, (field, times) in keys.items():
            value = number(pricing.get(key))
            if value or (value is not None and key not in _OPTIONAL):
                sheet.add("openrouter", model, field, value, times=times)
    yield from sheet.facts


READER: Final = Reader(recognises, facts)
