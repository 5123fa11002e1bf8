"""What the gate says: its answers, and the reasons for them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_profiles.gate.comparison import Change
from tokencost_profiles.gate.limits import FAIL, WARN

PASS: Final = "pass"
INCONCLUSIVE: Final = "inconclusive"
ERROR: Final = "error"  # the answer is not known: something has no price, or could not be read
NOTE: Final = "note"


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
