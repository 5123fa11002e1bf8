"""litellm's JSON, from its wheel or as a file: one key a model, one field a meter and mode."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import (
    MILLION,
    MINUTE,
    THOUSAND,
    Reader,
    Sheet,
    above,
    is_plan,
    provider_name,
)

NAME: Final = "litellm"
_MEMBER: Final = "model_prices_and_context_window_backup.json"
_FIELD: Final = re.compile(
    r"(?P<kind>.+?)(?P<bands>(?:_above_(?:\d+k_tokens|1hr|12hr))*)"
    r"(?:_(?P<mode>batches|flex|priority|ultrafast|balanced|decisions))?"
)
_BAND: Final = re.compile(r"_above_(\d+k_tokens|1hr|12hr)")
# Kind of rate -> field and what turns dollars a unit into dollars of the field.
_KINDS: Final[dict[str, tuple[str, Decimal]]] = {
    "input_cost_per_token": ("input", MILLION),
    "output_cost_per_token": ("output", MILLION),
    "cache_read_input_token_cost": ("cache_read", MILLION),
    "cache_creation_input_token_cost": ("cache_write", MILLION),
    "input_cost_per_audio_token": ("input_audio", MILLION),
    "output_cost_per_audio_token": ("output_audio", MILLION),
    "cache_read_input_audio_token_cost": ("cache_read_audio", MILLION),
    "cache_creation_input_audio_token_cost": ("cache_write_audio", MILLION),
    "input_cost_per_image_token": ("input_image", MILLION),
    "output_cost_per_image_token": ("output_image", MILLION),
    "cache_read_input_image_token_cost": ("cache_read_image", MILLION),
    "input_cost_per_video_token": ("input_video", MILLION),
    "output_cost_per_video_token": ("output_video", MILLION),
    "output_cost_per_reasoning_token": ("reasoning", MILLION),
    "citation_cost_per_token": ("citation", MILLION),
    "input_cost_per_character": ("input_per_1m_characters", MILLION),
    "output_cost_per_character": ("output_per_1m_characters", MILLION),
    "input_cost_per_image": ("per_image_in", Decimal(1)),
    "output_cost_per_image": ("per_image", Decimal(1)),
    "input_cost_per_pixel": ("per_1m_pixels_in", MILLION),
    "output_cost_per_pixel": ("per_1m_pixels", MILLION),
    "input_cost_per_second": ("per_minute_in", MINUTE),
    "output_cost_per_second": ("per_minute", MINUTE),
    "input_cost_per_audio_per_second": ("per_minute_audio_in", MINUTE),
    "input_cost_per_video_per_second": ("per_minute_video_in", MINUTE),
    "output_cost_per_video_per_second": ("per_minute_video", MINUTE),
    "input_cost_per_query": ("per_1k_queries", THOUSAND),
    "input_cost_per_request": ("per_request", Decimal(1)),
    "ocr_cost_per_page": ("per_1k_pages", THOUSAND),
    "annotation_cost_per_page": ("per_1k_pages_annotated", THOUSAND),
    "code_interpreter_cost_per_session": ("code_per_session", Decimal(1)),
}
_MODES: Final = {"batches": "batch_", "flex": "flex_", "priority": "priority_"}
_HOURS: Final = {"1hr": "cache_write_1h", "12hr": "cache_write_12h"}


def recognises(package: Package) -> bool:
    """Whether this is litellm's wheel, or its JSON as a file."""
    if package.name == "litellm":
        return bool(package.ending(_MEMBER))
    only = package.only
    return isinstance(only, dict) and any(
        isinstance(entry, dict) and "litellm_provider" in entry for entry in only.values()
    )


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a model and field, as of the day of the list."""
    (member,) = package.ending(_MEMBER) or package.ending(".json")
    sheet = Sheet(NAME, "L", package.day)
    taken: set[tuple[str, str]] = set()
    for called, key, entry in sorted(_entries(package.json(member)), key=_by_provider):
        provider = provider_name(called)
        model = _id(key, called, provider)
        # Two of its providers may be one of the table's: the second keeps its prefix.
        model = key if (provider, model) in taken else model
        taken.add((provider, model))
        _add_model(sheet, provider, model, entry)
    # It writes 0 where it has no price. What it says of resellers is no copy of their lists.
    yield from (fact._replace(family="L") for fact in sheet.facts if fact.value)


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for key, entry in data.items():
        called = entry.get("litellm_provider") if isinstance(entry, dict) else None
        if key != "sample_spec" and isinstance(called, str) and not is_plan(called):
            yield called.removeprefix("text-completion-"), key, entry


def _by_provider(entry: tuple[str, str, Mapping[str, Any]]) -> bool:
    """The table's name of a provider goes before the list's others."""
    return provider_name(entry[0]) != entry[0]


def _id(key: str, called: str, provider: str) -> str:
    """Return the key without the provider before it."""
    for prefix in (called, called.partition("-")[0], provider, called.replace("_converse", "")):
        if key.startswith(f"{prefix}/"):
            return key[len(prefix) + 1 :]
    return key


def _add_model(sheet: Sheet, provider: str, model: str, entry: Mapping[str, Any]) -> None:
    for name, value in entry.items():
        if name == "search_context_cost_per_query" and isinstance(value, dict):
            for size, price in value.items():
                field = f"search_{size.removeprefix('search_context_size_')}_1k"
                sheet.add(provider, model, field, price, times=THOUSAND)
        elif name == "tiered_pricing" and isinstance(value, list):
            _add_bands(sheet, provider, model, value)
        else:
            _add(sheet, provider, model, name, value)


def _add(sheet: Sheet, provider: str, model: str, name: str, value: object, band: str = "") -> None:
    match = _FIELD.fullmatch(name)
    if match is None or match["kind"] not in _KINDS:
        return
    field, times = _KINDS[match["kind"]]
    if field == "cache_write" and "claude" in model.lower():
        field = "cache_write_5m"
    for bound in _BAND.findall(match["bands"]):
        if bound in _HOURS:
            field = _HOURS[bound]
        else:
            band = f"_above_{int(bound.removesuffix('k_tokens')) * 1000}"
    mode = match["mode"]
    prefix = _MODES.get(mode, f"{mode}_") if mode else ""
    sheet.add(provider, model, f"{prefix}{field}{band}", value, times=times)


def _add_bands(sheet: Sheet, provider: str, model: str, bands: list[Any]) -> None:
    for band in bands:
        if not isinstance(band, dict) or not isinstance(band.get("range"), list):
            continue
        low = band["range"][0]
        for name, value in band.items():
            _add(sheet, provider, model, name, value, above("", low) if low else "")


READER: Final = Reader(recognises, facts)
