"""What the gate allows, and what breaks it: limits, reasons, and the increase of one item.

What has no price is judged on its tokens of input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from posixpath import join, normpath
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_profiles.calls.typed_numbers import amount, is_tokens, one_of, share, tokens
from tokencost_profiles.files.globs import matches
from tokencost_profiles.gate.comparison import Change
from tokencost_profiles.gate.effects import (
    CACHE,
    CHANGED,
    INPUT,
    MODE,
    MODEL,
    PRICE,
    REGION,
    UNCHANGED,
)
from tokencost_profiles.gate.fail_on import PREFIX, read_fail_on
from tokencost_profiles.gate.sampling import MIN_CASES

FAIL: Final = "fail"
WARN: Final = "warn"
PASS: Final = "pass"
INCONCLUSIVE: Final = "inconclusive"
ERROR: Final = "error"  # the answer is not known: something has no price, or could not be read
NOTE: Final = "note"
PER: Final = ("item", "call", "run", "month")


TOO_SMALL: Final = "below --ignore-below"
UNSURE: Final = "within the stated error"
# The mean rates of calls are quotients: what is below this is their last digit.
_ROUNDED: Final = Decimal("1e-12")


class Limits(NamedTuple):
    """What may not be exceeded. None is no limit."""

    max_increase: Decimal | None = None  # 0.10 is 10 %
    max_increase_usd: Decimal | None = None
    max_item_increase: Decimal | None = None
    budget: Decimal | None = None
    max_tokens: Decimal | None = None
    context_window: Decimal | None = None
    warn_increase: Decimal | None = None
    warn_increase_usd: Decimal | None = None
    warn_item_increase: Decimal | None = None
    warn_budget: Decimal | None = None
    warn_tokens: Decimal | None = None
    warn_context_window: Decimal | None = None
    budget_per: str = "call"
    ignore_below_usd: Decimal | None = None
    ignore_below_tokens: int | None = None
    fail_on: frozenset[str] = frozenset()
    unpriced: str = FAIL  # or WARN

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Limits:
        """Read limits as people type them. Raise `UsageError` for one that is none."""
        fields = (limit_fields(key, value).items() for key, value in values.items())
        return cls(**dict(pair for pairs in fields for pair in pairs))

    @property
    def findings(self) -> list[str]:
        """The findings of logs that a check fails on, by their names."""
        return sorted(name[len(PREFIX) :] for name in self.fail_on if name.startswith(PREFIX))

    @property
    def increases(self) -> bool:
        """Whether any increase is limited."""
        limits = (getattr(self, name) for name in _INCREASES)
        return any(limit is not None for limit in limits)


_INCREASES: Final = (
    *("max_increase", "max_increase_usd", "max_item_increase"),
    *("warn_increase", "warn_increase_usd", "warn_item_increase"),
)
_TOTALS: Final = frozenset(
    ("max_increase", "max_increase_usd", "warn_increase", "warn_increase_usd")
) | {"budget", "warn_budget"}


_SHARES: Final = (
    *("max_increase", "max_item_increase", "context_window"),
    *("warn_increase", "warn_item_increase", "warn_context_window"),
)
_AMOUNTS: Final = ("max_increase_usd", "budget", "warn_increase_usd", "warn_budget")
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(_SHARES, share),
    **dict.fromkeys(_AMOUNTS, amount),
    **dict.fromkeys(("max_tokens", "warn_tokens"), tokens),
    "budget_per": one_of(PER),
    "unpriced": one_of((FAIL, WARN)),
    "fail_on": read_fail_on,
    "ignore_below": amount,
}
KEYS: Final = tuple(_READ)


def limit_fields(key: str, value: Any) -> dict[str, Any]:
    """Read one limit as people type it: "10%", "$5", 0.1. Raise `UsageError` for any other."""
    if key not in _READ:
        raise UsageError(f"no limit '{key}'{did_you_mean(key, KEYS)}")
    if key == "fail_on":
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list | tuple):
            raise UsageError("must be a list of texts")
        names = [name.strip() for text in texts for name in str(text).split(",")]
        return {key: frozenset(_READ[key](name) for name in names if name)}
    if isinstance(value, bool | list | dict):
        raise UsageError("must be a number, or a text such as '10%'")
    if key == "ignore_below" and is_tokens(str(value)):
        return {"ignore_below_usd": None, "ignore_below_tokens": int(tokens(str(value)))}
    name = "ignore_below_usd" if key == "ignore_below" else key
    return {name: _READ[key](str(value))}


class Override(NamedTuple):
    """Limits for paths that match; `stated` names those that it sets itself."""

    match: str
    limits: Limits
    stated: frozenset[str]

    @property
    def sums(self) -> bool:
        """Whether it limits a sum: then its paths are summed apart from the others."""
        return bool(self.stated & _TOTALS)


class Policy(NamedTuple):
    """The limits, and those of paths. The last pattern that matches counts.

    `folder`: the working folder as it is seen from that of the patterns; empty: the same.
    """

    limits: Limits = Limits()
    paths: tuple[Override, ...] = ()
    min_cases: int = MIN_CASES
    folder: str = ""

    @property
    def is_monthly(self) -> bool:
        """Whether any budget is one of a month."""
        every = (self.limits, *(entry.limits for entry in self.paths))
        return any(one.budget_per == "month" and (one.budget or one.warn_budget) for one in every)

    def of(self, path: str) -> tuple[Limits, Override | None]:
        """Return the limits of a path that is seen from the working folder."""
        if self.folder and self.paths:
            path = normpath(join(self.folder, path))
        for entry in reversed(self.paths):
            if matches(entry.match, path):
                return entry.limits, entry
        return self.limits, None


NO_LIMITS: Final = Policy()


class Reason(NamedTuple):
    """Why the verdict is what it is. `value` and `limit` are what was compared, unrounded."""

    level: str  # fail, warn, note
    code: str
    item: Change | None = None
    value: Decimal | None = None
    limit: Decimal | None = None
    scope: str | None = None  # the pattern of the paths it speaks of
    about: str | None = None
    judged_on: str | None = None  # of an increase: input, whole, mixed
    in_tokens: bool = False  # an increase of what has no price: tokens of input are compared
    items: tuple[Change, ...] = ()  # of a sum: what grew, the largest first; of a budget: all


def over_limit(
    code: str,
    item: Change | None,
    value: Decimal,
    limit: Decimal | None,
    warn: Decimal | None,
    scope: str | None = None,
) -> Iterator[Reason]:
    """Yield the reason that a value gives where it is above a limit, or above its warning."""
    if limit is not None and value > limit:
        yield Reason(FAIL, code, item, value, limit, scope)
    elif warn is not None and value > warn:
        yield Reason(WARN, code, item, value, warn, scope)


class Growth(NamedTuple):
    """How much more than before: USD, or tokens of input."""

    more: Decimal
    before: Decimal
    judged_on: str
    in_tokens: bool = False

    def breaks(
        self,
        code: str,
        limit: Decimal | None,
        warn: Decimal | None,
        item: Change | None = None,
        scope: str | None = None,
    ) -> Iterator[Reason]:
        """Yield the limit that it breaks. From nothing, any increase exceeds any limit."""
        ratio = divide(self.more, self.before) if self.before else None
        for level, bound in ((FAIL, limit), (WARN, warn)):
            if bound is not None and self.more > multiply(bound, self.before):
                yield Reason(
                    level,
                    code,
                    item,
                    ratio,
                    bound,
                    scope,
                    judged_on=self.judged_on,
                    in_tokens=self.in_tokens,
                )
                return

    def is_small(self, items: Iterable[Change], limits: Limits) -> bool:
        """Whether the limits ignore it. `items`: those that grew."""
        if self.in_tokens:
            least = limits.ignore_below_tokens
            return least is not None and self.more < least
        return _is_small(self.more, items, limits)


def item_increase(item: Change, limits: Limits) -> Iterator[Reason]:
    """Yield the limit that the increase of one item breaks, and what of it no limit counts."""
    if item.charged_growth > 0 and limits.increases:
        yield Reason(NOTE, "charged-increase", item, item.charged_growth)
    growth = _growth(item)
    if growth is None or growth.more <= 0:
        return
    noise = Decimal(item.noise) if growth.in_tokens else item.noise_cost
    for reason in growth.breaks(
        "max-item-increase", limits.max_item_increase, limits.warn_item_increase, item
    ):
        if growth.is_small((item,), limits):
            yield reason._replace(level=NOTE, about=TOO_SMALL)
        elif growth.more <= noise:
            yield reason._replace(level=NOTE, about=UNSURE)
        else:
            yield reason


def _growth(item: Change) -> Growth | None:
    growth = item.token_growth
    if growth is not None:
        before = item.base.input_tokens if item.base else 0
        return Growth(Decimal(growth), Decimal(before), INPUT, in_tokens=True)
    if item.growth is None or item.status not in (CHANGED, UNCHANGED):
        return None
    return Growth(item.growth, item.before, item.judged_on)


def _is_small(growth: Decimal, items: Iterable[Change], limits: Limits) -> bool:
    """Whether an increase of cost is below what the limits ignore."""
    if limits.ignore_below_usd is not None and growth < limits.ignore_below_usd:
        return True
    if limits.ignore_below_tokens is None:
        return False
    dearer = _dearer_tokens(items)
    return dearer is not None and dearer < limits.ignore_below_tokens


def _dearer_tokens(items: Iterable[Change]) -> int | None:
    """Return how many tokens raised the cost of items; None: it was not their number.

    Summed for each model and cause: fewer tokens of a cheap model do not make up for more tokens of
    a dear one, and another model is an increase though every token stays.
    """
    sums: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for item in items:
        for effect in item.effects:
            place = (item.model, effect.cause)
            count, cost = sums.get(place, (0, ZERO))
            sums[place] = count + effect.tokens, add(cost, effect.cost)
    dearer = {
        place: count
        for place, (count, cost) in sums.items()
        if cost > _ROUNDED and place[1] != PRICE
    }
    if any(cause in (MODEL, MODE, REGION, CACHE) for _, cause in dearer):
        return None
    return sum(abs(count) for count in dearer.values())
