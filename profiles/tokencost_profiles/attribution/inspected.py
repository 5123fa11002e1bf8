"""What detectors look at: priced calls in their threads, and the content of their prompts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from tokencost_pricing.cost import price
from tokencost_pricing.rate_card import Card
from tokencost_pricing.usage import Usage
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, TOOL_CALL, TOOL_RESULT
from tokencost_profiles.costs.call_pricer import Pricer

if TYPE_CHECKING:
    from tokencost_profiles.attribution.content import ContentView


_GOES_ON: Final = frozenset({ASSISTANT, TOOL_CALL, TOOL_RESULT})  # of answers before


class PricedCall(msgspec.Struct, gc=False):
    """A call with the rates that it pays. `usage` is what it is billed for, empty where unknown."""

    call: Call
    card: Card
    rates: str  # the name of the card
    usage: dict[str, int]
    is_priced: bool
    is_selected: bool = True  # whether it is among the calls asked for: others only explain them
    known_cost: Decimal | None = None

    @property
    def cost(self) -> Decimal | None:
        """What it costs in USD; None where it has no price."""
        if not self.is_priced:
            return None
        if self.known_cost is None:
            self.known_cost = price(Usage(self.usage), self.card).total
        return self.known_cost

    def cost_of(self, usage: Mapping[str, int]) -> Decimal | None:
        """Return what a usage costs at the rates of this call; None where it has no price."""
        return price(Usage(dict(usage)), self.card).total if self.is_priced else None

    @property
    def asks_for_tools(self) -> bool:
        """Whether its answer asks for tools."""
        return bool(self.call.tools) or any(
            part.role == TOOL_CALL for part in self.call.answer or ()
        )


class Thread(NamedTuple):
    """The calls of one conversation in their order: of a session, or of one of its sub-agents."""

    session: str | None
    thread: str | None  # None: the session itself
    agent: str | None
    calls: Sequence[PricedCall]

    @property
    def single(self) -> PricedCall | None:
        """Its call, where it is one question and its answer, without tools; else None."""
        if len(self.calls) != 1 or self.calls[0].asks_for_tools:
            return None
        if any(part.role in _GOES_ON for part in self.calls[0].call.parts or ()):
            return None
        return self.calls[0]


class Inspected(NamedTuple):
    """All that detectors look at. `content` is None where no text was read."""

    threads: Sequence[Thread]
    pricer: Pricer
    now: datetime
    content: ContentView | None = None
    settings: Mapping[str, Any] = {}
    # Words of answers and tool results by the hash of the part, where findings are asked for.
    words: Mapping[bytes, frozenset[int]] = {}

    @property
    def calls(self) -> list[PricedCall]:
        """Every call that was asked for, thread after thread."""
        return [call for thread in self.threads for call in thread.calls if call.is_selected]
