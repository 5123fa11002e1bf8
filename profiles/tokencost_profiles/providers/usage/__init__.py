"""Usage objects: one file a format. What a provider counted, as disjoint counts per unit."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tokencost_profiles import discovery
from tokencost_profiles.providers.usage_fields.usage_format import UsageFormat, UsageReading

__all__ = ["UsageFormat", "UsageReading", "read_usage", "usage_formats"]


@lru_cache(maxsize=1)
def usage_formats() -> tuple[UsageFormat, ...]:
    """Return every usage format, in the order in which they are asked."""
    formats: list[UsageFormat] = list(discovery.all_plugins(__name__, "USAGE_FORMAT"))
    return tuple(sorted(formats, key=lambda usage_format: (usage_format.order, usage_format.name)))


def read_usage(usage: Any, provider: str | None = None) -> UsageReading | None:
    """Read a usage object of any known format, or return None where it is none.

    `provider` helps where one form has two meanings.
    """
    if not isinstance(usage, dict) or not usage:
        return None
    for usage_format in usage_formats():
        if usage_format.recognises(usage):
            return usage_format.read(usage, provider)
    return None
