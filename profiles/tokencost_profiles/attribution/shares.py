"""Sharing out tokens as integers: by largest remainder, and along the cached boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS

Numbers = NDArray[np.int64]

_LARGEST: Final = 1 << 62  # what 64 bits hold, with room
_READS: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))
_LONG_WRITES: Final = ("cache_write_12h", "cache_write_1h", "cache_write_30m")
# In the order of a prompt: what was read, what is written for long, for a short time, the rest.
_POSITIONS: Final = (
    *_READS,
    *_LONG_WRITES,
    *(unit for unit in CACHE_WRITE_UNITS if unit not in _LONG_WRITES),
    *(unit for unit in INPUT_UNITS if unit not in _READS and unit not in CACHE_WRITE_UNITS),
)


def share_out(totals: Numbers, weights: Numbers, lengths: Numbers) -> Numbers:
    """Return integers that sum to each of several totals, in proportion to its weights.

    By largest remainder. `weights`: those of the first total, then those of the second, and so on;
    `lengths`: how many each total has. The weights of each have a sum above 0.
    """
    if int(weights.max()) * int(totals.max()) >= _LARGEST:
        weights, totals = weights.astype(object), totals.astype(object)
    starts = np.cumsum(lengths) - lengths
    sums = np.add.reduceat(weights, starts)
    divisors = np.repeat(sums, lengths)
    products = weights * np.repeat(totals, lengths)
    shares = products // divisors
    rests = totals - np.add.reduceat(shares, starts)
    if rests.any():
        remainders = products - shares * divisors
        # Sorted by total first: each one's weights stay together.
        number = np.repeat(np.arange(len(lengths)), lengths)
        order = np.argsort(number * (sums.max() + 1) + divisors - remainders, kind="stable")
        rank = np.arange(len(weights)) - np.repeat(starts, lengths)
        shares[order[rank < np.repeat(rests, lengths)]] += 1
    integers: Numbers = shares.astype(np.int64, copy=False)
    return integers


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


class Bucket(NamedTuple):
    """Where one kind of input tokens lies in a prompt."""

    unit: str
    start: int
    end: int


def buckets(usage: Mapping[str, int]) -> Iterator[Bucket]:
    """Yield each kind of input tokens in a prompt, in its order."""
    position = 0
    for unit in _POSITIONS:
        count = usage.get(unit, 0)
        if count > 0:
            yield Bucket(unit, position, position + count)
            position += count
