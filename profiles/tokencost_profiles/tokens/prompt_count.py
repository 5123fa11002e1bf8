"""The tokens of a prompt for one model: how many, how sure, and what they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tokencost_profiles.tokens.calibration import CalibrationKey
from tokencost_profiles.tokens.margin import Margin

_MOST_WARNINGS: Final = 3
_TINY: Final = 1e-6  # of a token: what floats lose


class Unknown(NamedTuple):
    """How many tokens fewer or more it may be, beside the error of counting.

    Not all of what is sent is known: an image without its size, the value of a placeholder.
    """

    below: float = 0.0
    above: float = 0.0  # may be infinite

    def __bool__(self) -> bool:
        return self.below > 0 or self.above > 0


class PromptCount(NamedTuple):
    """The tokens of one request for one model."""

    tokens: int  # of the input
    content: int  # of the text alone
    added: int  # by the provider, around the text
    method: str  # the least sure of the methods that were used
    margin: Margin  # of counting
    tokenizer: str
    warnings: tuple[str, ...] = ()
    kinds: Mapping[str, float] = {}  # tokens by what they are: text, frame, tools, ...
    place: CalibrationKey | None = None  # where calls like this one are looked up in a calibration
    parts: Mapping[str, int] = {}  # tokens by what they belong to; they sum to `tokens`
    unknown: Unknown = Unknown()

    @property
    def low(self) -> int:
        """The fewest tokens that it may be."""
        low = self.tokens * (1 - self.margin.below) - self.unknown.below
        return max(0, math.floor(low + _TINY))

    @property
    def high(self) -> int | None:
        """The most tokens that it may be; None where there is no bound."""
        high = self.tokens * (1 + self.margin.above) + self.unknown.above
        return math.ceil(high - _TINY) if math.isfinite(high) else None


def first_warnings(warnings: Iterable[str]) -> tuple[str, ...]:
    """Return the first few warnings, and how many more there are."""
    all_warnings = tuple(warnings)
    if len(all_warnings) <= _MOST_WARNINGS:
        return all_warnings
    return (
        *all_warnings[:_MOST_WARNINGS],
        f"{len(all_warnings) - _MOST_WARNINGS} more parts are not counted for sure",
    )
