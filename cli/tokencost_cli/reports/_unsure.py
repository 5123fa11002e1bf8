"""Costs that are not one number: who may have billed, and between which amounts it lies."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tokencost_cli.output.formatting import count
from tokencost_cli.output.tables import AtLeast, Cell
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.money import money
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.costs.unsure import Ends, Place

AMBIGUOUS: Final = "ambiguous-model"
_MOST_MODELS: Final = 5
_MEND: Final = "--provider NAME decides"


def span(ends: Ends) -> str:
    """Write what an amount lies between."""
    low, high = money(ends.low), money(ends.high)
    return low if low == high else f"{low} to {high}"


def host_warnings(total: Summary) -> list[tuple[CodedText, frozenset[Place]]]:
    """Return a warning for each model that many hosts sell, with the models that it is about."""
    ends = total.host_ends
    places = sorted(ends, key=lambda place: (-total.unpriced.get(place, 0), str(place)))
    return [(_warning(place, ends[place], total), frozenset({place})) for place in places]


def first_warnings(total: Summary) -> list[tuple[CodedText, frozenset[Place]]]:
    """Return the same for the models of the most calls, and one for all others."""
    warnings = host_warnings(total)
    if len(warnings) <= _MOST_MODELS + 1:
        return warnings
    rest = frozenset(place for _, places in warnings[_MOST_MODELS:] for place in places)
    every = total.host_ends
    low, high = (sum((every[place][at] for place in rest), Decimal(0)) for at in (0, 1))
    calls = sum(total.unpriced.get(place, 0) for place in rest)
    text = (
        f"{len(rest)} more models that many hosts sell: {_calls(calls)}, "
        f"{span(Ends(low, high))}; {_MEND}"
    )
    return [*warnings[:_MOST_MODELS], (CodedText(AMBIGUOUS, text), rest)]


def _warning(place: Place, ends: Ends, total: Summary) -> CodedText:
    _, model, _ = place
    text = (
        f"'{model}' does not say who bills: {_calls(total.unpriced.get(place, 0))}, {span(ends)} "
        f"at the hosts that sell it; {_MEND}"
    )
    return CodedText(AMBIGUOUS, text, model=model)


def _calls(number: int) -> str:
    return f"{count(number)} call{'s' if number != 1 else ''}"


def cost_cell(group: Summary) -> Cell:
    """Return the cost of calls for a table, as the least where calls are left out of it."""
    amount = group.least
    return AtLeast(amount) if amount is not None and group.uncosted_calls else amount


def range_lines(total: Summary) -> tuple[str, ...]:
    """Return the line that says between which amounts the cost lies, where it is not one number."""
    ends = total.ends
    if ends is None:
        return ()
    left_out = total.unpriced_calls - total.unsure_calls
    rest = f"; {_calls(left_out)} more without any price" if left_out else ""
    low, high = money(ends.low), money(ends.high)
    return (f"the cost lies between {low} and {high}, by the host that answered{rest}",)
