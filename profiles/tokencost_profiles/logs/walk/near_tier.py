"""On what terms a call was served, where a log of no fixed form writes them near its usage."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import service_tier

# Objects with what was asked for: what an answer tells comes first.
_ASKED: Final = re.compile(r"request|param|setting|config|option|body|input", re.IGNORECASE)
_LEVELS: Final = 2  # objects around a usage object whose own objects may tell of its call


def tier_near(around: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the service tier told around a usage object, outermost first, or None."""
    for value in reversed(around):
        found = service_tier(value)
        if found is not None:
            return found
    for value in reversed(around[-_LEVELS:]):
        inside = [(key, held) for key, held in value.items() if isinstance(held, Mapping)]
        for _, held in sorted(inside, key=lambda item: bool(_ASKED.search(str(item[0])))):
            found = service_tier(held)
            if found is not None:
                return found
        if any(isinstance(held, list) for held in value.values()):
            break  # what stands further out is of the whole list
    return None
