"""Usage objects: one file a shape. What a provider counted, as disjoint counts per unit."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tokencost_profiles import discovery
from tokencost_profiles.providers.usage_fields.usage_format import Meter, Metered

__all__ = ["Meter", "Metered", "measure", "meters"]


@lru_cache(maxsize=1)
def meters() -> tuple[Meter, ...]:
    """Return every shape, in the order in which they are asked."""
    found: list[Meter] = list(discovery.every(__name__, "METER"))
    return tuple(sorted(found, key=lambda meter: (meter.order, meter.name)))


def measure(usage: Any, provider: str | None = None) -> Metered | None:
    """Read a usage object of any known shape, or return None where it is none.

    `provider` helps where one shape has two meanings.
    """
    if not isinstance(usage, dict) or not usage:
        return None
    for meter in meters():
        if meter.recognises(usage):
            return meter.read(usage, provider)
    return None
