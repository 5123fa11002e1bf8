"""`Cell`: the sums of calls that are alike in everything one can group by and in their rates."""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from typing import Final

import msgspec

from tokencost_pricing.money import add
from tokencost_pricing.rate_card import Card, billed
from tokencost_profiles.calls.call import CACHED, CALL, OK, PASS, Call

MICRO = 1_000_000
_SINGLE: Final = (CALL, PASS)  # records of one request
_NO_USAGE: Final[dict[str, int]] = {}
# What few calls have, and what it is in most of them.
rare_of: Final = attrgetter("cost", "latency", "first_token", "error", "status")
PLAIN: Final = (None, None, None, 0.0, OK)


class Cell(msgspec.Struct, omit_defaults=True, gc=False):
    """Sums of calls. Times are UTC seconds, durations integer microseconds, money is USD."""

    calls: int = 0
    usage: dict[str, int] = msgspec.field(default_factory=dict)
    without_usage: int = 0
    reported: Decimal | None = None  # what the log says they cost
    reported_calls: int = 0
    first: float | None = None
    last: float | None = None
    latency: int = 0
    latency_calls: int = 0
    latency_output: int = 0  # tokens of output of the calls whose latency is known
    first_token: int = 0
    first_token_calls: int = 0
    error: float = 0.0  # the largest relative error of its counts
    charged: Decimal | None = None  # what the log says that calls with no price of ours cost
    charged_calls: int = 0

    def add(self, other: Cell) -> None:
        """Take in the calls of another cell."""
        self.calls += other.calls
        for unit, count in other.usage.items():
            self.usage[unit] = self.usage.get(unit, 0) + count
        self.span(other.first, other.last)
        if other.has_rare_sums:
            self._add_rare(other)

    def _add_rare(self, other: Cell) -> None:
        self.without_usage += other.without_usage
        self.reported_calls += other.reported_calls
        self.charged_calls += other.charged_calls
        self.latency += other.latency
        self.latency_calls += other.latency_calls
        self.latency_output += other.latency_output
        self.first_token += other.first_token
        self.first_token_calls += other.first_token_calls
        self.reported = _sum(self.reported, other.reported)
        self.charged = _sum(self.charged, other.charged)
        self.error = max(self.error, other.error)

    @property
    def has_rare_sums(self) -> bool:
        """Whether there is more in it than calls, usage and times."""
        return bool(
            self.without_usage
            or self.reported_calls
            or self.charged_calls
            or self.latency_calls
            or self.first_token_calls
            or self.error
        )

    def span(self, first: float | None, last: float | None) -> None:
        """Take in the times of other calls."""
        if first is not None and (self.first is None or first < self.first):
            self.first = first
        if last is not None and (self.last is None or last > self.last):
            self.last = last

    def take(self, call: Call, card: Card, *, priced: bool, reported: bool) -> None:
        """Add a call. `reported`: the cost that its log states is no part of its session's."""
        self.calls += 1
        usage = billed_usage(call, card)
        if usage is None:
            self.without_usage += 1
        else:
            sums = self.usage
            for unit, count in usage.items():
                sums[unit] = sums.get(unit, 0) + count
        at = call.at
        if at is not None:
            if self.first is None or at < self.first:
                self.first = at
            if self.last is None or at > self.last:
                self.last = at
        if rare_of(call) != PLAIN:
            self._take_rare(call, usage, priced=priced, reported=reported)

    def _take_rare(
        self, call: Call, usage: dict[str, int] | None, *, priced: bool, reported: bool
    ) -> None:
        if call.cost is not None:
            if reported:
                self.reported = _sum(self.reported, call.cost)
                self.reported_calls += 1
            charge = None if priced or call.status == CACHED else call.charge
            if charge is not None:
                self.charged = _sum(self.charged, charge)
                self.charged_calls += 1
        if call.latency is not None:
            self.latency += round(call.latency * MICRO)
            self.latency_calls += 1
            self.latency_output += sum(
                (usage or {}).get(unit, 0) for unit in ("output", "reasoning")
            )
        if call.first_token is not None:
            self.first_token += round(call.first_token * MICRO)
            self.first_token_calls += 1
        self.error = max(self.error, call.error)


def billed_usage(call: Call, card: Card) -> dict[str, int] | None:
    """Return the counts that a call pays for; None where its log has no usage."""
    usage = _NO_USAGE if call.status == CACHED else call.usage
    if usage is not None and card.per_call:
        return billed(usage, card, 1 if call.scope in _SINGLE else None)
    return usage


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    if a is None or b is None:
        return b if a is None else a
    return add(a, b)
