"""How large the session files of a machine are: 3,142 files, 1.24 GB, half of them below 105 kB."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Final

FILES: Final = 3142
BYTES: Final = 1_240_000_000
# Quantiles of a machine, in bytes, and how late the sizes grow between one and the next: chosen so
# that the sum is right.
_QUANTILES: Final = (
    (0.0, 3_000, 1.0),
    (0.5, 105_000, 1.0),
    (0.9, 654_000, 3.0),
    (0.99, 5_400_000, 4.17),
    (1.0, 87_000_000, 1.0),
)


def file_sizes(scale: float, drawn: random.Random) -> list[int]:
    """Return the sizes of the files of such a machine, or of a fraction of it.

    A fraction has fewer files of the same sizes; the largest is what is left of the bytes.
    """
    files = max(round(FILES * scale), 2)
    sizes = [round(_quantile((at + 0.5) / files)) for at in range(files - 1)]
    sizes.append(max(round(BYTES * scale) - sum(sizes), sizes[-1]))
    drawn.shuffle(sizes)
    return sizes


def _quantile(part: float) -> float:
    for (low, small, bend), (high, large, _) in pairwise(_QUANTILES):
        if part <= high:
            return float(small * (large / small) ** (((part - low) / (high - low)) ** bend))
    raise AssertionError(part)
