"""The unchanged calls that scenarios are compared with, and what they come to in a month."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Final

from tokencost_pricing.money import divide, multiply
from tokencost_profiles.whatif.call_set import Book
from tokencost_profiles.whatif.other_model import Desk
from tokencost_profiles.whatif.outcome import BASE, REPLAYED, REPLAYED_BASE, Outcome
from tokencost_profiles.whatif.recorded_cache import AS_RECORDED
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import Scenario

_MONTH: Final = Decimal(30)  # days


class Unchanged:
    """The calls as they were: by their record, and with the cache replayed where that is needed.

    A scenario whose cache was replayed is compared with unchanged calls replayed by the same
    simulator: otherwise the error of the simulator would look like a saving.
    """

    def __init__(self, book: Book, desk: Desk) -> None:
        self._book, self._desk = book, desk

    @cached_property
    def recorded(self) -> Outcome:
        """The calls as their log has them."""
        return replay(self._book, Scenario(BASE), self._desk)

    @cached_property
    def replayed(self) -> Outcome:
        """The same with the cache simulated under each session's own policy."""
        return replay(self._book, Scenario(REPLAYED_BASE, cache=AS_RECORDED), self._desk)

    def of(self, outcome: Outcome) -> Outcome:
        """Return what a scenario is compared with: unchanged calls with the same kind of cache."""
        return self.replayed if outcome.cache == REPLAYED else self.recorded

    @property
    def used(self) -> tuple[Outcome, ...]:
        """What was compared with so far, the record first."""
        replayed = self.__dict__.get("replayed")
        return (self.recorded, replayed) if replayed is not None else (self.recorded,)


def month(amount: Decimal, book: Book) -> Decimal:
    """Return what an amount for the book's time comes to in thirty days."""
    return divide(multiply(amount, _MONTH), Decimal(str(round(book.span, 6))))
