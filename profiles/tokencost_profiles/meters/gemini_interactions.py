"""Gemini's Interactions API: cached tokens inside the input, thoughts outside the output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.meters.base import Meter, Metered, first, units
from tokencost_profiles.semantics import GEMINI, Numbers, read


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "total_input_tokens" in usage and "total_output_tokens" in usage


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
    cached = first(usage, "total_cached_tokens")
    thoughts = first(usage, "total_thought_tokens", "total_reasoning_tokens")
    found = read(
        Numbers(
            input=first(usage, "total_input_tokens"),
            output=first(usage, "total_output_tokens"),
            total=first(usage, "total_tokens"),
            read=cached,
            reasoning=thoughts,
            extra_input=first(usage, "total_tool_use_tokens"),
        ),
        GEMINI,
    )
    return Metered(
        usage=units(input=found.fresh, cache_read=cached, output=found.output, reasoning=thoughts),
        semantics=found.rule,
        warnings=(found.warning,) if found.warning else (),
    )


METER: Final = Meter("gemini-interactions", _recognises, _read, order=20)
