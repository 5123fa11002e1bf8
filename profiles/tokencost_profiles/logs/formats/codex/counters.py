"""The five counters of Codex's usage objects, as vectors that can be added and subtracted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import keys, number, remainder, units

_COUNTERS: Final = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
KEYS: Final = keys(f"total_tokens {' '.join(_COUNTERS)}")

Counters = tuple[int, ...]


def counters_of(usage: Mapping[str, Any]) -> Counters:
    """Return the counters of a usage object; a missing one is 0."""
    return tuple([number(usage.get(name)) or 0 for name in _COUNTERS])


def difference(now: Counters, known: Counters) -> Counters:
    """Return the growth of a running total."""
    return tuple(a - b for a, b in zip(now, known or (0,) * len(now), strict=True))


def sum_of(known: Counters, last: Counters) -> Counters:
    """Return a running total with one response added."""
    return tuple(a + b for a, b in zip(known or (0,) * len(last), last, strict=True))


def usage_of(vector: Counters) -> dict[str, int] | None:
    """Read a vector of counters: cached and written are inside the input, reasoning the output."""
    if not vector:
        return None
    prompt, cached, written, output, reasoning = vector
    return units(
        input=remainder(prompt, cached, written),
        cache_read=cached,
        cache_write_other=written,
        output=remainder(output, reasoning),
        reasoning=reasoning,
    )
