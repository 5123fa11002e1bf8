"""What a check may fail on beside its limits: `--fail-on`, findings of the logs among them."""

from __future__ import annotations

from typing import Final

from tokencost_pricing.errors import UsageError
from tokencost_profiles.calls.typed_numbers import one_of

FAIL_ON: Final = ("new", "missing", "unpriced", "estimated", "inconclusive", "price-change")
FINDING: Final = "finding"
PREFIX: Final = f"{FINDING}:"


def read_fail_on(name: str) -> str:
    """Read one name of `--fail-on`. Raise `UsageError` for one that there is not."""
    if name.startswith(PREFIX):
        from tokencost_profiles.findings import detectors

        detectors([name.removeprefix(PREFIX)])
        return name
    try:
        return one_of(FAIL_ON)(name)
    except UsageError as error:
        raise UsageError(error.message, hint=f"{error.hint}, finding:NAME") from None
