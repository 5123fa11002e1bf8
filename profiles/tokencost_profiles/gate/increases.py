"""Increases: of one item, and of all together, each judged on what it is judged on.

What has no price is judged on its tokens of input, and summed apart: tokens and money do not add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.money import ZERO, divide, multiply
from tokencost_profiles.gate.comparison import CHANGED, FAILED, INPUT, UNCHANGED, Change, basis_of
from tokencost_profiles.gate.limits import FAIL, WARN, Limits
from tokencost_profiles.gate.reasons import NOTE, Reason, over_limit
from tokencost_profiles.gate.sides import total_of
from tokencost_profiles.gate.smallness import small

_SMALL: Final = "below --ignore-below"
_UNSURE: Final = "within the stated error"


class _Growth(NamedTuple):
    """How much more, as a share of what it was."""

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
        """Yield the limit that it breaks. From nothing, any increase is beyond any limit."""
        share = divide(self.more, self.before) if self.before else None
        for level, bound in ((FAIL, limit), (WARN, warn)):
            if bound is not None and self.more > multiply(bound, self.before):
                yield Reason(
                    level,
                    code,
                    item,
                    share,
                    bound,
                    scope,
                    judged_on=self.judged_on,
                    in_tokens=self.in_tokens,
                )
                return


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
        if _small(growth, (item,), limits):
            yield reason._replace(level=NOTE, about=_SMALL)
        elif growth.more <= noise:
            yield reason._replace(level=NOTE, about=_UNSURE)
        else:
            yield reason


def _growth(item: Change) -> _Growth | None:
    tokens = item.token_growth
    if tokens is not None:
        before = item.base.input_tokens if item.base else 0
        return _Growth(Decimal(tokens), Decimal(before), INPUT, in_tokens=True)
    if item.growth is None or item.status not in (CHANGED, UNCHANGED):
        return None
    return _Growth(item.growth, item.before, item.judged_on)


def _small(growth: _Growth, items: Iterable[Change], limits: Limits) -> bool:
    if growth.in_tokens:
        least = limits.ignore_below_tokens
        return least is not None and growth.more < least
    return small(growth.more, items, limits)


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
    growth = _Growth(
        total_of(item.growth for item in priced),
        total_of(item.before for item in priced),
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
    sure = total_of(item.growth for item in priced if abs(item.growth or ZERO) > item.noise_cost)
    yield from _counting(reasons, growth, priced, limits, sure, lambda item: item.growth or ZERO)
    counted = [item for item in items if item.token_growth is not None]
    tokens = _Growth(
        _tokens(counted),
        Decimal(sum(item.base.input_tokens for item in counted if item.base)),
        INPUT,
        in_tokens=True,
    )
    reasons = [
        *tokens.breaks("max-increase", limits.max_increase, limits.warn_increase, scope=scope)
    ]
    sure = _tokens(item for item in counted if abs(item.token_growth or 0) > item.noise)
    yield from _counting(
        reasons, tokens, counted, limits, sure, lambda item: Decimal(item.token_growth or 0)
    )


def _tokens(items: Iterable[Change]) -> Decimal:
    return Decimal(sum(item.token_growth or 0 for item in items))


def _counting(
    reasons: Iterable[Reason],
    growth: _Growth,
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
        if _small(growth, items, limits):
            yield reason._replace(level=NOTE, about=_SMALL)
        elif sure <= bound:
            yield reason._replace(level=NOTE, about=_UNSURE)
        else:
            yield reason
