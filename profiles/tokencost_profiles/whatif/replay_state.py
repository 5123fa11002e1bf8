"""What a replay knows while changes are applied: calls on their way, sums, notes."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple

from tokencost_pricing.money import ONE, ZERO, add, multiply
from tokencost_profiles.whatif.call_set import CallSet, Entry
from tokencost_profiles.whatif.cost_totals import CostTotals
from tokencost_profiles.whatif.models import Models

# What the cached tokens of a scenario are: those of the log, or those of the simulator.
RECORDED: Final = "recorded"
REPLAYED: Final = "replayed"


class BreakEven(NamedTuple):
    """From which volume on hardware is cheaper than an API."""

    calls_a_day: Decimal | None  # None: never, a call costs nothing at the API
    capacity: Decimal | None  # calls a day that the hardware gets through
    month: Decimal  # USD of the hardware


class Portion(NamedTuple):
    """A share of an entry, on its way through the changes of a scenario."""

    entry: Entry
    at: int  # which entry of the call set: portions of one entry are still the same calls
    share: Decimal = ONE
    error: float = 0.0  # relative, of its tokens


class ReplayState:
    """One replay: what the changes of a scenario read, and what they add to."""

    def __init__(self, calls: CallSet, models: Models) -> None:
        self.calls, self.models = calls, models
        self.totals = CostTotals(models.pricer)
        self.notes: dict[str, int] = {}  # what could not be computed, or is not sure -> calls
        self.keep_reasoning = False  # also on models that do not think
        self.cache = RECORDED
        self.is_cost_unknown = False  # tokens are known, and what they cost is not
        self.break_even: BreakEven | None = None
        self._noted: set[tuple[str, int]] = set()
        self._not_applied: dict[str, dict[int, int]] = {}  # key of a change -> entry -> calls
        self.estimated_tokens = ZERO  # counted here with an error, shares applied
        self._estimated: dict[int, int] = {}  # entry -> its calls
        self._weighted_error = 0.0
        self._tokens = 0

    def note(self, text: str, calls: int) -> None:
        """Note something about a number of calls."""
        self.notes[text] = self.notes.get(text, 0) + calls

    def note_portion(self, text: str, portion: Portion) -> None:
        """Note something about the calls of an entry, once for all its portions."""
        if (text, portion.at) not in self._noted:
            self._noted.add((text, portion.at))
            self.note(text, portion.entry.calls)

    def leave_unchanged(self, key: str, portion: Portion) -> None:
        """State that a change could not be applied to a portion.

        Where that holds for every call, the cost of the scenario is not known.
        """
        if portion.entry.call.usage is not None:
            self._not_applied.setdefault(key, {})[portion.at] = portion.entry.calls

    @property
    def is_applied_nowhere(self) -> bool:
        """Whether one of the changes could be applied to no call at all."""
        calls = sum(entry.calls for entry in self.calls.entries if entry.call.usage is not None)
        return any(sum(entries.values()) == calls for entries in self._not_applied.values())

    def add_moved(self, portion: Portion) -> None:
        """Take in the error of the tokens of a portion that another model is billed for."""
        tokens = sum((portion.entry.call.usage or {}).values())
        self._weighted_error += portion.error * tokens
        self._tokens += tokens

    def add_sent(self, portion: Portion) -> None:
        """Take in a portion as it is sent in the end."""
        usage = portion.entry.call.usage
        if portion.error and usage:
            self._estimated[portion.at] = portion.entry.calls
            tokens = multiply(portion.share, Decimal(sum(usage.values())))
            self.estimated_tokens = add(self.estimated_tokens, tokens)

    @property
    def estimated_calls(self) -> int:
        """How many calls have tokens that are counted here with an error."""
        return sum(self._estimated.values())

    @property
    def error(self) -> float:
        """The relative error of token counts that were not reported."""
        return self._weighted_error / self._tokens if self._tokens else 0.0

    @cached_property
    def recorded(self) -> CostTotals:
        """What the unchanged calls come to."""
        totals = CostTotals(self.models.pricer)
        for at, entry in enumerate(self.calls.entries):
            totals.add_calls(entry.call, entry.prompt, count=entry.calls, card=entry.card, at=at)
        return totals
