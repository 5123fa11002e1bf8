"""Which parts each prompt of a thread holds, as numbers: one an instance of a part.

An instance is the k-th copy of a part in one prompt. It stays the same from call to call, whatever
stands before it, so a part that is edited is a new one and a copy has a number of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tokencost_profiles.calls.content import REASONING, TOOL_CALL, TOOL_RESULT, USER, Part
from tokencost_profiles.calls.thread_parts import ThreadParts

Numbers = NDArray[np.int64]
# (part, model that reads it) -> tokens
TokensOf = Callable[[Part, str | None], int]
_NOTED: Final = frozenset({REASONING, TOOL_CALL, TOOL_RESULT, USER})
_LEFT_OUT: Final = frozenset({REASONING, TOOL_CALL})  # of some prompts


class Instances:
    """The instances of the parts of one thread.

    `tokens_of`: of a part that no answer of the thread was billed for.
    """

    def __init__(self, tokens_of: TokensOf) -> None:
        self.parts: list[Part] = []
        self.tokens: list[int] = []
        self.copy: list[int] = []  # of each: how many of its like stand before it
        self._tokens_of = tokens_of
        self._known: dict[tuple[bytes, int], int] = {}
        self._billed: dict[bytes, int] = {}
        self._lists: dict[int, _Prompt] = {}
        self._tools: dict[str, Part] = {}  # tool calls by their id

    def set_billed(self, part: Part, tokens: int) -> None:
        """Note what a part of an answer was billed as: it is as long when it is sent back."""
        self._billed[part.hash] = tokens

    def of(
        self,
        parts: Sequence[Part],
        model: str | None,
        *,
        keeps_thinking: bool,
        is_request: bool = False,
    ) -> Numbers:
        """Return the instances that a prompt sends, in its order.

        A tool call without a result is not sent; nor is the thinking of finished turns, to models
        that do not keep it. `is_request`: it was logged as it was sent, every tool call in it.
        """
        if isinstance(parts, ThreadParts):
            known = self._lists.get(id(parts.parts))
            if known is None:
                known = self._lists[id(parts.parts)] = _Prompt(parts.parts)
            end = parts.end
        else:
            known, end = _Prompt(parts), len(parts)
        if len(known.numbers) < end:
            self._extend(known, known.parts[len(known.numbers) : end], model)
        return known.sent(end, keeps_thinking=keeps_thinking, keeps_calls=is_request)

    def _extend(self, prompt: _Prompt, parts: Sequence[Part], model: str | None) -> None:
        copies, known, numbers = prompt.copies, self._known, prompt.numbers
        for part in parts:
            role, digest = part.role, part.hash
            if role in _NOTED:
                if role == TOOL_CALL and part.id:
                    self._tools[part.id] = part
                prompt.note(part, len(numbers))
            number = copies.get(digest, 0)
            copies[digest] = number + 1
            instance = known.get((digest, number))
            if instance is None:
                instance = known[digest, number] = self._add(part, number, model)
            numbers.append(instance)

    def _add(self, part: Part, number: int, model: str | None) -> int:
        """Add an instance: the copy of a part that has so many of its like before it."""
        if part.role == TOOL_RESULT and (call := self._tools.get(part.id)) is not None:
            # A result says of what only by the id of its call.
            part = part._replace(name=part.name or call.name, target=part.target or call.target)
        self.parts.append(part)
        self.copy.append(number)
        billed = self._billed.get(part.hash)
        self.tokens.append(self._tokens_of(part, model) if billed is None else billed)
        return len(self.parts) - 1


class _Prompt:
    """A list of parts that prompts are beginnings of, and what is left out when it is sent."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.numbers: list[int] = []
        self._array = np.empty(0, dtype=np.int64)  # the numbers, and room for more
        self._filled = 0
        self.copies: dict[bytes, int] = {}  # how many parts of each hash there are
        self._open: dict[str, int] = {}  # tool calls without a result, by id: their positions
        # Of tool calls and thinking, which may be left out, by hash: their positions.
        self._places: dict[bytes, list[int]] = {}
        self._repeated_thinking: set[bytes] = set()
        self._turns: list[int] = []  # positions of user's messages
        self._thinking: list[int] = []  # positions

    def note(self, part: Part, at: int) -> None:
        """Note a part whose place decides what is sent."""
        if part.role in _LEFT_OUT:
            self._places.setdefault(part.hash, []).append(at)
        if part.role == TOOL_CALL:
            if part.id:
                self._open[part.id] = at
        elif part.role == TOOL_RESULT:
            self._open.pop(part.id, None)
        elif part.role == USER:
            self._turns.append(at)
        elif part.role == REASONING:
            self._thinking.append(at)
            if len(self._places[part.hash]) > 1:
                self._repeated_thinking.add(part.hash)

    def sent(self, end: int, *, keeps_thinking: bool, keeps_calls: bool) -> Numbers:
        """Return the instances of the first `end` parts that are sent."""
        self._array = extended(self._array, self._filled, self.numbers)
        self._filled = len(self.numbers)
        sent = self._array[:end]
        left_out = [] if keeps_calls else [at for at in self._open.values() if at < end]
        repeated = {self.parts[at].hash for at in left_out}
        if not keeps_thinking and self._thinking:
            turn = bisect_left(self._turns, end) - 1
            if turn >= 0:
                left_out += self._thinking[: bisect_left(self._thinking, self._turns[turn])]
                repeated |= self._repeated_thinking
        if not left_out:
            return sent
        is_sent = np.ones(len(sent), dtype=np.bool_)
        is_sent[left_out] = False
        return self._renumbered(sent, is_sent, repeated)[is_sent]

    def _renumbered(
        self, sent: Numbers, is_sent: NDArray[np.bool_], repeated: Iterable[bytes]
    ) -> Numbers:
        """Return instances with copies counted among those that are sent.

        `repeated`: hashes of parts of which some are left out.
        """
        copied = False
        for digest in repeated:
            places = self._places[digest]
            places = places[: bisect_left(places, len(sent))]
            remaining = [at for at in places if is_sent[at]]
            if len(remaining) == len(places) or not remaining:
                continue
            if not copied:
                sent, copied = sent.copy(), True
            sent[remaining] = sent[places[: len(remaining)]]
        return sent


def extended(array: Numbers, filled: int, numbers: Sequence[int]) -> Numbers:
    """Return an array that begins with numbers. `filled`: of how many it holds them already.

    It has room for more, so that a list that grows from call to call is not copied at each.
    """
    if len(array) < len(numbers):
        larger = np.empty(2 * len(numbers) + 64, dtype=np.int64)
        larger[:filled] = array[:filled]
        array = larger
    if filled < len(numbers):
        array[filled : len(numbers)] = numbers[filled:]
    return array
