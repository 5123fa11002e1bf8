"""genai-prices: a Python module of literal calls, read as a syntax tree and never run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.literals import assigned_literal
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import Reader, Sheet, above, last_days, provider_name

NAME: Final = "genai-prices"
STATED: Final = "genai-prices (stated days)"
_MEMBER: Final = "genai_prices/data.py"
_FIELDS: Final = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_1h_mtok": "cache_write_1h",
    "web_searches_kcount": "search_1k",
    "storage_searches_kcount": "per_1k_storage_searches",
    "input_audio_mtok": "input_audio",
    "output_audio_mtok": "output_audio",
    "cache_audio_read_mtok": "cache_read_audio",
    "input_image_mtok": "input_image",
    "output_image_mtok": "output_image",
    "cache_image_read_mtok": "cache_read_image",
    "input_video_mtok": "input_video",
    "output_video_mtok": "output_video",
    "output_reasoning_mtok": "reasoning",
    "output_citation_mtok": "citation",
    "audio_hours": "per_hour_audio",
    "input_audio_hours": "per_hour_audio_in",
    "input_document_kpages": "per_1k_pages",
    "input_annotated_document_kpages": "per_1k_pages_annotated",
    "input_mchars": "input_per_1m_characters",
    "input_text_messages_kcount": "per_1k_input_text_messages",
    "requests_kcount": "per_1k_requests",
}
# What a variant is asked for -> the mode of the field.
_MODES: Final = {
    ("processing", "batch"): "batch_",
    ("service_tier", "priority"): "priority_",
    ("service_tier", "flex"): "flex_",
    ("service_tier", "fast"): "fast_",
    ("speed", "fast"): "fast_",
}
# Copies of the biller's own list.
_COPIES: Final = {
    "openrouter": ("openrouter-api (genai-prices)", "OR"),
    "huggingface": ("huggingface-api (genai-prices)", "HF"),
}


def recognises(package: Package) -> bool:
    """Whether this is the wheel or the source archive of genai-prices."""
    return bool(package.ending(_MEMBER))


def facts(package: Package) -> Iterator[Fact]:
    """Yield what holds on the day of the list, and every row with a day that the list states."""
    (member,) = package.ending(_MEMBER)
    try:
        providers = assigned_literal(package.text(member), "providers")
    except (ValueError, SyntaxError, RecursionError) as error:
        raise package.error(member, f"not a list of literal calls: {error}") from error
    for provider in providers:
        called = str(provider["id"])
        if called.endswith("-decisions"):
            continue
        name, family = _COPIES.get(called.partition("_")[0], (NAME, "G"))
        sheet = Sheet(name, family, package.day)
        for model in provider["models"]:
            _add_model(sheet, _billed_by(called), str(model["id"]), model)
        yield from (fact._replace(family=family) for fact in sheet.facts)


def _billed_by(called: str) -> str:
    router, separator, host = called.partition("_")
    return f"{router}/{provider_name(host)}" if separator else provider_name(called)


def _add_model(sheet: Sheet, provider: str, model: str, entry: Mapping[str, Any]) -> None:
    _add_rows(sheet, provider, model, "", _rows(entry.get("prices")))
    variants: dict[str, list[tuple[str | None, Any]]] = {}
    for variant in entry.get("price_variants", ()):
        ((key, value),) = variant["when"].items()
        if mode := _MODES.get((key, value)):
            start = (variant.get("constraint") or {}).get("start_date")
            variants.setdefault(mode, []).append((start, variant["prices"]))
    for mode, rows in variants.items():
        _add_rows(sheet, provider, model, mode, rows)


def _rows(prices: Any) -> list[tuple[str | None, Any]]:
    """Return rows of (start day, prices); hours of the day are left to the other lists."""
    if isinstance(prices, dict):
        return [(None, prices)]
    rows = [(row.get("constraint") or {}, row["prices"]) for row in prices or ()]
    return [(limit.get("start_date"), row) for limit, row in rows if "start_time" not in limit]


def _add_rows(
    sheet: Sheet, provider: str, model: str, mode: str, rows: list[tuple[str | None, Any]]
) -> None:
    stated = sorted((start, row) for start, row in rows if start is not None)
    for (start, row), last in zip(stated, last_days(day for day, _ in stated), strict=True):
        _add(sheet, provider, model, mode, row, first=start, last=last, name=STATED)
    in_force = [row for start, row in stated if start <= sheet.day]
    in_force = in_force or [row for start, row in rows if start is None]
    if in_force:
        _add(sheet, provider, model, mode, in_force[-1])


def _add(
    sheet: Sheet, provider: str, model: str, mode: str, rates: Mapping[str, Any], **days: Any
) -> None:
    for key, value in rates.items():
        field = _FIELDS.get(key)
        if key == "cache_write_mtok":
            field = "cache_write_5m" if "claude" in model else "cache_write"
        if field is None:
            continue
        bands = [(Decimal(0), value)]
        if isinstance(value, dict):
            bands = [(Decimal(0), value["base"])]
            bands += [(Decimal(tier["start"]), tier["price"]) for tier in value["tiers"]]
        for start, price in bands:
            name = above(f"{mode}{field}", start) if start else f"{mode}{field}"
            sheet.add(provider, model, name, price, **days)


READER: Final = Reader(recognises, facts)
