"""Calls of a profile summed by any dimensions, and the groups in an order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from tokencost_pricing.money import ZERO
from tokencost_profiles.costs.dimensions import Dimension
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.totals import Summary

GroupKey = tuple[str | None, ...]


def total(profile: Profile, parts: Iterable[Summary]) -> Summary:
    """Return the sum of groups that together hold every cell, charged as they are."""
    everything = Summary(profile.cards)
    for part in parts:
        everything.absorb(part)
    return everything


def groups(
    profile: Profile, by: Sequence[Dimension], *, charged: bool = False
) -> dict[GroupKey, Summary]:
    """Return the sums by the values of dimensions.

    `charged`: calls that have no price of ours cost what their log states.
    """
    by_key: dict[GroupKey, Summary] = {}
    for key, cell in profile.cells.items():
        path = tuple(of(key) for of in by)
        group = by_key.get(path)
        if group is None:
            group = by_key[path] = Summary(profile.cards, charged=charged)
        group.take(key, cell)
    return by_key


_SORTS: Final[dict[str, Callable[[Summary], float | Decimal]]] = {
    "cost": lambda group: group.least or ZERO,
    "reported": lambda group: group.reported or ZERO,
    "tokens": lambda group: group.input_tokens + group.output_tokens,
    "input": lambda group: group.input_tokens,
    "output": lambda group: group.output_tokens,
    "calls": lambda group: group.cell.calls,
    "sessions": lambda group: len(group.sessions),
}
SORTS: Final = (*_SORTS, "key")


def ordered(groups: Mapping[GroupKey, Summary], sort: str) -> list[tuple[GroupKey, Summary]]:
    """Sort groups: the largest first, or by key. Ties and the unknown go by key, the last."""
    by_key = sorted(groups.items(), key=lambda item: _place(item[0]))
    if sort == "key":
        return by_key
    measure = _SORTS[sort]
    return sorted(by_key, key=lambda item: -measure(item[1]))


def _place(path: Iterable[str | None]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in path)
