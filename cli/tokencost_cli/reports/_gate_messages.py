"""The reasons of `check`, a sentence each, with their numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from tokencost_cli.output.formatting import count, percent
from tokencost_cli.reports._gate_words import (
    answers_in,
    difference_text,
    model_of,
    signed,
    signed_share,
    why,
)
from tokencost_pricing.money import money, total
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.effects import INPUT, MIXED
from tokencost_profiles.gate.limits import NOTE, WARN, Reason
from tokencost_profiles.gate.sampling import Sampled

_FINEST: Final = 12  # places of a number that is written in full


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
        return f"inconclusive, {reason.about}: {text}" if reason.about else text
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
            f"{what}{scope} costs {_at_least(reason, comparison)}"
            f"{_past_limit(reason.value, reason.limit, money)}{limit}{answers}"
        )
    if reason.code == "finding":
        return reason.about or ""
    if reason.code == "empty-base":
        return f"nothing of this is in {reason.about}: no increase could be judged"
    return _prices(reason)


def _of_all(reason: Reason, comparison: Comparison, scope: str, limit: str) -> str:
    """Say by how much all items together grew, and which adds most to it."""
    in_usd = reason.code == "max-increase-usd"
    amount = f"+{_past_limit(reason.value, reason.limit, money if in_usd else percent)}"
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
    """Say which part of a call is judged, where it is not all of it."""
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
        return f"{_past_limit(reason.value, reason.limit, _integer)} tokens of input"
    if code == "context-window":
        return f"{_past_limit(reason.value, reason.limit, percent)} of the context window"
    if code == "budget":
        each = "a call " if comparison.grouped and reason.about == "call" else ""
        least = _at_least(reason, comparison)
        return f"{each}costs {least}{_past_limit(reason.value, reason.limit, money)}"
    if code == "new":
        return f"is new, {money(value)}" if value is not None else "is new"
    if code == "missing":
        return "is in the base, and no more here"
    if code == "charged-increase":
        return f"{signed(value)} as the log itself says; without a rate it is reported, not judged"
    return item.problem or "cannot be compared"


def _of_one(reason: Reason, item: Change, comparison: Comparison) -> str:
    """Say by how much one item grew, of what it is judged on."""
    amount = (
        "from nothing"
        if reason.value is None
        else f"+{_past_limit(reason.value, reason.limit, percent)}"
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
        written = _exact_text(reason.limit, percent)
    elif reason.code == "max-tokens":
        written = count(int(reason.limit))
    else:
        written = _exact_text(reason.limit, money)
    warned = reason.level == WARN and reason.code != "inconclusive"
    return f" ({'warned from' if warned else 'limit'} {written})"


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


def change_of(item: Change, comparison: Comparison) -> str:
    """Say how many tokens more an item has, what that costs, and where it comes from."""
    parts = [f"{item.input_tokens:+,} input tokens"] if item.input_tokens else []
    if item.cost is not None:
        parts.append(difference_text(item.cost, comparison))
    causes = why(item.effects, comparison)
    return ", ".join(parts) + (f" ({causes})" if causes else "")


def _integer(value: Decimal) -> str:
    return count(int(value))


def _exact_text(value: Decimal, write: Callable[[Decimal], str]) -> str:
    """Write a limit as it was set: a rounded one might equal what breaks it."""
    text = write(value)
    if _value(text) == value or value.normalize().adjusted() < -_FINEST:
        return text
    return _digits(value, text, None)


def _at_least(reason: Reason, comparison: Comparison) -> str:
    """Say that a cost is a lower bound, where something of it has no price."""
    items = (reason.item,) if reason.item else reason.items
    if reason.item is None and reason.scope is None:
        items = comparison.items
    unpriced = (item.head is not None and item.head.failure is not None for item in items)
    return "at least " if any(unpriced) else ""


def _past_limit(
    value: Decimal | None, limit: Decimal | None, write: Callable[[Decimal], str]
) -> str:
    """Write what broke a limit, with as many digits as show that it did."""
    value = value or Decimal(0)
    text = write(value)
    if limit is None or _shows(text, limit):
        return text
    known = len(text.removesuffix("%").partition(".")[2])
    for places in range(known, _FINEST + 1):
        longer = _digits(value, text, places)
        if (_value(longer) or limit) > limit:
            return longer
    return text


def _shows(text: str, limit: Decimal) -> bool:
    """Whether a written number can be seen to be past a limit."""
    written = _value(text)
    if written is not None:
        return written > limit
    bound = _value(text.lstrip("<>"))  # <0.1%, >99%
    return not limit if text.startswith("<") else bound is not None and bound >= limit


def _value(text: str) -> Decimal | None:
    """Return the value of a written number, a share for a percentage; None for `<0.1%`."""
    try:
        value = Decimal(text.removesuffix("%").replace("$", "").replace(",", ""))
    except InvalidOperation:
        return None
    return value.scaleb(-2) if text.endswith("%") else value


def _digits(value: Decimal, like: str, places: int | None) -> str:
    """Write a number with so many places (None: all), as money or as a share like another."""
    share = like.endswith("%")
    number = value.scaleb(2) if share else value
    digits = f"{number.normalize():,f}" if places is None else f"{number:,.{places}f}"
    return f"{digits}%" if share else f"${digits}" if "$" in like else digits
