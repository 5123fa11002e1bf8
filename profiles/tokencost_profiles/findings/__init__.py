"""Patterns of waste: one file each, with a `FINDING`. Every one is asked, or those named.

What they look at is in `attribution`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_pricing.money import ZERO
from tokencost_profiles.attribution.finding import Detector, Finding, Hit
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.discovery import all_plugins

_FOLDER: Final = __name__


def detector_names() -> list[str]:
    """Return the names of all findings, as people write them."""
    return [detector.name for detector in detectors()]


def detectors(wanted: Sequence[str] | None = None) -> list[Detector]:
    """Return the detectors of these names, or all. Raise `UsageError` for a name of none."""
    known = {detector.name: detector for detector in all_plugins(_FOLDER, "FINDING")}
    if wanted is None:
        return list(known.values())
    for name in wanted:
        if name not in known:
            raise UsageError(
                f"there is no finding '{name}'{did_you_mean(name, known)}",
                hint=f"findings: {', '.join(known)}",
            )
    return [known[name] for name in wanted]


def find_all(inspected: Inspected, wanted: Sequence[str] | None = None) -> list[Finding]:
    """Return the findings that have a hit, the one that saves most first."""
    results = []
    for detector in detectors(wanted):
        if detector.needs_text and inspected.content is None:
            continue
        hits = sorted(detector.find(inspected), key=_order)
        if hits:
            results.append(Finding(detector, hits))
    return sorted(results, key=lambda one: (-_amount(one.saved), -_amount(one.cost)))


def textless(wanted: Iterable[Detector], inspected: Inspected) -> list[str]:
    """Return the names of detectors that say nothing here because no text was read."""
    if inspected.content is not None:
        return []
    return [detector.name for detector in wanted if detector.needs_text]


def _order(hit: Hit) -> tuple[Decimal, Decimal, str, int]:
    return -_amount(hit.saved), -_amount(hit.cost), hit.file, hit.line or 0


def _amount(amount: Decimal | None) -> Decimal:
    return ZERO if amount is None else amount
