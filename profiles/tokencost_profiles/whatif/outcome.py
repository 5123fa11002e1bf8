"""What a scenario comes to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.money import subtract
from tokencost_profiles.whatif.bill import Bill
from tokencost_profiles.whatif.hardware import BreakEven
from tokencost_profiles.whatif.scenario import Scenario

BASE: Final = "as recorded"
REPLAYED_BASE: Final = "as recorded, cache replayed"
# What the cached tokens of a scenario are: those of the log, or those of the simulator.
RECORDED: Final = "recorded"
REPLAYED: Final = "replayed"


class Outcome(NamedTuple):
    """A scenario and what it comes to."""

    scenario: Scenario
    bill: Bill
    calls: int
    notes: Mapping[str, int]  # what could not be computed, or is not sure -> calls
    error: float  # relative, of token counts that were not reported
    window: float | None  # the longest request as a share of its model's window
    over_window: int  # calls that do not fit
    over_output: int  # calls whose answer is longer than the model writes
    break_even: BreakEven | None = None
    cache: str = RECORDED
    undecided: bool = False  # its tokens are known, what they cost is not

    @property
    def cost(self) -> Decimal | None:
        """What it costs; None where nothing has a price, or where it depends on what is unknown."""
        return None if self.undecided else self.bill.cost

    def delta(self, base: Outcome) -> Decimal | None:
        """Return by how much it costs more than the base.

        None where calls without a price are left out of one of the two only: what is cheaper
        because something is missing is no saving.
        """
        if self.cost is None or base.cost is None:
            return None
        if self.bill.unpriced_calls != base.bill.unpriced_calls:
            return None
        return subtract(self.cost, base.cost)

    def relative(self, base: Outcome) -> float | None:
        """Return the same as a share of the base."""
        delta = self.delta(base)
        return float(delta / base.cost) if delta is not None and base.cost else None
