"""Sums over the calls of one thread: a number for every instance of its prompts."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tokencost_profiles.attribution.carried import Block
from tokencost_profiles.attribution.content import UNPRICED

Numbers = NDArray[np.int64]
_NONE: Final[Numbers] = np.empty(0, dtype=np.int64)
_NEVER: Final = -2  # of a call that no prompt before has


class ThreadSums:
    """What the prompts of a thread carried, summed while its blocks are taken.

    `since`: of each instance the first call that counts; None: all calls do.
    """

    def __init__(self, since: Numbers | None = None) -> None:
        # Tokens of input by name of the rate card and unit, of calls that were asked for.
        self.tokens: dict[tuple[str, str], Numbers] = {}
        self.births = _NONE  # how often each was added to a prompt
        self.calls = _NONE  # how many prompts that were asked for hold it
        self._first = _NONE
        self._last = _NONE
        self._since = since
        self._size = 0
        self._before = -1  # the call before that carried anything

    def take(self, block: Block, size: int) -> None:
        """Add the calls of a block. `size`: how many instances there are until its end."""
        self._grow(size)
        if not block.carrying:
            return  # parts that were there before are there after it
        self._take_calls(block)
        positions = np.array([call.position for call in block.carrying], dtype=np.int64)
        at = np.repeat(positions, block.lengths)
        is_first = self._first[block.instances] < 0
        # Of several calls the last one assigned remains: the first, in reversed order.
        self._first[block.instances[is_first][::-1]] = at[is_first][::-1]
        selected = np.array([call.priced.is_selected for call in block.carrying], dtype=np.int64)
        np.add.at(self.calls, block.instances, np.repeat(selected, block.lengths))
        self._take_tokens(block, at)

    def first_calls(self) -> list[int]:
        """Return the first call of each instance, by its number in the thread."""
        first: list[int] = self._first[: self._size].tolist()
        return first

    def last_calls(self) -> list[int]:
        """Return the last call of each instance, by its number in the thread."""
        last: list[int] = self._last[: self._size].tolist()
        return last

    def _take_calls(self, block: Block) -> None:
        for call in block.carrying:
            added = call.instances[self._last[call.instances] != self._before]
            self.births[added] += 1
            self._last[call.instances] = self._before = call.position

    def _take_tokens(self, block: Block, positions: Numbers) -> None:
        bounds: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
        count = len(block.carrying)
        for at, call in enumerate(block.carrying):
            if not call.priced.is_selected:
                continue
            rates = call.priced.rates if call.priced.is_priced else UNPRICED
            for unit, start, end in call.buckets:
                if end > call.overhead:
                    starts, ends = bounds.setdefault((rates, unit), ([0] * count, [0] * count))
                    starts[at], ends[at] = start, end
        begins = block.ends - block.tokens
        for key, (starts, ends) in bounds.items():
            tokens = np.minimum(block.ends, np.repeat(np.array(ends), block.lengths))
            tokens -= np.maximum(begins, np.repeat(np.array(starts), block.lengths))
            np.maximum(tokens, 0, out=tokens)
            if self._since is not None:
                tokens[self._since[block.instances] > positions] = 0
            np.add.at(self._tokens_of(key), block.instances, tokens)

    def _tokens_of(self, key: tuple[str, str]) -> Numbers:
        sums = self.tokens.get(key)
        if sums is None or len(sums) < self._size:
            sums = self.tokens[key] = _larger(_NONE if sums is None else sums, self._size, 0)
        return sums

    def _grow(self, size: int) -> None:
        self._size = size
        if size > len(self._first):
            self._first = _larger(self._first, size, _NEVER)
            self._last = _larger(self._last, size, _NEVER)
            self.births = _larger(self.births, size, 0)
            self.calls = _larger(self.calls, size, 0)


def _larger(array: Numbers, size: int, blank: int) -> Numbers:
    """Return an array with room for twice as many, so that growing is not a copy at each block."""
    larger = np.full(2 * size + 64, blank, dtype=np.int64)
    larger[: len(array)] = array
    return larger
