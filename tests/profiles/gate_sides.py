"""Prompts with invented costs, side by side, for the verdicts of a check."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.comparison import Comparison
from tokencost_profiles.gate.items import Side
from tokencost_profiles.gate.limits import Limits, Policy

PLACE = ("a.txt", "p/m")
RATE = Decimal("0.000001")  # USD a token, in and out


def side(tokens: int = 1000, **more: Any) -> Side:
    """Return a prompt of some tokens that costs a millionth of a dollar for each."""
    usage = {"input": tokens}
    stated = {"cost": tokens * RATE, "parts": {"user": tokens}, "tokenizer": "t", **more}
    return Side(
        "p/m",
        usage,
        rates=at(RATE),
        content=lambda: str(tokens),
        **{"lines": {"input": tokens * RATE}, **stated},
    )


def at(rate: Decimal) -> Callable[[Any], dict[str, Decimal]]:
    """Return rates of so much for every token."""
    return lambda usage: {unit: count * rate for unit, count in usage.items()}


def pair(before: int, after: int, path: str = "a.txt", **more: Any) -> Comparison:
    place = (path, "p/m")
    per_day = more.pop("per_day", None)
    return compare(
        {place: side(before)}, {place: side(after, **more)}, against="main", per_day=per_day
    )


def alone(tokens: int, **more: Any) -> Comparison:
    per_day = more.pop("per_day", None)
    return compare(None, {PLACE: side(tokens, **more)}, per_day=per_day)


def limits(**stated: Any) -> Policy:
    return Policy(Limits(**stated))


def answered(tokens: int, answer: int, source: str, **more: Any) -> Side:
    """Return a prompt with an answer, each token at the same rate, and where the answer is from."""
    lines = {"input": tokens * RATE, "output": answer * RATE}
    usage = {"input": tokens, "output": answer}
    cost = more.pop("cost", (tokens + answer) * RATE)
    return side(tokens, output_source=source, **{"lines": lines, "cost": cost, **more})._replace(
        usage=usage
    )
