"""Which models read the thinking of finished turns again when it is sent back."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Claude from Opus 4.5 on keeps the thinking of all turns; earlier ones only of the running turn.
_KEEPS: Final = re.compile(
    r"claude-(?:opus-4[-.][5-9]|(?:sonnet|haiku)-4[-.][6-9]|[a-z]+-(?:[5-9]|\d\d))\b"
)
_DATED: Final = re.compile(r"[-@]\d{6,}.*$")


@lru_cache(maxsize=1024)
def keeps_thinking(model: str | None) -> bool:
    """Whether a model reads the thinking of earlier turns as a part of its prompt."""
    return model is not None and _KEEPS.search(_DATED.sub("", model.casefold())) is not None
