"""The sentences of `diff` and `check`: one line a reason, with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from tokencost_cli.formatting import count, money, percent
from tokencost_pricing.money import multiply
from tokencost_profiles.gate.bootstrap import Sampled
from tokencost_profiles.gate.budgets import NOTE, Reason
from tokencost_profiles.gate.comparison import (
    ADDED,
    CACHE,
    MODEL,
    OUTPUT,
    PRICE,
    REMOVED,
    TOKENS,
    VOLUME,
    Change,
    Comparison,
    Effect,
    effects_in,
    total_of,
)
from tokencost_profiles.gate.limits import WARN

_MOST: Final = 3
_FINEST: Final = 12  # places of a number that is written in full
_CAUSES: Final = {
    PRICE: "price", MODEL: "model", TOKENS: "tokens", CACHE: "cache", OUTPUT: "output",
    VOLUME: "calls", ADDED: "new", REMOVED: "gone",
}  # fmt: skip
_PARTS: Final = {
    "tool_call": "tool calls", "tool_result": "tool results", "attachment": "attachments",
    "frame": "frame around the text",
}  # fmt: skip


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


def _read(text: str) -> Decimal | None:
    """Return what a written number says, as a share where it is one; None: it says no number."""
    try:
        value = Decimal(text.removesuffix("%").replace("$", "").replace(",", ""))
    except InvalidOperation:  # <0.1%
        return None
    return value.scaleb(-2) if text.endswith("%") else value


def _exact(value: Decimal, write: Callable[[Decimal], str]) -> str:
    """Write a limit as it was given: what is rounded could not be told from what is beyond it."""
    text = write(value)
    if _read(text) == value or value.normalize().adjusted() < -_FINEST:
        return text
    return _digits(value, text, None)


def _beyond(reason: Reason, write: Callable[[Decimal], str]) -> str:
    """Write what broke a limit, with as many digits as show that it did."""
    value, limit = reason.value or Decimal(0), reason.limit
    text = write(value)
    if limit is None:
        return text
    said = _read(text)
    if said is None:  # <0.1%, >99%
        said = _read(text.lstrip("<>"))
        told = not limit if text.startswith("<") else said is not None and said >= limit
    else:
        told = said > limit
    if told:
        return text
    known = len(text.removesuffix("%").partition(".")[2])
    for places in range(known, _FINEST + 1):
        longer = _digits(value, text, places)
        if (_read(longer) or limit) > limit:
            return longer
    return text


def _digits(value: Decimal, like: str, places: int | None) -> str:
    """Write a number with so many places (None: all), as money or as a share like another."""
    share = like.endswith("%")
    shown = value.scaleb(2) if share else value
    digits = f"{shown.normalize():,f}" if places is None else f"{shown:,.{places}f}"
    return f"{digits}%" if share else f"${digits}" if "$" in like else digits


def _whole(value: Decimal) -> str:
    return count(int(value))


def cause_of(effect: Effect) -> str:
    """Name a cause, by the part of the prompt where it is known."""
    if effect.part is not None:
        return _PARTS.get(effect.part, effect.part)
    return _CAUSES[effect.cause]


def why(effects: Sequence[Effect], most: int = _MOST) -> str:
    """Name the largest causes, with their tokens."""
    ordered = sorted(effects, key=lambda effect: -abs(effect.cost))
    told = []
    for effect in ordered[:most]:
        noun = "" if effect.cause == TOKENS and effect.part is None else " tokens"
        tokens = f" {effect.tokens:+,}{noun}" if effect.tokens else ""
        if (not tokens or effect.cause == MODEL) and effect.cost:
            tokens = f" {signed(effect.cost)}"
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


def change_of(item: Change, comparison: Comparison) -> str:
    """Say what an item costs more, where it comes from, and what that is in a month."""
    each = "" if comparison.grouped else " a call"
    text = f"{signed(item.cost)}{each}"
    monthly = month(item.cost, comparison)
    if monthly is not None:
        text += f", {signed(monthly)} a month"
    told = why(item.effects)
    return f"{text} ({told})" if told else text


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
    if item is not None:
        return f"{_named(item)}: {_of_item(reason, item, comparison)}{limit}"
    value = reason.value
    if reason.code in ("max-increase", "max-increase-usd"):
        items = [one for one in comparison.items if one.growth]
        told = _largest(items, comparison)
        in_usd = reason.code == "max-increase-usd"
        amount = f"+{_beyond(reason, money if in_usd else percent)}"
        if value is None:
            amount = f"{signed(total_of(one.growth for one in items))}, from nothing"
        what = "the calls" if comparison.grouped else "a call of each prompt"
        verb = "cost" if comparison.grouped else "costs"
        return f"{what}{scope} {verb} {amount} against {comparison.against}{limit}{told}"
    if reason.code == "budget":
        what = "a run" if comparison.grouped else "a call of each prompt"
        if reason.about == "month":
            what = "a month"
        return f"{what}{scope} costs {_beyond(reason, money)}{limit}"
    return _prices(reason)


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
    if code == "max-item-increase":
        share = f"+{_beyond(reason, percent)}, " if value is not None else "from nothing, "
        return f"{share}{change_of(item, comparison)}"
    if code == "estimated":
        return f"its tokens are estimated (±{percent(value or 0)})"
    if code == "max-tokens":
        return f"{_beyond(reason, _whole)} tokens of input"
    if code == "context-window":
        return f"{_beyond(reason, percent)} of the context window"
    if code == "budget":
        each = "a call " if comparison.grouped and reason.about == "call" else ""
        return f"{each}costs {_beyond(reason, money)}"
    if code == "new":
        return f"is new, {money(value)}" if value is not None else "is new"
    if code == "missing":
        return "is in the base, and no more here"
    return item.problem or "cannot be compared"


def _limit(reason: Reason) -> str:
    if reason.limit is None:
        return ""
    shares = ("max-increase", "max-item-increase", "context-window", "inconclusive")
    if reason.code in shares:
        shown = _exact(reason.limit, percent)
    elif reason.code == "max-tokens":
        shown = count(int(reason.limit))
    else:
        shown = _exact(reason.limit, money)
    warned = reason.level == WARN and reason.code != "inconclusive"
    return f" ({'warned from' if warned else 'limit'} {shown})"


def _largest(items: Iterable[Change], comparison: Comparison) -> str:
    """Name the item that adds most."""
    found = sorted(items, key=lambda one: (-(one.growth or Decimal(0)), one.path))
    if not found or (found[0].growth or 0) <= 0:
        return ""
    first = found[0]
    lead = "" if len(found) == 1 else "most of it "
    return f": {lead}{_named(first)}, {change_of(first, comparison)}"


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


def total_effects(comparison: Comparison) -> tuple[Effect, ...]:
    """Return the effects of all items."""
    return effects_in(item for item in comparison.items if item.compared)
