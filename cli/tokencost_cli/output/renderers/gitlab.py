"""`--format gitlab`: a code quality report, shown in a merge request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from tokencost_cli.output import _check as check
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import visible

_SEVERITIES: Final = {"fail": "major", "warn": "minor"}
# The host wants a place for everything; what is about no file is about the repository.
_NOWHERE: Final = check.Place(".", 1)


class GitLab:
    """Writes one finding a reason."""

    endings: Final = ()
    commands: Final = ("check",)

    def render(self, report: Report, style: Style) -> str:
        """Return the findings."""
        document = check.check_document(report, "gitlab")
        seen: Counter[str] = Counter()
        basis = "; ".join(check.assumptions(document))
        found = [
            _finding(reason, document, seen)
            for reason in (
                *check.reasons(document),
                *([check.Reason("note", "basis", basis, None, None)] if basis else ()),
            )
        ]
        return json.dumps(found, indent=2) + "\n"


def _finding(
    reason: check.Reason, document: Mapping[str, Any], seen: Counter[str]
) -> dict[str, Any]:
    at = check.place_of(reason, document) or check.main_place(document) or _NOWHERE
    return {
        "description": visible(reason.message),
        "check_name": f"tokencost/{reason.code}",
        "fingerprint": check.fingerprint(reason, seen),
        "severity": _SEVERITIES.get(reason.level, "info"),
        "location": {"path": at.path, "lines": {"begin": at.line}},
    }


RENDERER: Final = GitLab()
