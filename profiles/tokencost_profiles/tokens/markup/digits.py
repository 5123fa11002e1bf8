"""Vocabularies that take every digit for itself, where theirs is estimated by one that does not."""

from __future__ import annotations

import re
from typing import Final

_RUN: Final = re.compile(r"[0-9]{2,}")
_TOGETHER: Final = 3  # digits in one token of the vocabulary that is counted with


def more_for_digits(text: str) -> int:
    """Return how many more tokens a text has where each digit is one."""
    runs = map(len, _RUN.findall(text))
    return sum(length - -(-length // _TOGETHER) for length in runs)
