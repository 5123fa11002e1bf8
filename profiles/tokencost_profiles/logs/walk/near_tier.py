"""The service tier of a call in a log of no fixed form: the one nearest to its usage object."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import service_tier

# Objects with the requested tier: the tier that an answer states goes first.
_ASKED: Final = re.compile(r"request|param|setting|config|option|body|input", re.IGNORECASE)
_LEVELS: Final = 2  # objects around a usage object that are searched, with the objects in them


def tier_near(around: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the service tier stated around a usage object, or None. `around`: outermost first."""
    for value in reversed(around):
        tier = service_tier(value)
        if tier is not None:
            return tier
    for value in reversed(around[-_LEVELS:]):
        inside = [(key, inner) for key, inner in value.items() if isinstance(inner, Mapping)]
        for _, inner in sorted(inside, key=lambda item: bool(_ASKED.search(str(item[0])))):
            tier = service_tier(inner)
            if tier is not None:
                return tier
        if any(isinstance(inner, list) for inner in value.values()):
            break  # what stands further out belongs to the entire list
    return None
