"""The verdict of the gate: a pure function from a comparison and a policy.

A limit is what may be reached: exactly at it passes, anything beyond fails. Nothing is rounded. An
increase is judged without what prices did, over the items that both sides have (of logs: over all
calls); what is new or gone has rules of its own, so that neither hides nor fakes a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_profiles.gate import bootstrap
from tokencost_profiles.gate.bootstrap import Sampled
from tokencost_profiles.gate.comparison import (
    ADDED,
    CHANGED,
    FAILED,
    REMOVED,
    UNCHANGED,
    Change,
    Comparison,
    total_of,
)
from tokencost_profiles.gate.limits import FAIL, WARN, Limits, Override, Policy
from tokencost_profiles.gate.smallness import small

PASS: Final = "pass"
INCONCLUSIVE: Final = "inconclusive"
ERROR: Final = "error"  # the answer is not known: something has no price, or could not be read
NOTE: Final = "note"
_RANK: Final = (PASS, WARN, INCONCLUSIVE, FAIL, ERROR)


class Reason(NamedTuple):
    """Why the verdict is what it is. `value` and `limit` are what was compared, unrounded."""

    level: str  # fail, warn, note
    code: str
    item: Change | None = None
    value: Decimal | None = None
    limit: Decimal | None = None
    scope: str | None = None  # the pattern of the paths it speaks of
    about: str | None = None


class Verdict(NamedTuple):
    """The answer, its reasons, and that of each item, in the order of the comparison."""

    verdict: str
    reasons: tuple[Reason, ...]
    items: tuple[str, ...]


def judge(comparison: Comparison, policy: Policy, sampled: Sampled | None = None) -> Verdict:
    """Judge a comparison."""
    reasons: list[Reason] = []
    for item in comparison.items:
        reasons += _item(item, comparison, policy.of(item.path)[0])
    for scope in _scopes(comparison, policy, whole=sampled is None):
        reasons += _total(scope, comparison)
    reasons += _prices(comparison, policy.limits)
    found = _worst(reasons)
    if sampled is not None:
        answer, reason = _runs(sampled, policy)
        reasons.append(reason)
        found = max(found, answer, key=_RANK.index)
    ordered = sorted(reasons, key=lambda one: (FAIL, WARN, NOTE).index(one.level))
    return Verdict(found, tuple(ordered), _by_item(comparison.items, reasons))


def _worst(reasons: Iterable[Reason]) -> str:
    found = PASS
    for reason in reasons:
        if reason.level != NOTE:
            unknown = reason.level == FAIL and reason.code in ("unpriced", "failed")
            found = max(found, ERROR if unknown else reason.level, key=_RANK.index)
    return found


def _by_item(items: Sequence[Change], reasons: Iterable[Reason]) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for reason in reasons:
        if reason.item is not None and reason.level != NOTE:
            at = id(reason.item)
            found[at] = max(found.get(at, PASS), reason.level, key=_RANK.index)
    return tuple(found.get(id(item), PASS) for item in items)


def _item(item: Change, whole: Comparison, limits: Limits) -> Iterator[Reason]:
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
        yield Reason(FAIL, "estimated", item, Decimal(str(head.error)))
    calls = head.calls or 1
    tokens = divide(Decimal(head.input_tokens), Decimal(calls))
    yield from _beyond("max-tokens", item, tokens, limits.max_tokens, limits.warn_tokens)
    if head.window is not None:
        share = Decimal(repr(head.window))
        yield from _beyond(
            "context-window", item, share, limits.context_window, limits.warn_context_window
        )
    if head.cost is not None and limits.budget_per in ("item", "call"):
        each = divide(head.cost, Decimal(calls)) if limits.budget_per == "call" else head.cost
        for reason in _beyond("budget", item, each, limits.budget, limits.warn_budget):
            yield reason._replace(about=limits.budget_per)
    yield from _item_increase(item, limits)


def _failed(item: Change, limits: Limits) -> Reason:
    head = item.head
    if head is not None and head.problem is not None:
        return Reason(FAIL, "failed", item, about=item.problem)
    if head is not None and head.failure:
        level = FAIL if "unpriced" in limits.fail_on else limits.unpriced
        return Reason(level, "unpriced", item, about=item.problem)
    return Reason(WARN, "failed", item, about=item.problem)


def _beyond(
    code: str, item: Change | None, value: Decimal, limit: Decimal | None, warn: Decimal | None,
    scope: str | None = None,
) -> Iterator[Reason]:  # fmt: skip
    if limit is not None and value > limit:
        yield Reason(FAIL, code, item, value, limit, scope)
    elif warn is not None and value > warn:
        yield Reason(WARN, code, item, value, warn, scope)


def _item_increase(item: Change, limits: Limits) -> Iterator[Reason]:
    growth = item.growth
    if growth is None or growth <= 0 or item.status not in (CHANGED, UNCHANGED):
        return
    for reason in _increase(
        "max-item-increase", growth, item.before, limits.max_item_increase,
        limits.warn_item_increase, item,
    ):  # fmt: skip
        if small(growth, (item,), limits):
            yield reason._replace(level=NOTE, about="below --ignore-below")
        elif growth <= item.noise_cost:
            yield reason._replace(level=NOTE, about="within the stated error")
        else:
            yield reason


def _increase(
    code: str, growth: Decimal, before: Decimal, limit: Decimal | None, warn: Decimal | None,
    item: Change | None = None, scope: str | None = None,
) -> Iterator[Reason]:  # fmt: skip
    """Yield what a relative increase breaks. From nothing, any increase is beyond any limit."""
    share = divide(growth, before) if before else None
    for level, bound in ((FAIL, limit), (WARN, warn)):
        if bound is not None and growth > multiply(bound, before):
            yield Reason(level, code, item, share, bound, scope)
            return


class _Scope(NamedTuple):
    """Items whose sum is judged together."""

    pattern: str | None
    limits: Limits
    items: tuple[Change, ...]
    increases: bool = True  # whether growth is judged here, not by resampling


def _scopes(comparison: Comparison, policy: Policy, *, whole: bool) -> list[_Scope]:
    """Return the items under the general limits, and those of patterns with limits on sums."""
    own: dict[Override, list[Change]] = {}
    rest: list[Change] = []
    for item in comparison.items:
        entry = policy.of(item.path)[1]
        if entry is not None and entry.sums:
            own.setdefault(entry, []).append(item)
        else:
            rest.append(item)
    scopes = [_Scope(None, policy.limits, tuple(rest), whole)]
    return scopes + [_Scope(e.match, e.limits, tuple(items)) for e, items in own.items()]


def _total(scope: _Scope, whole: Comparison) -> Iterator[Reason]:
    limits = scope.limits
    yield from _sum_budget(scope, whole)
    if whole.against is None or not scope.increases:
        return
    judged = [item for item in scope.items if _judged(item, whole)]
    growth = total_of(item.growth for item in judged)
    before = total_of(item.before for item in judged)
    found = [
        *_increase("max-increase", growth, before, limits.max_increase, limits.warn_increase,
                   scope=scope.pattern),
        *_beyond("max-increase-usd", None, growth, limits.max_increase_usd,
                 limits.warn_increase_usd, scope.pattern),
    ]  # fmt: skip
    if growth <= 0 or not found:
        return
    sure = [item for item in judged if abs(item.growth or ZERO) > item.noise_cost]
    certain = _Certain(total_of(item.growth for item in sure), before, limits)
    for reason in found:
        if small(growth, judged, limits):
            yield reason._replace(level=NOTE, about="below --ignore-below")
        elif not certain.breaks(reason):
            yield reason._replace(level=NOTE, about="within the stated error")
        else:
            yield reason


class _Certain(NamedTuple):
    """The growth of what changed by more than the error of its counts."""

    growth: Decimal
    before: Decimal
    limits: Limits

    def breaks(self, reason: Reason) -> bool:
        """Whether a limit is broken all the same."""
        bound = reason.limit or ZERO
        if reason.code == "max-increase":
            bound = multiply(bound, self.before)
        return self.growth > bound


def _judged(item: Change, whole: Comparison) -> bool:
    """Whether an item takes part in the increase of the whole."""
    if whole.grouped:
        return item.status != FAILED
    return item.status in (CHANGED, UNCHANGED)


def _sum_budget(scope: _Scope, whole: Comparison) -> Iterator[Reason]:
    limits = scope.limits
    if limits.budget_per not in ("run", "month"):
        return
    heads = [item.head for item in scope.items if item.head and item.head.cost is not None]
    total = total_of(head.cost for head in heads)
    if whole.grouped:
        calls = sum(head.calls or 0 for head in heads)
        over = whole.runs[1] or 1 if limits.budget_per == "run" else calls
        total = divide(total, Decimal(over)) if over else ZERO
    if limits.budget_per == "month":
        total = multiply(total, Decimal(whole.monthly or 0))
    for reason in _beyond(
        "budget", None, total, limits.budget, limits.warn_budget, scope.pattern
    ):  # fmt: skip
        yield reason._replace(about=limits.budget_per)


def _prices(comparison: Comparison, limits: Limits) -> Iterator[Reason]:
    """Tell what prices did. They fail a change only where that is asked for."""
    changes = [item.price_change for item in comparison.items]
    if not any(changes):
        return
    total = total_of(changes)
    failing = "price-change" in limits.fail_on and any(change > 0 for change in changes)
    before = ZERO
    for item in comparison.items:
        if item.base is not None and item.status in (CHANGED, UNCHANGED):
            saved = item.base.cost if item.base.saved is None else item.base.saved
            before = add(before, saved or ZERO)
    share = divide(total, before) if before else None
    yield Reason(FAIL if failing else NOTE, "price-change", None, share, about=f"{total:f}")


def _runs(sampled: Sampled, policy: Policy) -> tuple[str, Reason]:
    limit = policy.limits.max_increase or ZERO
    answer = bootstrap.verdict(sampled, float(limit), policy.min_cases)
    change = Decimal(repr(sampled.change))
    if answer == bootstrap.INCONCLUSIVE:
        failing = "inconclusive" in policy.limits.fail_on
        few = f"only {sampled.cases} of the {policy.min_cases} cases that it takes"
        about = few if sampled.cases < policy.min_cases else "the limit is within the interval"
        level = FAIL if failing else WARN
        reason = Reason(level, "inconclusive", None, change, limit, None, about)
        return (FAIL if failing else INCONCLUSIVE), reason
    if answer == bootstrap.FAIL:
        return FAIL, Reason(FAIL, "max-increase", None, change, limit)
    return PASS, Reason(NOTE, "max-increase", None, change, limit)
