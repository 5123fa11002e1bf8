"""The content of prompts: one row a part, with what carrying it through calls cost.

The rows sum to the bill. Money of output is that of making a part (`made_cost`), not of carrying
it; what is no part of any prompt (fees, amounts that only the log states, prompts without text) is
a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.money import ZERO, add
from tokencost_pricing.rate_card import Card
from tokencost_profiles.attribution.inspected import Thread
from tokencost_profiles.calls.content import Part

# Kinds of rows that are no part of a log.
OVERHEAD: Final = "overhead"  # what providers and agents add and no log has
NO_TEXT: Final = "no text"  # prompts and answers whose text the log lacks
HIDDEN: Final = "hidden reasoning"  # billed, never in the log
FEE: Final = "fee"
CHARGED: Final = "charged"  # what logs state of calls that have no price


UNPRICED: Final = ""  # the name of the rates that tokens of calls without a price have

# Counts by the name of the rate card and by unit.
Usages = dict[str, dict[str, int]]


class ContentRow(msgspec.Struct, kw_only=True):
    """One part, by the hash of its kind, name and text, and what it cost in all prompts."""

    number: int  # in the view
    kind: str
    name: str = ""  # of the tool, of the fee
    target: str = ""  # the file or URL of the tool call
    hash: bytes = b""
    tokens: int = 0  # of one copy, by our count or by size; of the overhead, in one prompt
    instances: int = 0  # how often it was added to a prompt
    copies: int = 0  # the most in one prompt
    calls_carried: int = 0
    input_tokens: int = 0  # as billed, over all calls
    output_tokens: int = 0
    carrying_cost: Decimal = ZERO  # USD
    made_cost: Decimal = ZERO  # USD
    unpriced_tokens: int = 0  # of calls without a price: in no cost
    fee_cost: Decimal = ZERO  # USD, of what is no token: fees, and what logs state of others
    file: str = ""  # where it was first seen
    line: int | None = None
    session: str | None = None
    first_line: str = ""  # of its text, only where text was asked for

    @property
    def is_priced(self) -> bool:
        """Whether any of it has a price: else its costs are not known, and not 0."""
        tokens = self.input_tokens + self.output_tokens
        return not tokens or tokens > self.unpriced_tokens or bool(self.fee_cost)

    @property
    def is_billed(self) -> bool:
        """Whether any call that was asked for carried or made it; of others it says nothing."""
        return not self.hash or bool(self.calls_carried or self.input_tokens or self.output_tokens)

    @property
    def cost(self) -> Decimal:
        """Carrying, making and fees together, in USD, of what has a price."""
        return add(add(self.carrying_cost, self.made_cost), self.fee_cost)


class Instance(NamedTuple):
    """One part at one place of a thread."""

    part: Part
    first: int  # the first call of the thread whose prompt holds it
    last: int  # the last one
    row: int  # its row in the view
    cost: Decimal  # USD, of carrying it


class ThreadContent(NamedTuple):
    """The parts of a thread in the order of its prompts."""

    thread: Thread
    instances: Sequence[Instance]
    # USD that each instance cost from a call of the thread on, both by their numbers.
    cost_since: Callable[[Sequence[int]], Sequence[Decimal]]


class ContentView(NamedTuple):
    """Every row, by its number, and the threads that they are of."""

    rows: Sequence[ContentRow]
    threads: Sequence[ThreadContent]
    cards: Mapping[str, Card]
    usage_of: Callable[[Sequence[int]], Usages]  # of rows, by their numbers
    charged: Mapping[int, Decimal]  # USD by row, where logs state what calls without a price cost
    # Whether tokens of parts were counted, else they are from bytes; None: of a saved profile.
    is_counted: bool | None
    textless_calls: int = 0  # calls whose log has no text

    @property
    def by_cost(self) -> list[ContentRow]:
        """The rows that were billed, the dearest to carry first."""
        billed = (row for row in self.rows if row.is_billed)
        return sorted(billed, key=lambda row: (-row.carrying_cost, -row.cost, row.number))
