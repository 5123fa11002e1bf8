"""Findings as reasons of a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tokencost_cli.output.formatting import count
from tokencost_pricing.money import money
from tokencost_profiles.gate.fail_on import FINDING
from tokencost_profiles.gate.limits import FAIL, Reason

if TYPE_CHECKING:
    from tokencost_profiles.attribution.finding import Finding


def finding_reasons(findings: Sequence[Finding]) -> list[Reason]:
    """Return a reason for every finding that a check was to fail on and that the logs have."""
    return [Reason(FAIL, FINDING, value=one.saved, about=_words(one)) for one in findings]


def _words(finding: Finding) -> str:
    first = finding.hits[0]
    number = len(finding.hits)
    places = f"{count(number)} place{'s' if number != 1 else ''}"
    where = first.file + (f", line {first.line}" if first.line else "")
    saved = "" if finding.saved is None else f" would save {money(finding.saved)}"
    return (
        f"{finding.detector.name}: {finding.detector.title},{saved} in {places}, first {where}; "
        f"{finding.detector.advice}"
    )
