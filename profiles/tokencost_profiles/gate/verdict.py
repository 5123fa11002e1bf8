"""The verdict of the gate: a pure function from a comparison and a policy.

A limit is what may be reached: exactly at it passes, anything above fails. Nothing is rounded. An
increase is judged less what prices did, over the items that both sides have (of logs: over all
calls); what is new or gone has separate rules, so that neither hides nor fakes a change. It is
judged on the input where nobody chose the answer, in tokens where the input has no price; a budget
is always judged on input and output together, at the least that it may cost. What has no price is
summed apart: tokens and money do not add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing import money
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_profiles.gate.comparison import Change, Comparison, basis_of
from tokencost_profiles.gate.effects import (
    ADDED,
    CHANGED,
    FAILED,
    FULL,
    INPUT,
    REMOVED,
    UNCHANGED,
)
from tokencost_profiles.gate.limits import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOTE,
    PASS,
    TOO_SMALL,
    UNSURE,
    WARN,
    Growth,
    Limits,
    Override,
    Policy,
    Reason,
    item_increase,
    over_limit,
)
from tokencost_profiles.gate.runs import judge_runs
from tokencost_profiles.gate.sampling import Sampled

_RANK: Final = (PASS, WARN, INCONCLUSIVE, FAIL, ERROR)


class Verdict(NamedTuple):
    """The answer, its reasons, and that of each item, in the order of the comparison."""

    verdict: str
    reasons: tuple[Reason, ...]
    items: tuple[str, ...]


def judge(
    comparison: Comparison,
    policy: Policy,
    sampled: Sampled | None = None,
    others: Iterable[Reason] = (),
) -> Verdict:
    """Judge a comparison. `others`: reasons that are not of its items."""
    if comparison.grouped:
        policy = policy._replace(folder="")  # names of groups are not paths
    reasons: list[Reason] = [*_empty_base(comparison), *others]
    for item in comparison.items:
        reasons += _item(item, comparison, policy.of(item.path)[0])
    for scope in _scopes(comparison, policy, increases=sampled is None):
        reasons += _total(scope, comparison)
    reasons += _prices(comparison, policy.limits)
    answer = _worst(reasons)
    if sampled is not None:
        of_runs, reason = judge_runs(sampled, policy)
        reasons.append(reason)
        answer = max(answer, of_runs, key=_RANK.index)
    ordered = sorted(reasons, key=lambda one: (FAIL, WARN, NOTE).index(one.level))
    return Verdict(answer, tuple(ordered), _by_item(comparison.items, reasons))


def _empty_base(comparison: Comparison) -> Iterator[Reason]:
    """Warn where no increase can be seen, because the base holds none of what is checked."""
    items = [] if comparison.grouped else [item for item in comparison.items if item.head]
    if comparison.against is not None and items and all(item.base is None for item in items):
        yield Reason(WARN, "empty-base", about=comparison.against)


def _worst(reasons: Iterable[Reason]) -> str:
    worst = PASS
    for reason in reasons:
        if reason.level != NOTE:
            unknown = reason.level == FAIL and reason.code in ("unpriced", "failed")
            worst = max(worst, ERROR if unknown else reason.level, key=_RANK.index)
    return worst


def _by_item(items: Sequence[Change], reasons: Iterable[Reason]) -> tuple[str, ...]:
    worst: dict[int, str] = {}
    for reason in reasons:
        if reason.item is not None and reason.level != NOTE:
            at = id(reason.item)
            worst[at] = max(worst.get(at, PASS), reason.level, key=_RANK.index)
    return tuple(worst.get(id(item), PASS) for item in items)


def _item(item: Change, comparison: Comparison, limits: Limits) -> Iterator[Reason]:
    if item.status == FAILED:
        yield _failed(item, limits)
    if item.status == ADDED and "new" in limits.fail_on:
        yield Reason(FAIL, "new", item, item.head.cost if item.head else None)
    if item.status == REMOVED and "missing" in limits.fail_on:
        yield Reason(FAIL, "missing", item, item.base.cost if item.base else None)
    head = item.head
    if head is None or head.problem is not None:
        return
    if head.method != "exact" and "estimated" in limits.fail_on:
        yield Reason(FAIL, "estimated", item, Decimal(str(max(head.margin))))
    calls = head.calls or 1
    tokens = divide(Decimal(head.input_tokens), Decimal(calls))
    yield from over_limit("max-tokens", item, tokens, limits.max_tokens, limits.warn_tokens)
    if head.window is not None:
        share = Decimal(repr(head.window))
        yield from over_limit(
            "context-window", item, share, limits.context_window, limits.warn_context_window
        )
    if (least := head.least) is not None and limits.budget_per in ("item", "call"):
        each = divide(least, Decimal(calls)) if limits.budget_per == "call" else least
        for reason in over_limit("budget", item, each, limits.budget, limits.warn_budget):
            yield reason._replace(about=limits.budget_per, judged_on=FULL)
    yield from item_increase(item, limits)


def _failed(item: Change, limits: Limits) -> Reason:
    head = item.head
    if head is not None and head.problem is not None:
        return Reason(FAIL, "failed", item, about=item.problem)
    if head is not None and head.failure:
        level = FAIL if "unpriced" in limits.fail_on else limits.unpriced
        return Reason(level, "unpriced", item, about=item.problem)
    return Reason(WARN, "failed", item, about=item.problem)


class _Scope(NamedTuple):
    """Items whose sum is judged together."""

    pattern: str | None
    limits: Limits
    items: tuple[Change, ...]
    increases: bool = True  # whether growth is judged here, not by resampling


def _scopes(comparison: Comparison, policy: Policy, *, increases: bool) -> list[_Scope]:
    """Return the items under the general limits, and those of patterns with limits on sums."""
    apart: dict[Override, list[Change]] = {}
    rest: list[Change] = []
    for item in comparison.items:
        entry = policy.of(item.path)[1]
        if entry is not None and entry.sums:
            apart.setdefault(entry, []).append(item)
        else:
            rest.append(item)
    scopes = [_Scope(None, policy.limits, tuple(rest), increases)]
    return scopes + [_Scope(e.match, e.limits, tuple(items)) for e, items in apart.items()]


def _total(scope: _Scope, comparison: Comparison) -> Iterator[Reason]:
    limits = scope.limits
    yield from _sum_budget(scope, comparison)
    if comparison.against is None or not scope.increases:
        return
    yield from sum_increase(scope.items, limits, scope.pattern, grouped=comparison.grouped)


def _sum_budget(scope: _Scope, comparison: Comparison) -> Iterator[Reason]:
    limits = scope.limits
    if limits.budget_per not in ("run", "month"):
        return
    items = [item for item in scope.items if item.head and item.head.least is not None]
    heads = [item.head for item in items if item.head]
    total = money.total(head.least for head in heads)
    if comparison.grouped:
        calls = sum(head.calls or 0 for head in heads)
        over = comparison.runs[1] or 1 if limits.budget_per == "run" else calls
        total = divide(total, Decimal(over)) if over else ZERO
    if limits.budget_per == "month":
        total = multiply(total, Decimal(comparison.monthly or 0))
    for reason in over_limit(
        "budget", None, total, limits.budget, limits.warn_budget, scope.pattern
    ):
        yield reason._replace(about=limits.budget_per, judged_on=FULL, items=tuple(items))


def sum_increase(
    items: Sequence[Change], limits: Limits, scope: str | None, *, grouped: bool
) -> Iterator[Reason]:
    """Yield the limits that the increase of all items together breaks.

    `grouped`: the items are groups of recorded calls, of which new and missing ones count too.
    """
    priced = [
        item
        for item in items
        if item.status in (CHANGED, UNCHANGED) or (grouped and item.status != FAILED)
    ]
    growth = Growth(
        money.total(item.growth for item in priced),
        money.total(item.before for item in priced),
        basis_of(priced),
    )
    reasons = [
        *growth.breaks("max-increase", limits.max_increase, limits.warn_increase, scope=scope),
        *over_limit(
            "max-increase-usd",
            None,
            growth.more,
            limits.max_increase_usd,
            limits.warn_increase_usd,
            scope,
        ),
    ]
    sure = money.total(item.growth for item in priced if abs(item.growth or ZERO) > item.noise_cost)
    yield from _with_items(reasons, growth, priced, limits, sure, lambda item: item.growth or ZERO)
    counted = [item for item in items if item.token_growth is not None]
    tokens = Growth(
        _tokens(counted),
        Decimal(sum(item.base.input_tokens for item in counted if item.base)),
        INPUT,
        in_tokens=True,
    )
    reasons = [
        *tokens.breaks("max-increase", limits.max_increase, limits.warn_increase, scope=scope)
    ]
    sure = _tokens(item for item in counted if abs(item.token_growth or 0) > item.noise)
    yield from _with_items(
        reasons, tokens, counted, limits, sure, lambda item: Decimal(item.token_growth or 0)
    )


def _tokens(items: Iterable[Change]) -> Decimal:
    return Decimal(sum(item.token_growth or 0 for item in items))


def _with_items(
    reasons: Iterable[Reason],
    growth: Growth,
    items: Sequence[Change],
    limits: Limits,
    sure: Decimal,
    more: Callable[[Change], Decimal],
) -> Iterator[Reason]:
    """Yield reasons with the items that they count; as notes where they are too small or unsure.

    `sure`: the growth of what changed by more than the error of its counts.
    """
    if growth.more <= 0:
        return
    grown = sorted(
        (item for item in items if more(item) > 0), key=lambda item: (-more(item), item.path)
    )
    for reason in reasons:
        reason = reason._replace(items=tuple(grown), judged_on=growth.judged_on)
        bound = reason.limit or ZERO
        if reason.code == "max-increase":
            bound = multiply(bound, growth.before)
        if growth.is_small(items, limits):
            yield reason._replace(level=NOTE, about=TOO_SMALL)
        elif sure <= bound:
            yield reason._replace(level=NOTE, about=UNSURE)
        else:
            yield reason


def _prices(comparison: Comparison, limits: Limits) -> Iterator[Reason]:
    """Tell what prices did. They fail a change only where that is asked for."""
    changes = [item.price_change for item in comparison.items]
    if not any(changes):
        return
    total = money.total(changes)
    failing = "price-change" in limits.fail_on and any(change > 0 for change in changes)
    before = ZERO
    for item in comparison.items:
        if item.base is not None and item.status in (CHANGED, UNCHANGED):
            saved = item.base.cost if item.base.saved is None else item.base.saved
            before = add(before, saved or ZERO)
    share = divide(total, before) if before else None
    yield Reason(FAIL if failing else NOTE, "price-change", None, share, about=f"{total:f}")
