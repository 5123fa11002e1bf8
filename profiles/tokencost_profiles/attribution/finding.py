"""What a finding is: a pattern of waste, with what it cost, what would be saved, and where it is.

A finding that has no hit says nothing. Dollars of different findings may overlap: they are not
added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_pricing import money

if TYPE_CHECKING:
    from tokencost_profiles.attribution.inspected import Inspected

MEASURED: Final = "measured"
ESTIMATED: Final = "estimated"


class Hit(NamedTuple):
    """One place where a finding holds. `saved` is never more than `cost`; None: no dollars."""

    cost: Decimal | None  # USD that its calls or parts cost in the bill
    saved: Decimal | None  # USD, at most
    file: str
    line: int | None
    session: str | None
    calls: int
    subject: str = ""  # what it is about: the name of a tool, a file, a cause. Never prompt text
    hashes: tuple[bytes, ...] = ()  # of the parts it is about, where it is about parts


class Detector(NamedTuple):
    """What finds one pattern. Its hits are disjoint: no dollar stands in two of them."""

    name: str
    title: str  # a short noun phrase
    advice: str  # the fix, in one sentence
    explanation: str  # what it is, how its dollars are computed, when it is no waste
    confidence: str  # MEASURED or ESTIMATED
    find: Callable[[Inspected], Iterable[Hit]]
    needs_text: bool = False  # whether it says nothing of logs without text


class Finding(NamedTuple):
    """The hits of one detector, the dearest first."""

    detector: Detector
    hits: Sequence[Hit]

    @property
    def cost(self) -> Decimal | None:
        """What its calls or parts cost, in USD; None where it is not about dollars."""
        return _sum(hit.cost for hit in self.hits)

    @property
    def saved(self) -> Decimal | None:
        """The most that could have been saved, in USD; None where it is not about dollars."""
        return _sum(hit.saved for hit in self.hits)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return money.total(known) if known else None
