"""Cohere: `billed_units` is what is charged; its other counts hold text that is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import (
    Meter,
    Metered,
    first,
    inner,
    keys,
    units,
)


def _recognises(usage: Mapping[str, Any]) -> bool:
    return isinstance(usage.get("billed_units"), Mapping)


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
    billed = inner(usage, "billed_units")
    return Metered(
        usage=units(
            input=first(billed, "input_tokens"),
            input_image=first(billed, "image_tokens"),
            output=first(billed, "output_tokens"),
            search_units=first(billed, "search_units"),
        )
    )


_KEYS: Final = keys(
    "tokens cached_tokens", billed_units="input_tokens image_tokens output_tokens search_units"
)
METER: Final = Meter("cohere", _recognises, _read, _KEYS, order=5)
