"""Why an item costs more: its difference, shared out over causes so that nothing is left.

A chain of bills leads from the base to the head, one cause changed at a time: its price, its model,
its tokens part by part, its cache, its output. Each effect is the step between two neighbours, so
the effects sum to the difference, to the last decimal, whatever tiers are crossed on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from tokencost_pricing import money
from tokencost_pricing.money import ZERO, add, divide, subtract
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS, TOKEN_UNITS
from tokencost_profiles.gate.items import Lines, Side
from tokencost_profiles.tokens.prompt_parts import PARTS

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
FAILED: Final = "failed"  # one side could not be counted or priced: there is no difference to tell
STATUSES: Final = (ADDED, REMOVED, CHANGED, UNCHANGED, FAILED)

# What an increase is judged on.
INPUT: Final = "input"  # the answer is assumed, or only capped: it must not decide
FULL: Final = "whole"  # input and output
MIXED: Final = "mixed"  # of a sum

# Why an item costs another sum than before.
PRICE: Final = "price"
MODEL: Final = "model"
MODE: Final = "mode"  # the same model in another mode
REGION: Final = "region"
TOKENS: Final = "tokens"
CACHE: Final = "cache"
OUTPUT: Final = "output"
VOLUME: Final = "volume"
CHARGED: Final = "charged"  # calls that have no rate, and cost what their log says
CAUSES: Final = (PRICE, MODEL, MODE, REGION, TOKENS, CACHE, OUTPUT, VOLUME, ADDED, REMOVED, CHARGED)


class Effect(NamedTuple):
    """One cause of a difference. The effects of an item sum to it exactly."""

    cause: str
    part: str | None
    tokens: int
    cost: Decimal


class _Step(NamedTuple):
    """What an item would use and cost after one more cause."""

    cause: str
    part: str | None
    tokens: int
    cost: Decimal | None  # None: not known; the next step that is known tells both


def effects(base: Side | None, head: Side | None, bridge: Side | None = None) -> tuple[Effect, ...]:
    """Return the effects that lead from one side to the other. Both must be priced.

    `bridge` is the base's text counted on the head's model, where the text is at hand. Charged
    calls have no rates: what they cost more is a separate effect.
    """
    charged = _charged(base, head)
    if charged is not None:
        rated = (side.rated if side and side.rated.calls else None for side in (base, head))
        return (*effects(*rated), *((charged,) if charged.cost else ()))
    if base is None or head is None:
        only = head or base
        if only is None or only.cost is None:
            return ()
        sign = 1 if head else -1
        return (Effect(ADDED if head else REMOVED, None, sign * only.tokens, sign * only.cost),)
    if base.cost is None or head.cost is None or _same(base, head):
        return ()
    steps = list(_group(base, head) if head.calls is not None else _prompt(base, head, bridge))
    steps[-1] = steps[-1]._replace(tokens=head.tokens, cost=head.cost)
    return tuple(_telescoped(base, steps))


def _charged(base: Side | None, head: Side | None) -> Effect | None:
    """Return what charged calls cost more; None where neither side has any."""
    before, after = (side.charged if side else None for side in (base, head))
    if before is None and after is None:
        return None
    tokens = _tokens(after.usage if after else {}) - _tokens(before.usage if before else {})
    cost = subtract(after.cost if after else ZERO, before.cost if before else ZERO)
    return Effect(CHARGED, None, tokens, cost)


def _same(base: Side, head: Side) -> bool:
    """Whether nothing that a chain could tell of differs."""
    return base is head or (
        base.usage == head.usage
        and base.parts == head.parts
        and base.at_head == base.cost
        and (base.cost, base.model, base.terms, base.calls, base.lines)
        == (head.cost, head.model, head.terms, head.calls, head.lines)
    )


def _telescoped(base: Side, steps: list[_Step]) -> Iterator[Effect]:
    cost, tokens = base.cost or ZERO, base.tokens
    for step in steps:
        if step.cost is None:
            continue
        if step.cost != cost or step.tokens != tokens:
            yield Effect(step.cause, step.part, step.tokens - tokens, subtract(step.cost, cost))
        cost, tokens = step.cost, step.tokens


def _prompt(base: Side, head: Side, bridge: Side | None) -> Iterator[_Step]:
    rates = head.rates or _unknown
    yield _Step(PRICE, None, base.tokens, base.at_head)
    usage, parts = dict(base.usage), base.parts
    if (base.model, base.terms) != (head.model, head.terms):
        if bridge is not None or (base.digest and base.digest == head.digest):
            counted = bridge or head
            usage = {**_rest(base.usage), **_input(counted.usage)}
            parts = counted.parts
        yield _Step(_terms_cause(base, head), None, _tokens(usage), _cost(rates(usage)))
    for part, total in _grown(usage, parts, head):
        usage = _with_input(usage, total, head.usage)
        yield _Step(TOKENS, part, _tokens(usage), _cost(rates(usage)))
    if _input(usage) != _input(head.usage):
        usage = {**_rest(usage), **_input(head.usage)}
        yield _Step(CACHE, None, _tokens(usage), _cost(rates(usage)))
    if _rest(usage) != _rest(head.usage):
        yield _Step(OUTPUT, None, head.tokens, head.cost)


def _terms_cause(base: Side, head: Side) -> str:
    if base.model != head.model:
        return MODEL
    return MODE if base.modes != head.modes else REGION


def _unknown(usage: Mapping[str, int]) -> Lines | None:
    return None


def _cost(lines: Lines | None) -> Decimal | None:
    return None if lines is None else money.total(lines.values())


def _tokens(usage: Mapping[str, int]) -> int:
    return sum([count for unit, count in usage.items() if unit in _COUNTED])


def _grown(
    usage: Mapping[str, int], parts: Mapping[str, int], head: Side
) -> Iterator[tuple[str | None, int]]:
    """Yield (part, input tokens once this part is as in the head), part by part."""
    total, wanted = sum(_input(usage).values()), head.input_tokens
    if sum(parts.values()) != total or sum(head.parts.values()) != wanted or not head.parts:
        if total != wanted:
            yield None, wanted
        return
    for part in PARTS:
        change = head.parts.get(part, 0) - parts.get(part, 0)
        if change:
            total += change
            yield part, total


def _with_input(usage: Mapping[str, int], total: int, head: Mapping[str, int]) -> dict[str, int]:
    """Return usage with another sum of input: what is cached stays, or keeps its share."""
    before = _input(usage)
    rest = _rest(usage)
    after = _input(head)
    cached = {unit: count for unit, count in before.items() if unit != "input"}
    if cached == {unit: count for unit, count in after.items() if unit != "input"}:
        fresh = total - sum(cached.values())
        if fresh >= 0:
            return {**rest, **cached, "input": fresh}
    before_sum = sum(before.values())
    shared = (
        {unit: count * total // before_sum for unit, count in before.items()} if before_sum else {}
    )
    shared["input"] = shared.get("input", 0) + total - sum(shared.values())
    return {**rest, **shared}


def _input(usage: Mapping[str, int]) -> dict[str, int]:
    return {unit: count for unit, count in usage.items() if unit in _INPUT}


def _rest(usage: Mapping[str, int]) -> dict[str, int]:
    return {unit: count for unit, count in usage.items() if unit not in _INPUT}


_INPUT: Final = frozenset(INPUT_UNITS)
_COUNTED: Final = frozenset(TOKEN_UNITS)


def _group(base: Side, head: Side) -> Iterator[_Step]:
    """Share out the difference of two groups of calls by their mean rates."""
    yield _Step(PRICE, None, base.tokens, base.at_head)
    if not base.calls or not head.calls:
        yield _Step(VOLUME, None, head.tokens, head.cost)
        return
    more = Fraction(head.calls, base.calls)
    cost = Fraction(base.at_head or ZERO) * more
    grown = round(base.tokens * more)
    yield _Step(VOLUME, None, grown, _decimal(cost))
    inputs, outputs = _sum(base, INPUT_UNITS), _sum(base, OUTPUT_UNITS)
    mean = inputs * more
    if base.input_tokens:
        mean = inputs * Fraction(head.input_tokens, base.input_tokens)
        cost += mean - inputs * more
    grown += head.input_tokens - round(base.input_tokens * more)
    yield _Step(TOKENS, None, grown, _decimal(cost))
    cost += _at_old_rates(base, head, INPUT_UNITS) - mean
    yield _Step(CACHE, None, grown, _decimal(cost))
    cost += _at_old_rates(base, head, OUTPUT_UNITS) - outputs * more
    yield _Step(OUTPUT, None, head.tokens, _decimal(cost))
    yield _Step(MODEL, None, head.tokens, head.cost)


def _sum(side: Side, units: tuple[str, ...]) -> Fraction:
    return sum((Fraction(side.lines.get(unit, ZERO)) for unit in units), Fraction(0))


def _at_old_rates(base: Side, head: Side, units: tuple[str, ...]) -> Fraction:
    """Return what the head's usage costs at the mean rates that the base paid."""
    total = Fraction(0)
    for unit in units:
        used, paid = base.usage.get(unit), base.lines.get(unit)
        if used and paid is not None:
            total += Fraction(paid) * head.usage.get(unit, 0) / used
        else:
            total += Fraction(head.lines.get(unit, ZERO))
    return total


def _decimal(value: Fraction) -> Decimal:
    return divide(Decimal(value.numerator), Decimal(value.denominator))


def summed(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Return the sums of effects, one for each cause and part, in a fixed order."""
    sums: dict[tuple[str, str | None], tuple[int, Decimal]] = {}
    for effect in effects:
        place = (effect.cause, effect.part)
        tokens, cost = sums.get(place, (0, ZERO))
        sums[place] = tokens + effect.tokens, add(cost, effect.cost)
    ordered = sorted(sums.items(), key=lambda one: (CAUSES.index(one[0][0]), one[0][1] or ""))
    return tuple(Effect(*place, *sum_) for place, sum_ in ordered)
