"""`--format gitlab`: a code quality report, for a merge request."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

from tokencost_cli.output.gate_places import Place, fingerprint, main_place, place_of
from tokencost_cli.output.gate_report import GateReason, GateReport
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report, verdict_of
from tokencost_cli.output.safe_text import visible

_SEVERITIES: Final = {"fail": "major", "warn": "minor"}
# The host wants a place for everything; what is about no file is about the repository.
_NOWHERE: Final = Place(".", 1)


class GitLab:
    """Writes one finding a reason."""

    endings: Final = ()
    commands: Final = ("check",)

    def render(self, report: Report, style: Style) -> str:
        """Return the findings."""
        gate = verdict_of(report, "gitlab")
        seen: Counter[str] = Counter()
        reasons = list(gate.reasons)
        if gate.assumptions:
            text = "; ".join(gate.assumptions)
            reasons.append(GateReason(level="note", code="basis", text=text))
        findings = [_finding(reason, gate, seen) for reason in reasons]
        return json.dumps(findings, indent=2) + "\n"


def _finding(reason: GateReason, gate: GateReport, seen: Counter[str]) -> dict[str, Any]:
    at = place_of(reason, gate) or main_place(gate) or _NOWHERE
    return {
        "description": visible(reason.text),
        "check_name": f"tokencost/{reason.code}",
        "fingerprint": fingerprint(reason, seen),
        "severity": _SEVERITIES.get(reason.level, "info"),
        "location": {"path": at.path, "lines": {"begin": at.line}},
    }


RENDERER: Final = GitLab()
