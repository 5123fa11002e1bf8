"""model-prices: models.dev by its history, corrected from documents; each row has a basis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import (
    Reader,
    Sheet,
    above,
    cache_write,
    last_days,
    number,
    provider_name,
)

NAME: Final = "model-prices"
STATED: Final = "model-prices (documented days)"
_MEMBER: Final = "model_prices/snapshot.json"
_FIELDS: Final = {"input": "input", "output": "output", "cache_read": "cache_read"}
# OpenAI calls "fast" what the table calls priority.
_MODES: Final = {"standard": "", "batch": "batch_", "flex": "flex_", "ultrafast": "ultrafast_"}


def recognises(package: Package) -> bool:
    """Whether this is the wheel of model-prices."""
    return _MEMBER in package.members


def facts(package: Package) -> Iterator[Fact]:
    """Yield every row with the days of its commits, and those with a document as their basis."""
    data = package.json(_MEMBER)
    sheet = Sheet(NAME, "M", str(data.get("updated_at", package.day))[:10])
    for called, models in data["prices"].items():
        for model, modes in models.items():
            for mode, rows in modes.items():
                prefix = _MODES.get(mode, f"{mode}_")
                _add_rows(sheet, provider_name(called), model, prefix, rows)
    yield from sheet.facts


def _add_rows(
    sheet: Sheet, provider: str, model: str, prefix: str, rows: list[Mapping[str, Any]]
) -> None:
    """Add the spans of each field: a row that only repeats a value goes on with its span."""
    spans: dict[str, list[tuple[str, Decimal | None, bool]]] = {}
    for row in rows:
        rates = row.get("rates") or {}
        day = str(row.get("start") or rates.get("valid_from") or sheet.day)[:10]
        documented = rates.get("valid_from_basis") == "documented"
        values = dict(_values(model, rates))
        for field in (*values, *(field for field in spans if field not in values)):
            span = spans.setdefault(field, [])
            if not span or span[-1][1] != values.get(field):
                span.append((day, values.get(field), documented))
    for field, span in spans.items():
        lasts = last_days(day for day, *_ in span)
        for (day, value, documented), last in zip(span, lasts, strict=True):
            name, family = (STATED, "D") if documented else (NAME, "M")
            sheet.add(
                provider,
                model,
                f"{prefix}{field}",
                value,
                name=name,
                family=family,
                first=day,
                last=last,
            )


def _values(model: str, rates: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """Yield fields and values of a row, base and bands."""
    multiple = number(rates.get("cache_write_1h_multiple"))
    for band, values in _bands(rates):
        for key, field in (*_FIELDS.items(), ("cache_write", cache_write(model))):
            value = number(values.get(key))
            if value or (value is not None and key in ("input", "output")):
                yield f"{field}{band}", value
        base = number(values.get("input"))
        if "claude" in model and multiple and base:
            yield f"cache_write_1h{band}", base * multiple


def _bands(rates: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "", rates
    for tier in rates.get("tiers", ()):
        yield above("", tier["above"]), tier


READER: Final = Reader(recognises, facts)
