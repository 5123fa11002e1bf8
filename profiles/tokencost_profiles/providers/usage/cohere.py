"""Cohere: `billed_units` is what is charged; its other counts hold text that is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    first_mapping,
    keys,
    units,
)


def _recognises(usage: Mapping[str, Any]) -> bool:
    return isinstance(usage.get("billed_units"), Mapping)


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    billed = first_mapping(usage, "billed_units")
    return UsageReading(
        usage=units(
            input=first_count(billed, "input_tokens"),
            input_image=first_count(billed, "image_tokens"),
            output=first_count(billed, "output_tokens"),
            search_units=first_count(billed, "search_units"),
            input_images=first_count(billed, "images"),
        )
    )


_KEYS: Final = keys(
    "tokens cached_tokens",
    billed_units="input_tokens image_tokens output_tokens search_units images",
)
USAGE_FORMAT: Final = UsageFormat("cohere", _recognises, _read, _KEYS, order=5)
