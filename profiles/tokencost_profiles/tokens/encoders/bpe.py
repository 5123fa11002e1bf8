"""Byte-pair counting over a mapped index: the engine for small inputs.

No vocabulary is loaded, so the first answer comes in milliseconds. Only pre-tokens that are not
tokens need merging, and each distinct one is counted once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Final

from tokencost_profiles.tokens.encoders.split import split_text
from tokencost_profiles.tokens.encoders.vocabulary import Ranks

Rank = Callable[[bytes], int]

_CACHE_SIZE: Final = 1 << 20  # distinct pre-tokens remembered before starting over
_SHORT: Final = 48  # bytes; below it a plain scan beats a heap


class TooLong(Exception):
    """The text has more bytes to merge than this engine should do; a native one is faster."""


class IndexEngine:
    """Counts with a mapped index and the standard `re`.

    `limit` is the first rank that does not count as a token (an encoding may be the front part of
    another).
    """

    def __init__(self, ranks: Ranks, pattern: str, *, limit: int | None = None) -> None:
        self._pattern = re.compile(pattern)
        self._known: dict[str, int] = {}
        self._rank = ranks.rank if limit is None else _limit_rank(ranks.rank, limit)

    def count(self, text: str, *, most_merged: int | None = None) -> int:
        """Return how many tokens a text has. May raise `Unassigned`.

        `most_merged` bounds the bytes of pre-tokens that need merging: above it `TooLong` is raised
        rather than be slow.
        """
        most = most_merged if most_merged is not None else 1 << 62
        known, rank = self._known, self._rank
        if len(known) > _CACHE_SIZE:
            known.clear()
        total = merged = 0
        for pretoken, times in Counter(split_text(text, self._pattern)).items():
            tokens = known.get(pretoken)
            if tokens is None:
                encoded = pretoken.encode()
                if rank(encoded) >= 0:
                    tokens = 1
                else:
                    merged += len(encoded)
                    if merged > most:
                        raise TooLong
                    tokens = merge_count(encoded, rank)
                known[pretoken] = tokens
            total += tokens * times
        return total


def merge_count(data: bytes, rank: Rank) -> int:
    """Return how many tokens byte-pair merging leaves: the lowest rank first, leftmost."""
    return _scan(data, rank) if len(data) < _SHORT else _heap(data, rank)


def _scan(data: bytes, rank: Rank) -> int:
    """Merge by looking through all pairs each time."""
    starts = list(range(len(data) + 1))
    ranks = [rank(data[i : i + 2]) for i in range(len(data) - 1)]
    while True:
        best, at = -1, -1
        for position, value in enumerate(ranks):
            if value >= 0 and (best < 0 or value < best):
                best, at = value, position
        if at < 0:
            return len(starts) - 1
        del starts[at + 1]
        del ranks[at]
        if at < len(ranks):
            ranks[at] = rank(data[starts[at] : starts[at + 2]])
        if at:
            ranks[at - 1] = rank(data[starts[at - 1] : starts[at + 1]])


def _heap(data: bytes, rank: Rank) -> int:
    """Merge with a heap over a linked list of parts: n log n, for long pre-tokens."""
    size = len(data)
    after = list(range(1, size + 1))  # start of the next part
    before = list(range(-1, size - 1))
    end = list(range(1, size + 1))
    alive = bytearray(b"\x01") * size
    heap = [(value, i, i + 2) for i in range(size - 1) if (value := rank(data[i : i + 2])) >= 0]
    heapify(heap)
    parts = size
    while heap:
        _, left, stop = heappop(heap)
        right = after[left]
        if not alive[left] or right >= size or end[right] != stop or not alive[right]:
            continue  # one of the two has been merged since
        alive[right] = 0
        parts -= 1
        end[left] = stop
        after[left] = following = after[right]
        if following < size:
            before[following] = left
            if (value := rank(data[left : end[following]])) >= 0:
                heappush(heap, (value, left, end[following]))
        if (previous := before[left]) >= 0 and (value := rank(data[previous:stop])) >= 0:
            heappush(heap, (value, previous, stop))
    return parts


def _limit_rank(rank: Rank, limit: int) -> Rank:
    def rank_below_limit(token: bytes) -> int:
        value = rank(token)
        return value if value < limit else -1

    return rank_below_limit
