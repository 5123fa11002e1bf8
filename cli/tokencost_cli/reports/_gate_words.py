"""Numbers and names as the reports of `diff` and `check` write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tokencost_cli.output.formatting import count, percent
from tokencost_cli.output.tables import AtLeast, Cell
from tokencost_pricing.money import money, multiply, total
from tokencost_profiles.estimates.output_length import ASSUMED, CEILING
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.effects import (
    ADDED,
    CACHE,
    CHARGED,
    FAILED,
    MODE,
    MODEL,
    OUTPUT,
    PRICE,
    REGION,
    REMOVED,
    TOKENS,
    VOLUME,
    Effect,
)
from tokencost_profiles.gate.items import Side

_MOST: Final = 3
_CAUSES: Final = {
    PRICE: "price",
    MODEL: "model",
    MODE: "mode",
    REGION: "region",
    TOKENS: "tokens",
    CACHE: "cache",
    OUTPUT: "output",
    VOLUME: "calls",
    ADDED: "new",
    REMOVED: "gone",
    CHARGED: "charged by the log",
}
_PARTS: Final = {
    "tool_call": "tool calls",
    "tool_result": "tool results",
    "attachment": "attachments",
    "frame": "frame around the text",
}


def signed(cost: Decimal | None) -> str | None:
    """Write a difference of money."""
    if cost is None:
        return None
    return money(cost) if cost <= 0 else f"+{money(cost)}"


def signed_share(share: Decimal | None) -> str | None:
    """Write a relative difference."""
    if share is None:
        return None
    text = percent(share)
    return f"+{text}" if share > 0 else text


def cause_of(effect: Effect) -> str:
    """Name a cause, by the part of the prompt where it is known."""
    if effect.part is not None:
        return _PARTS.get(effect.part, effect.part)
    return _CAUSES[effect.cause]


def why(effects: Sequence[Effect], comparison: Comparison, most: int = _MOST) -> str:
    """Name the largest causes, with their tokens, or their money in a month or per 1,000 calls."""
    ordered = sorted(effects, key=lambda effect: -abs(effect.cost))
    texts = []
    for effect in ordered[:most]:
        noun = "" if effect.cause == TOKENS and effect.part is None else " tokens"
        tokens = f" {effect.tokens:+,}{noun}" if effect.tokens else ""
        if (not tokens or effect.cause in (MODEL, MODE, REGION)) and effect.cost:
            cost = effect.cost if comparison.grouped else at_volume(effect.cost, comparison)[0]
            tokens = f" {signed(cost)}"
        texts.append(f"{cause_of(effect)}{tokens}")
    more = len(effects) - most
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def model_of(item: Change) -> str:
    """Name the model, and the one before where it is another."""
    return item.model if item.base_model is None else f"{item.base_model} → {item.model}"


def month(cost: Decimal | None, comparison: Comparison) -> Decimal | None:
    """Return what a difference of one call comes to in a month, where the volume is known."""
    monthly = comparison.monthly
    if cost is None or monthly is None or comparison.grouped:
        return None
    return multiply(cost, Decimal(monthly))


def at_volume(cost: Decimal, comparison: Comparison) -> tuple[Decimal, str]:
    """Return what a call costs at the volume that is known: (a month, or 1,000 calls, its name)."""
    monthly = month(cost, comparison)
    if monthly is not None:
        return monthly, "a month"
    return multiply(cost, Decimal(1000)), "per 1,000 calls"


def total_cost(cost: Decimal, comparison: Comparison) -> str:
    """Write what a call costs, in a month or per 1,000 calls."""
    amount, unit = at_volume(cost, comparison)
    return f"{money(amount)} {unit}"


def difference_text(cost: Decimal, comparison: Comparison) -> str:
    """Write what a call costs more, in a month or per 1,000 calls."""
    if comparison.grouped:
        return str(signed(cost))
    amount, unit = at_volume(cost, comparison)
    return f"{signed(amount)} {unit}"


def answer_length(sides: Iterable[Side]) -> str:
    """Write how many tokens the answers of sides have: `500 tokens`, `100 to 200 tokens`."""
    lengths = sorted({side.output_tokens for side in sides})
    if len(lengths) == 1:
        return f"{count(lengths[0])} token{'' if lengths[0] == 1 else 's'}"
    return f"{count(lengths[0])} to {count(lengths[-1])} tokens"


def answers_in(sides: Iterable[Side]) -> str:
    """Say which part of a cost is an answer that nobody chose; empty where there is none."""
    sides = [side for side in sides if side.output_tokens]
    assumed = [side for side in sides if side.output_source == ASSUMED]
    capped = [side for side in sides if side.output_source == CEILING]
    texts = []
    if assumed:
        texts.append(f"an assumed answer of {answer_length(assumed)}")
    if capped:
        texts.append(f"an answer capped at {answer_length(capped)}")
    return f", {' and '.join(texts)} included" if texts else ""


def base_text(cost: Decimal, comparison: Comparison) -> str:
    """Write what the base costs; where a part of it is in no sum, that it is at least so much."""
    return _text(cost, comparison, [(item, item.base) for item in comparison.items])


def head_text(cost: Decimal, comparison: Comparison) -> str:
    """Write the same of the head."""
    return _text(cost, comparison, [(item, item.head) for item in comparison.items])


def known(cost: Decimal | None, sides: Sequence[tuple[Change, Side | None]]) -> Cell:
    """Return a sum as a cell: a lower bound where it leaves out sides."""
    return AtLeast(_least(cost, sides)) if cost is not None and _left_out(sides) else cost


def _text(
    cost: Decimal, comparison: Comparison, sides: Sequence[tuple[Change, Side | None]]
) -> str:
    lost = _left_out(sides)
    if not lost:
        return money(cost)
    of = sum(_calls(side) for _, side in sides if side is not None)
    what = "calls in groups without a price" if comparison.grouped else "prompts unpriced"
    return f"at least {money(_least(cost, sides))} ({count(lost)} of {count(of)} {what})"


def _least(cost: Decimal, sides: Sequence[tuple[Change, Side | None]]) -> Decimal:
    """Return a sum of what has a price with the least of what only many hosts have one for."""
    unpriced = (side for _, side in sides if side is not None and side.cost is None)
    return total([cost, *(side.least for side in unpriced if side.least is not None)])


def _left_out(sides: Sequence[tuple[Change, Side | None]]) -> int:
    return sum(_calls(side) for item, side in sides if side is not None and item.status == FAILED)


def _calls(side: Side) -> int:
    return 1 if side.calls is None else side.calls
