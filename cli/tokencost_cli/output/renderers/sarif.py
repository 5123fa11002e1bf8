"""`--format sarif`: SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from tokencost_cli.output.gate_places import Place, fingerprint, main_place, place_of
from tokencost_cli.output.gate_report import GateReason, GateReport
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report, verdict_of
from tokencost_cli.output.safe_text import visible
from tokencost_pricing._version import __version__

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# What each code of a reason means: the rules. A code that is new shows as itself.
_CODES: Final = {
    "max-increase": "The cost of all items together rises by more than the limit, in percent.",
    "max-increase-usd": "The cost of all items together rises by more than the limit, in USD.",
    "max-item-increase": "The cost of one item rises by more than the limit.",
    "budget": "The cost is above the budget.",
    "max-tokens": "An item has more tokens than the limit.",
    "context-window": "An item fills more of the model's context window than the limit.",
    "new": "An item is not in the base.",
    "missing": "An item of the base is gone.",
    "unpriced": "The price table has no price for the model.",
    "estimated": "The tokens of an item are estimated, and could not be counted exactly.",
    "failed": "An item could not be counted or priced.",
    "charged-increase": "Calls without a price cost more, by what their log says. Not judged.",
    "price-change": "A price changed between the two tables.",
    "basis": "What increases are judged on, and what was assumed.",
    "empty-base": "The base holds nothing of what is checked, so that no increase was judged.",
    "finding": "The logs show a pattern of waste that the check fails on.",
    "inconclusive": "The recorded calls are too few, or vary too much, to tell.",
}
_LEVELS: Final = {"fail": "error", "warn": "warning"}


class Sarif:
    """Writes one run: a rule a code, a result a reason."""

    endings: Final = ("sarif", "sarif.json")
    commands: Final = ("check",)

    def render(self, report: Report, style: Style) -> str:
        """Return the log."""
        gate = verdict_of(report, "sarif")
        others = sorted({reason.code for reason in gate.reasons} - _CODES.keys())
        codes = [*_CODES, *others]
        seen: Counter[str] = Counter()
        log = {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": _driver(codes)},
                    "automationDetails": {"id": "tokencost/"},
                    "invocations": [_invocation(gate, report.warnings)],
                    "results": [_result(one, gate, codes, seen) for one in gate.reasons],
                    "properties": {
                        "verdict": gate.verdict,
                        "prices": gate.prices,
                        "judged_on": gate.total.judged_on or "",
                    },
                }
            ],
        }
        return json.dumps(log, indent=2) + "\n"


def _driver(codes: list[str]) -> dict[str, Any]:
    return {
        "name": "tokencost",
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }


def _rule(code: str) -> dict[str, Any]:
    meaning = _CODES.get(code, code)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in code.split("-")),
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": meaning},
        "help": {"text": f"{meaning} The limits are those of `tokencost check`."},
        "properties": {"tags": ["cost", "tokens"]},
    }


def _invocation(gate: GateReport, warnings: Sequence[str]) -> dict[str, Any]:
    """Return how the run went. A gate that says no has done its work."""
    lines = [("warning", text) for text in warnings]
    lines += [("note", text) for text in gate.assumptions]
    return {
        "executionSuccessful": gate.verdict != "error",
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": visible(text)}} for level, text in lines
        ],
    }


def _result(
    reason: GateReason, gate: GateReport, codes: list[str], seen: Counter[str]
) -> dict[str, Any]:
    at = place_of(reason, gate) or main_place(gate)
    return {
        "ruleId": reason.code,
        "ruleIndex": codes.index(reason.code),
        "level": _LEVELS.get(reason.level, "note"),
        "message": {"text": visible(reason.text)},
        "locations": [_location(at)] if at is not None else [],
        "partialFingerprints": {"tokencost/v1": fingerprint(reason, seen)},
        "properties": {
            name: value
            for name, value in (("model", reason.model), ("judged_on", reason.judged_on))
            if value
        },
    }


def _location(at: Place) -> dict[str, Any]:
    uri = quote(at.path, safe="/", errors="surrogateescape")
    artifact: dict[str, Any] = {"uri": uri, "uriBaseId": "%SRCROOT%"}
    if at.path.startswith("/"):
        artifact = {"uri": f"file://{uri}"}
    elif at.path[1:3] == ":/":
        artifact = {"uri": f"file:///{quote(at.path, safe='/:')}"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": at.line}}}


RENDERER: Final = Sarif()
