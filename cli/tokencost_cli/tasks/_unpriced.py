"""`--unpriced`: whether unpriced calls only warn, or end a command with 4."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tokencost_pricing.errors import UnpricedError, UsageError, did_you_mean

FAIL: Final = "fail"
WARN: Final = "warn"


def check_policy(policy: str) -> None:
    """Raise `UsageError` for a policy that there is not."""
    if policy not in (FAIL, WARN):
        near = did_you_mean(policy, (FAIL, WARN))
        raise UsageError(f"--unpriced knows no '{policy}'{near}", hint=f"one of: {FAIL}, {WARN}")


def unpriced_error(policy: str, reasons: Iterable[str], calls: int = 0) -> UnpricedError | None:
    """Return what to end with once the report is written, where something has no price.

    `reasons`: why, the most frequent first. `calls`: how many calls lack one, where that is known.
    """
    reason = next(iter(reasons), None)
    if policy != FAIL or reason is None:
        return None
    number = f"{calls:,} call{'s' if calls != 1 else ''} without a price: " if calls else ""
    return UnpricedError(f"{number}{reason}")
