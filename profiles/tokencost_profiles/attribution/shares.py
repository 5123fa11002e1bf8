"""Sharing out tokens as integers: by largest remainder, and along the cached boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS

Numbers = NDArray[np.int64]

_READS: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))
_LONG_WRITES: Final = ("cache_write_12h", "cache_write_1h", "cache_write_30m")
# In the order of a prompt: what was read, what is written for long, for a short time, the rest.
_POSITIONS: Final = (
    *_READS,
    *_LONG_WRITES,
    *(unit for unit in CACHE_WRITE_UNITS if unit not in _LONG_WRITES),
    *(unit for unit in INPUT_UNITS if unit not in _READS and unit not in CACHE_WRITE_UNITS),
)


def share_out(total: int, weights: Numbers) -> Numbers:
    """Return integers that sum to a total, in proportion to weights, by largest remainder."""
    sum_of_weights = int(weights.sum())
    if sum_of_weights == total:
        return weights
    if sum_of_weights <= 0:
        equal = np.full(len(weights), total // max(1, len(weights)), dtype=np.int64)
        equal[: total - int(equal.sum())] += 1
        return equal
    products = weights * total
    shares = products // sum_of_weights
    rest = total - int(shares.sum())
    if rest:
        remainders = products - shares * sum_of_weights
        shares[np.argsort(-remainders, kind="stable")[:rest]] += 1
    return shares


def split_integer(total: int, weights: Sequence[int]) -> list[int]:
    """Return a few integers that sum to a total, in proportion to weights."""
    if len(weights) == 1:
        return [total]
    sum_of_weights = sum(weights)
    if sum_of_weights <= 0:
        weights, sum_of_weights = [1] * len(weights), len(weights)
    products = [weight * total for weight in weights]
    shares = [product // sum_of_weights for product in products]
    remainders = [product % sum_of_weights for product in products]
    order = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
    for at in order[: total - sum(shares)]:
        shares[at] += 1
    return shares


def buckets(usage: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Yield (unit, first position, end) of each kind of input tokens in a prompt, in its order."""
    position = 0
    for unit in _POSITIONS:
        count = usage.get(unit, 0)
        if count > 0:
            yield unit, position, position + count
            position += count
