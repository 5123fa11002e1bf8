"""What a scenario comes to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.money import ZERO, add, subtract
from tokencost_profiles.whatif.cost_totals import CostTotals
from tokencost_profiles.whatif.replay_state import RECORDED, BreakEven
from tokencost_profiles.whatif.scenario import Scenario


class Outcome(NamedTuple):
    """A scenario and what it comes to."""

    scenario: Scenario
    totals: CostTotals
    calls: int
    notes: Mapping[str, int]  # what could not be computed, or is not sure -> calls
    error: float  # relative, of token counts that were not reported
    window: float | None  # the longest request as a share of its model's window
    over_window: int  # calls that do not fit
    over_output: int  # calls whose answer is longer than the model writes
    break_even: BreakEven | None = None
    cache: str = RECORDED
    is_cost_unknown: bool = False  # its tokens are known, what they cost is not
    estimated_calls: int = 0  # whose tokens are counted here with an error
    estimated_tokens: int = 0  # of these

    @property
    def cost(self) -> Decimal | None:
        """What it costs; None where nothing has a price, or where it depends on what is unknown."""
        return None if self.is_cost_unknown else self.totals.cost

    @property
    def cost_range(self) -> tuple[Decimal, Decimal] | None:
        """The least and the most that it may cost: tokens may be counted with an error.

        And where a host is not known, or an hour, it is what the cheapest and the dearest ask.
        """
        error = sum(self.totals.errors.values(), start=ZERO)
        ends = None if self.is_cost_unknown else self.totals.ends
        if ends is not None:
            return subtract(ends.low, error), add(ends.high, error)
        if self.cost is None or not error:
            return None
        return subtract(self.cost, error), add(self.cost, error)

    @property
    def least(self) -> Decimal | None:
        """The cost; where calls are of a model that many hosts sell, the least it can be."""
        ends = self.totals.ends if self.totals.is_unsure and not self.is_cost_unknown else None
        return self.cost if ends is None else ends.low

    def delta(self, base: Outcome) -> Decimal | None:
        """Return by how much it costs more than the base.

        None where unpriced calls are left out of one of the two only: what is cheaper
        because something is missing is no saving.
        """
        if self.cost is None or base.cost is None:
            return None
        if self.totals.unpriced_calls != base.totals.unpriced_calls:
            return None
        return subtract(self.cost, base.cost)

    def relative(self, base: Outcome) -> float | None:
        """Return the same as a share of the base."""
        delta = self.delta(base)
        return float(delta / base.cost) if delta is not None and base.cost else None
