"""From threads to the content view: every part of every prompt, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tokencost_pricing.cost import price
from tokencost_pricing.money import ZERO, add
from tokencost_pricing.rate_card import Card
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS, TOKEN_UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.attribution.carried import CarriedCall, Carrier
from tokencost_profiles.attribution.content import (
    CHARGED,
    FEE,
    HIDDEN,
    NO_TEXT,
    OVERHEAD,
    UNPRICED,
    ContentView,
    Instance,
    ThreadContent,
)
from tokencost_profiles.attribution.content_rows import Rows, Sums
from tokencost_profiles.attribution.exact_sums import ExactSums, total_tokens
from tokencost_profiles.attribution.inspected import PricedCall, Thread
from tokencost_profiles.attribution.instances import TokensOf
from tokencost_profiles.attribution.thread_sums import ThreadSums
from tokencost_profiles.calls.call import CACHED

Numbers = NDArray[np.int64]
_INPUT: Final = frozenset(INPUT_UNITS)
_TOKENS: Final = frozenset(TOKEN_UNITS)


def content_view(
    threads: Sequence[Thread], tokens_of: TokensOf, *, is_counted: bool, charged: bool = True
) -> ContentView:
    """Return what each part of the prompts of threads cost; rows sum to the bill.

    `tokens_of`: the size of a part for a model. `charged`: whether a call without a price of ours
    costs what its log states. Only selected calls are paid for; the others explain their prompts.
    """
    maker = _Maker(tokens_of, charged=charged)
    contents = [maker.take(thread) for thread in threads]
    return maker.view(contents, is_counted=is_counted)


class _Maker:
    def __init__(self, tokens_of: TokensOf, *, charged: bool) -> None:
        self.rows = Rows()
        self.cards: dict[str, Card] = {}
        self.textless_calls = 0
        self._tokens_of, self._charged = tokens_of, charged

    def take(self, thread: Thread) -> ThreadContent:
        """Add the calls of a thread."""
        carrier = Carrier(thread, self._tokens_of)
        sums = ThreadSums()
        for block in carrier.blocks():
            sums.take(block, len(carrier.instances.parts))
            for carried in block.calls:
                if carried.priced.is_selected:
                    self._pay(carried)
        parts, first = carrier.instances.parts, sums.first_calls()
        rows = np.array(
            [
                self.rows.of_part(part, thread.calls[max(0, call)].call, tokens)
                for part, tokens, call in zip(parts, carrier.instances.tokens, first, strict=True)
            ],
            dtype=np.int64,
        )
        for key, tokens in sums.tokens.items():
            size = min(len(rows), len(tokens))  # rates that no later call pays have fewer
            self.rows.carry(key, rows[:size], tokens[:size])
        self._count(rows, carrier.instances.copy, sums)
        costs = ExactSums(self.cards).costs(sums.tokens, len(rows))
        instances = list(map(Instance, parts, first, sums.last_calls(), rows.tolist(), costs))
        return ThreadContent(thread, instances, lambda since: self._cost_since(thread, since))

    def _pay(self, carried: CarriedCall) -> None:
        priced = carried.priced
        self.cards.setdefault(priced.rates, priced.card)
        self.textless_calls += not carried.has_text and bool(priced.usage)
        rates = priced.rates if priced.is_priced else UNPRICED
        if carried.overhead:
            self._pay_overhead(carried, rates)
        if not carried.has_text:
            self._pay_textless(priced, rates)
        self._pay_answer(carried, rates)
        if not priced.is_priced:
            self._pay_charged(priced)
            return
        for unit, count in priced.usage.items():
            if unit not in _TOKENS and count:
                self.rows.pay((rates, unit), self.rows.of_kind(FEE, unit), count)

    def _pay_overhead(self, carried: CarriedCall, rates: str) -> None:
        number = self.rows.of_kind(OVERHEAD)
        for unit, start, end in carried.buckets:
            if start < carried.overhead:
                self.rows.carry_one((rates, unit), number, min(end, carried.overhead) - start)
        row = self.rows.rows[number]
        row.calls_carried += 1
        row.tokens = max(row.tokens, carried.overhead)

    def _pay_textless(self, priced: PricedCall, rates: str) -> None:
        row = self.rows.of_kind(NO_TEXT, "prompts")
        for unit, count in priced.usage.items():
            if unit in _INPUT and count:
                self.rows.carry_one((rates, unit), row, count)
        self.rows.rows[row].calls_carried += 1

    def _pay_answer(self, carried: CarriedCall, rates: str) -> None:
        call = carried.priced.call
        for part, unit, tokens in carried.answer:
            if part is not None:
                row = self.rows.of_part(part, call, self._tokens_of(part, call.model))
            elif unit == "reasoning" and call.answer is not None:
                row = self.rows.of_kind(HIDDEN)
            else:
                row = self.rows.of_kind(NO_TEXT, "answers")
            self.rows.make((rates, unit), row, tokens)

    def _pay_charged(self, priced: PricedCall) -> None:
        charge = None if priced.call.status == CACHED or not self._charged else priced.call.charge
        if charge is not None:
            self.rows.charge(self.rows.of_kind(CHARGED), charge)

    def _count(self, rows: Numbers, copies: Sequence[int], sums: ThreadSums) -> None:
        births, calls = sums.births.tolist(), sums.calls.tolist()
        for at, row_number in enumerate(rows.tolist()):
            row = self.rows.rows[row_number]
            row.instances += births[at]
            if births[at]:
                row.copies = max(row.copies, copies[at] + 1)
            if copies[at] == 0:  # every prompt that holds a copy holds the first
                row.calls_carried += calls[at]

    def _cost_since(self, thread: Thread, since: Sequence[int]) -> list[Decimal]:
        carrier = Carrier(thread, self._tokens_of)
        sums = ThreadSums(np.array(since, dtype=np.int64))
        for block in carrier.blocks():
            sums.take(block, len(carrier.instances.parts))
        return ExactSums(self.cards).costs(sums.tokens, len(carrier.instances.parts))

    def view(self, contents: Sequence[ThreadContent], *, is_counted: bool) -> ContentView:
        """Return the view of all threads taken."""
        rows, size = self.rows, len(self.rows.rows)
        exact = ExactSums(self.cards)
        carrying, produced = exact.costs(rows.carried, size), exact.costs(rows.produced, size)
        inputs = total_tokens(rows.carried, INPUT_UNITS, size)
        outputs = total_tokens(rows.produced, OUTPUT_UNITS, size)
        unpriced = total_tokens(_unpriced(rows.carried), INPUT_UNITS, size)
        unpriced += total_tokens(_unpriced(rows.produced), OUTPUT_UNITS, size)
        for at, row in enumerate(rows.rows):
            row.carrying_cost, row.made_cost = carrying[at], produced[at]
            row.unpriced_tokens = int(unpriced[at])
            row.input_tokens, row.output_tokens = int(inputs[at]), int(outputs[at])
        for at, counts in rows.fees.items():
            rows.rows[at].fee_cost = self._fees(counts)
        for at, amount in rows.charged.items():
            rows.rows[at].fee_cost = add(rows.rows[at].fee_cost, amount)
        return ContentView(
            rows.rows,
            contents,
            self.cards,
            rows.usage_of,
            rows.charged,
            is_counted,
            self.textless_calls,
        )

    def _fees(self, counts: dict[tuple[str, str], int]) -> Decimal:
        total = ZERO
        for (card, unit), count in counts.items():
            cost = price(Usage({unit: count}), self.cards[card])
            total = add(total, cost.total or ZERO)
        return total


def _unpriced(sums: Sums) -> Sums:
    return {key: tokens for key, tokens in sums.items() if key[0] == UNPRICED}
