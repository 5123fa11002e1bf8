"""The sentences of `diff` and `check`: one line a reason, with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tokencost_cli.output.formatting import count, money, percent
from tokencost_cli.reports._gate_answers import answers_in
from tokencost_cli.reports._gate_numbers import exact_text, past_limit
from tokencost_pricing.money import multiply, total
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.effects import (
    ADDED,
    CACHE,
    CHARGED,
    INPUT,
    MIXED,
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
from tokencost_profiles.gate.limits import NOTE, WARN, Reason
from tokencost_profiles.gate.sampling import Sampled

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


def _whole(value: Decimal) -> str:
    return count(int(value))


def cause_of(effect: Effect) -> str:
    """Name a cause, by the part of the prompt where it is known."""
    if effect.part is not None:
        return _PARTS.get(effect.part, effect.part)
    return _CAUSES[effect.cause]


def why(effects: Sequence[Effect], comparison: Comparison, most: int = _MOST) -> str:
    """Name the largest causes, with their tokens, or their money in a month or per 1,000 calls."""
    ordered = sorted(effects, key=lambda effect: -abs(effect.cost))
    told = []
    for effect in ordered[:most]:
        noun = "" if effect.cause == TOKENS and effect.part is None else " tokens"
        tokens = f" {effect.tokens:+,}{noun}" if effect.tokens else ""
        if (not tokens or effect.cause in (MODEL, MODE, REGION)) and effect.cost:
            cost = effect.cost if comparison.grouped else at_volume(effect.cost, comparison)[0]
            tokens = f" {signed(cost)}"
        told.append(f"{cause_of(effect)}{tokens}")
    more = len(effects) - most
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")


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


def change_of(item: Change, comparison: Comparison) -> str:
    """Say how many tokens more an item has, what that costs, and where it comes from."""
    parts = [f"{item.input_tokens:+,} input tokens"] if item.input_tokens else []
    if item.cost is not None:
        parts.append(difference_text(item.cost, comparison))
    causes = why(item.effects, comparison)
    return ", ".join(parts) + (f" ({causes})" if causes else "")


def largest(items: Iterable[Change], *, rising: bool = True) -> Change | None:
    """Return the item that adds most to the cost, or takes most from it; None where none does."""
    sign = 1 if rising else -1
    moved = [item for item in items if sign * (item.growth or 0) > 0]
    return min(moved, key=lambda item: (-sign * (item.growth or 0), item.path), default=None)


def message_of(reason: Reason, comparison: Comparison, sampled: Sampled | None) -> str:
    """Write one reason as a line."""
    text = _text(reason, comparison, sampled)
    if reason.level == NOTE and reason.about and reason.code != "price-change":
        text += f"; {reason.about}: not counted"
    return text


def _text(reason: Reason, comparison: Comparison, sampled: Sampled | None) -> str:
    item, scope = reason.item, f" of {reason.scope}" if reason.scope else ""
    if sampled is not None and item is None and reason.code in ("max-increase", "inconclusive"):
        text = sampled_words(sampled, _limit(reason))
        return f"cannot be told, {reason.about}: {text}" if reason.about else text
    limit = _limit(reason)
    if item is not None and reason.code == "max-item-increase":
        return _of_one(reason, item, comparison)
    if item is not None:
        answers = ""
        if reason.code in ("budget", "context-window") and item.head is not None:
            answers = answers_in([item.head])
        return f"{_named(item)}: {_of_item(reason, item, comparison)}{limit}{answers}"
    if reason.code in ("max-increase", "max-increase-usd"):
        return _of_all(reason, comparison, scope, limit)
    if reason.code == "budget":
        what = "a run" if comparison.grouped else "a call of each prompt"
        if reason.about == "month":
            what = "a month"
        answers = answers_in([one.head for one in reason.items if one.head])
        return (
            f"{what}{scope} costs {past_limit(reason.value, reason.limit, money)}{limit}{answers}"
        )
    if reason.code == "empty-base":
        return f"nothing of this is in {reason.about}: no increase could be judged"
    return _prices(reason)


def _of_all(reason: Reason, comparison: Comparison, scope: str, limit: str) -> str:
    """Say by how much all items together grew, and which adds most to it."""
    in_usd = reason.code == "max-increase-usd"
    amount = f"+{past_limit(reason.value, reason.limit, money if in_usd else percent)}"
    if reason.value is None:
        amount = f"{signed(total(one.growth for one in reason.items))}, from nothing"
    if reason.in_tokens:
        what = f"the input of a call of each prompt without a price{scope} has"
        if comparison.grouped:
            what = f"the input of the calls without a price{scope} has"
        amount += " tokens"
    elif comparison.grouped:
        what = f"the calls{scope} cost"
    else:
        what = f"{_judged_part(reason)}a call of each prompt{scope} costs"
    named = ""
    if reason.items:
        first = reason.items[0]
        lead = "" if len(reason.items) == 1 else "most of it "
        named = f": {lead}{_named(first)}, {change_of(first, comparison)}"
    return f"{what} {amount} against {comparison.against}{limit}{named}"


def _judged_part(reason: Reason) -> str:
    """Say which part of a call is judged, where it is not the whole."""
    if reason.judged_on == INPUT:
        return "the input of "
    return "the judged part of " if reason.judged_on == MIXED else ""


def _prices(reason: Reason) -> str:
    change = Decimal(reason.about or "0")
    share = f" ({signed_share(reason.value)})" if reason.value is not None else ""
    return (
        f"prices changed: what was used before costs {signed(change)}{share} at today's prices; "
        "that is no increase of use"
    )


def _named(item: Change) -> str:
    return f"{item.path} ({model_of(item)})" if item.path != item.model else item.path


def _of_item(reason: Reason, item: Change, comparison: Comparison) -> str:
    value = reason.value
    code = reason.code
    if code == "estimated":
        return f"its tokens are estimated (±{percent(value or 0)})"
    if code == "max-tokens":
        return f"{past_limit(reason.value, reason.limit, _whole)} tokens of input"
    if code == "context-window":
        return f"{past_limit(reason.value, reason.limit, percent)} of the context window"
    if code == "budget":
        each = "a call " if comparison.grouped and reason.about == "call" else ""
        return f"{each}costs {past_limit(reason.value, reason.limit, money)}"
    if code == "new":
        return f"is new, {money(value)}" if value is not None else "is new"
    if code == "missing":
        return "is in the base, and no more here"
    if code == "charged-increase":
        return f"{signed(value)} as the log itself says; without a rate it is shown, not judged"
    return item.problem or "cannot be compared"


def _of_one(reason: Reason, item: Change, comparison: Comparison) -> str:
    """Say by how much one item grew, of what it is judged on."""
    amount = (
        "from nothing"
        if reason.value is None
        else f"+{past_limit(reason.value, reason.limit, percent)}"
    )
    limit = _limit(reason)
    if reason.in_tokens:
        more = f"{item.input_tokens:+,} tokens, without a price"
        return f"{_named(item)}: {amount} tokens of input{limit}: {more}"
    of = " of input" if reason.judged_on == INPUT else ""
    return f"{_named(item)}: {amount}{of}{limit}: {change_of(item, comparison)}"


def _limit(reason: Reason) -> str:
    if reason.limit is None:
        return ""
    shares = ("max-increase", "max-item-increase", "context-window", "inconclusive")
    if reason.code in shares:
        shown = exact_text(reason.limit, percent)
    elif reason.code == "max-tokens":
        shown = count(int(reason.limit))
    else:
        shown = exact_text(reason.limit, money)
    warned = reason.level == WARN and reason.code != "inconclusive"
    return f" ({'warned from' if warned else 'limit'} {shown})"


def sampled_words(sampled: Sampled, limit: str = "") -> str:
    """Say what runs of the same cases tell."""
    low, high = (signed_share(_decimal(value)) for value in (sampled.low, sampled.high))
    return (
        f"a run costs {signed_share(_decimal(sampled.change))} over {sampled.cases} cases "
        f"({percent(sampled.confidence)} sure: {low} to {high}){limit}; "
        f"{sampled.runs[0]} and {sampled.runs[1]} runs show changes from "
        f"{percent(sampled.detectable)} on"
    )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))
