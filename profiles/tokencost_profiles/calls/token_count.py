"""A count of tokens of a text."""

from __future__ import annotations

from typing import NamedTuple


class Count(NamedTuple):
    """Tokens of a text. `error` is relative: the true count lies within it 9 times in 10.

    `method` is how it was come by, best first:

        recorded       the provider reported it
        exact          the provider's public vocabulary
        reconstructed  a measured copy of a closed vocabulary
        family         the public vocabulary that the provider's tools use for this model
        ratio          another vocabulary, scaled, with a stated error
    """

    tokens: int
    method: str
    error: float = 0.0
