"""Sums of `check` and `diff` where some items have no price: a part is never the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tokencost_cli.output.formatting import count, money
from tokencost_cli.output.report import AtLeast, Cell
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.effects import FAILED
from tokencost_profiles.gate.items import Side


def base_text(cost: Decimal, comparison: Comparison) -> str:
    """Write what the base costs; where a part of it is in no sum, that it is at least so much."""
    return _text(cost, comparison, [(item, item.base) for item in comparison.items])


def head_text(cost: Decimal, comparison: Comparison) -> str:
    """Write the same of the head."""
    return _text(cost, comparison, [(item, item.head) for item in comparison.items])


def known(cost: Decimal | None, sides: Sequence[tuple[Change, Side | None]]) -> Cell:
    """Return a sum as a cell: a lower bound where it leaves out some of the sides."""
    return AtLeast(cost) if cost is not None and _left_out(sides) else cost


def _text(
    cost: Decimal, comparison: Comparison, sides: Sequence[tuple[Change, Side | None]]
) -> str:
    lost = _left_out(sides)
    if not lost:
        return money(cost)
    of = sum(_calls(side) for _, side in sides if side is not None)
    what = "calls in groups without a price" if comparison.grouped else "prompts unpriced"
    return f"at least {money(cost)} ({count(lost)} of {count(of)} {what})"


def _left_out(sides: Sequence[tuple[Change, Side | None]]) -> int:
    return sum(_calls(side) for item, side in sides if side is not None and item.status == FAILED)


def _calls(side: Side) -> int:
    return 1 if side.calls is None else side.calls
