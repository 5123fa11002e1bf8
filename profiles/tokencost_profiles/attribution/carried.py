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
from tokencost_profiles.attribution.shares import Bucket, buckets, share_out, split_integer
from tokencost_profiles.attribution.thinking import keeps_thinking
from tokencost_profiles.calls.call import OK
from tokencost_profiles.calls.content import REASONING, Part

Numbers = NDArray[np.int64]
_INPUT = frozenset(INPUT_UNITS)
_OUTPUT = frozenset(OUTPUT_UNITS)
_BLOCK = 1 << 16  # instances: arrays that stay in the processor's cache
_NONE: Numbers = np.empty(0, dtype=np.int64)


class Answered(NamedTuple):
    """A part of an answer and the tokens that it was billed as, by unit; None: no part."""

    part: Part | None
    unit: str
    tokens: int


class CarriedCall(NamedTuple):
    """One call of a thread: what its prompt carried and its answer made."""

    priced: PricedCall
    position: int  # in the thread
    overhead: int  # tokens at the beginning of the prompt that no log has
    instances: Numbers  # in the prompt behind it; none where it is all overhead
    tokens: Numbers  # as billed, of each
    buckets: Sequence[Bucket]  # of the prompt; none where the log lacks its text
    answer: Sequence[Answered]
    has_text: bool


class Block(NamedTuple):
    """Calls of a thread that follow each other, and the instances of all their prompts on end."""

    calls: Sequence[CarriedCall]
    carrying: Sequence[CarriedCall]  # those with instances
    lengths: Numbers  # of each of these: how many instances
    instances: Numbers
    tokens: Numbers
    ends: Numbers  # positions in the prompt of the call


class _Prompt(NamedTuple):
    priced: PricedCall
    position: int
    tokens: int  # as billed
    sent: Numbers
    answer: Sequence[Answered]


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
        for block in self.blocks():
            yield from block.calls

    def blocks(self) -> Iterator[Block]:
        """Yield all calls in order, so many at once that sums over them are cheap."""
        prompts: list[_Prompt] = []
        size = 0
        for index, priced in enumerate(self.thread.calls):
            prompts.append(self._prompt(priced, index))
            size += len(prompts[-1].sent)
            if size >= _BLOCK:
                yield self._block(prompts)
                prompts, size = [], 0
        if prompts:
            yield self._block(prompts)

    def _prompt(self, priced: PricedCall, index: int) -> _Prompt:
        call = priced.call
        prompt = sum(count for unit, count in priced.usage.items() if unit in _INPUT)
        sent = _NONE
        if call.parts is not None:
            keeps = keeps_thinking(call.model)
            sent = self.instances.of(
                call.parts, call.model, keeps_thinking=keeps, is_request=call.has_request
            )
        return _Prompt(priced, index, prompt, sent if prompt else _NONE, self._answer(priced))

    def _block(self, prompts: Sequence[_Prompt]) -> Block:
        visible = self._visible([one.sent for one in prompts])
        overheads = [
            self._overhead_of(one.priced, one.tokens, size)
            for one, size in zip(prompts, visible, strict=True)
        ]
        carrying = [
            at for at, one in enumerate(prompts) if visible[at] and one.tokens > overheads[at]
        ]
        if not carrying:
            return Block([_all_overhead(one) for one in prompts], [], _NONE, _NONE, _NONE, _NONE)
        instances = np.concatenate([prompts[at].sent for at in carrying])
        lengths = np.array([len(prompts[at].sent) for at in carrying], dtype=np.int64)
        hidden = np.array([overheads[at] for at in carrying], dtype=np.int64)
        totals = np.array([prompts[at].tokens for at in carrying], dtype=np.int64) - hidden
        tokens = share_out(totals, self._tokens[instances], lengths)
        ends = np.cumsum(tokens) + np.repeat(hidden - np.cumsum(totals) + totals, lengths)
        calls = [_all_overhead(one) for one in prompts]
        last = 0
        for at, length in zip(carrying, lengths.tolist(), strict=True):
            calls[at] = calls[at]._replace(
                overhead=overheads[at],
                instances=prompts[at].sent,
                tokens=tokens[last : last + length],
            )
            last += length
        return Block(calls, [calls[at] for at in carrying], lengths, instances, tokens, ends)

    def _visible(self, prompts: Sequence[Numbers]) -> list[int]:
        """Return the sizes of prompts by what a log has of them."""
        self._tokens = extended(self._tokens, self._sized, self.instances.tokens)
        self._sized = len(self.instances.tokens)
        bounds = np.cumsum([0, *map(len, prompts)])
        sums = np.concatenate([[0], np.cumsum(self._tokens[np.concatenate(prompts)])])
        visible: list[int] = (sums[bounds[1:]] - sums[bounds[:-1]]).tolist()
        return visible

    def _overhead_of(self, priced: PricedCall, prompt: int, visible: int) -> int:
        """Return the size of what is in the prompt and in no log.

        It is that of the thread's first call; a log of whole requests has one a request.
        """
        if not prompt or priced.call.parts is None:
            return prompt
        if priced.call.has_request:
            return max(0, prompt - visible)
        if self._overhead is None:
            self._overhead = max(0, prompt - visible)
        return self._overhead

    def _answer(self, priced: PricedCall) -> list[Answered]:
        """Return what the output was billed for, part by part.

        Reasoning is that of the parts that hold it; where none does, it was not logged.
        """
        usage = {unit: count for unit, count in priced.usage.items() if unit in _OUTPUT and count}
        call = priced.call
        parts = call.answer or ()
        sizes = [self._tokens_of(part, call.model) for part in parts]
        answered: list[Answered] = []
        billed = [0] * len(parts)
        for unit, count in usage.items():
            takers: Sequence[int] = range(len(parts))
            if unit == "reasoning" or "reasoning" in usage:
                is_reasoning = unit == "reasoning"
                takers = [at for at in takers if (parts[at].role == REASONING) == is_reasoning]
            if not takers:
                answered.append(Answered(None, unit, count))
                continue
            shares = split_integer(count, [sizes[at] for at in takers])
            for at, tokens in zip(takers, shares, strict=True):
                answered.append(Answered(parts[at], unit, tokens))
                billed[at] += tokens
        # How long the parts of a finished answer are, unless the log's number is a stub.
        if call.status == OK and call.final and sum(billed) * 2 >= sum(sizes):
            for part, tokens in zip(parts, billed, strict=True):
                if tokens:
                    self.instances.set_billed(part, tokens)
        return answered


def _all_overhead(prompt: _Prompt) -> CarriedCall:
    """Return a call of whose prompt no part is known."""
    priced = prompt.priced
    has_text = priced.call.parts is not None
    return CarriedCall(
        priced=priced,
        position=prompt.position,
        overhead=prompt.tokens if has_text else 0,
        instances=_NONE,
        tokens=_NONE,
        buckets=list(buckets(priced.usage)) if has_text else [],
        answer=prompt.answer,
        has_text=has_text,
    )
