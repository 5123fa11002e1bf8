"""What carrying each part of a thread through its calls costs, in tokens of every rate.

The prompt as billed is `overhead`, which no log has, and the visible parts scaled to the rest; the
cached boundary runs through it token by token. See docs/attribution.md for the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.attribution.inspected import PricedCall, Thread
from tokencost_profiles.attribution.instances import Instances, TokensOf, extended
from tokencost_profiles.attribution.shares import buckets, share_out, split_integer
from tokencost_profiles.attribution.thinking import keeps_thinking
from tokencost_profiles.calls.call import OK
from tokencost_profiles.calls.content import REASONING, Part

Numbers = NDArray[np.int64]
_INPUT = frozenset(INPUT_UNITS)
_OUTPUT = frozenset(OUTPUT_UNITS)


class Slice(NamedTuple):
    """Tokens of one kind of input in one prompt: of the overhead, and of instances."""

    unit: str
    overhead: int
    instances: Numbers
    tokens: Numbers


class Answered(NamedTuple):
    """A part of an answer and the tokens that it was billed as, by unit; None: no part."""

    part: Part | None
    unit: str
    tokens: int


class CarriedCall(NamedTuple):
    """One call of a thread: what its prompt carried and its answer made."""

    priced: PricedCall
    position: int  # in the thread
    number: int  # among the calls of the thread that have a prompt
    instances: Numbers  # in the prompt; none where it is all overhead
    slices: Sequence[Slice]
    answer: Sequence[Answered]
    has_text: bool


class Carrier:
    """Walks through the calls of one thread."""

    def __init__(self, thread: Thread, tokens_of: TokensOf) -> None:
        self.thread = thread
        self.instances = Instances(tokens_of)
        self._tokens_of = tokens_of
        self._overhead: int | None = None
        self._tokens = np.empty(0, dtype=np.int64)  # of each instance, and room for more
        self._sized = 0

    def calls(self) -> Iterator[CarriedCall]:
        """Yield every call in order."""
        number = 0
        for index, priced in enumerate(self.thread.calls):
            prompt = sum(count for unit, count in priced.usage.items() if unit in _INPUT)
            carried = self._call(priced, index, number, prompt)
            number += prompt > 0
            yield carried

    def _call(self, priced: PricedCall, index: int, number: int, prompt: int) -> CarriedCall:
        call = priced.call
        sent: Numbers = np.empty(0, dtype=np.int64)
        if call.parts is not None:
            keeps = keeps_thinking(call.model)
            sent = self.instances.of(
                call.parts, call.model, keeps_thinking=keeps, is_request=call.has_request
            )
        slices: list[Slice] = []
        if prompt and call.parts is not None:
            sent, slices = self._prompt(priced, sent, prompt)
        return CarriedCall(
            priced, index, number, sent, slices, self._answer(priced), call.parts is not None
        )

    def _prompt(
        self, priced: PricedCall, sent: Numbers, prompt: int
    ) -> tuple[Numbers, list[Slice]]:
        sizes = self._sizes()[sent]
        visible = int(sizes.sum())
        overhead = self._overhead_of(priced, prompt, visible)
        if prompt <= overhead or not visible:
            none = sent[:0]
            return none, [
                Slice(unit, end - start, none, none) for unit, start, end in buckets(priced.usage)
            ]
        shares = share_out(prompt - overhead, sizes)
        ends = np.cumsum(shares) + overhead
        return sent, _slices(list(buckets(priced.usage)), overhead, sent, shares, ends)

    def _overhead_of(self, priced: PricedCall, prompt: int, visible: int) -> int:
        """Return the size of what is in the prompt and in no log.

        It is that of the thread's first call; a log of whole requests has one a request.
        """
        if priced.call.has_request:
            return max(0, prompt - visible)
        if self._overhead is None:
            self._overhead = max(0, prompt - visible)
        return self._overhead

    def _sizes(self) -> Numbers:
        tokens = self.instances.tokens
        self._tokens = extended(self._tokens, self._sized, tokens)
        self._sized = len(tokens)
        return self._tokens

    def _answer(self, priced: PricedCall) -> list[Answered]:
        """Return what the output was billed for, part by part.

        Reasoning is that of the parts that hold it; where none does, it was not logged.
        """
        usage = {unit: count for unit, count in priced.usage.items() if unit in _OUTPUT and count}
        call = priced.call
        parts = call.answer or ()
        answered: list[Answered] = []
        billed = [0] * len(parts)
        for unit, count in usage.items():
            takers = [
                at
                for at, part in enumerate(parts)
                if (part.role == REASONING) == (unit == "reasoning")
            ]
            if unit != "reasoning" and "reasoning" not in usage:
                takers = list(range(len(parts)))
            if not takers:
                answered.append(Answered(None, unit, count))
                continue
            weights = [self._tokens_of(parts[at], call.model) for at in takers]
            for at, tokens in zip(takers, split_integer(count, weights), strict=True):
                answered.append(Answered(parts[at], unit, tokens))
                billed[at] += tokens
        if call.status == OK and call.final:
            self._note_billed(parts, billed, call.model)
        return answered

    def _note_billed(self, parts: Sequence[Part], billed: Sequence[int], model: str | None) -> None:
        """Note how long the parts of a finished answer are, unless the log's number is a stub."""
        counted = sum(self._tokens_of(part, model) for part in parts)
        if sum(billed) * 2 >= counted:
            for part, tokens in zip(parts, billed, strict=True):
                if tokens:
                    self.instances.set_billed(part, tokens)


def _slices(
    buckets: Sequence[tuple[str, int, int]],
    overhead: int,
    sent: Numbers,
    shares: Numbers,
    ends: Numbers,
) -> list[Slice]:
    """Return what of a prompt lies between the positions of each kind of input."""
    firsts = ends.searchsorted([start for _, start, _ in buckets], side="right").tolist()
    lasts = ends.searchsorted([end for _, _, end in buckets]).tolist()
    slices = []
    for (unit, start, end), first, last in zip(buckets, firsts, lasts, strict=True):
        before = max(0, min(end, overhead) - start)
        if end <= overhead:
            slices.append(Slice(unit, before, sent[:0], shares[:0]))
            continue
        tokens = shares[first : last + 1]
        cut, excess = start - int(ends[first] - shares[first]), int(ends[last]) - end
        if cut > 0 or excess > 0:
            tokens = tokens.copy()
            tokens[0] -= max(0, cut)
            tokens[-1] -= max(0, excess)
        slices.append(Slice(unit, before, sent[first : last + 1], tokens))
    return slices
