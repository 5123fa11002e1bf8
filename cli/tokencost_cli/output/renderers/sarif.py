"""`--format sarif`: SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from tokencost_cli.output import _check as check
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import visible

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final = {"fail": "error", "warn": "warning"}


class Sarif:
    """Writes one run: a rule a code, a result a reason."""

    endings: Final = ("sarif", "sarif.json")
    commands: Final = ("check",)

    def render(self, report: Report, style: Style) -> str:
        """Return the log."""
        document = check.check_document(report, "sarif")
        found = check.reasons(document)
        others = sorted({reason.code for reason in found} - check.CODES.keys())
        codes = [*check.CODES, *others]
        seen: Counter[str] = Counter()
        log = {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": _driver(document, codes)},
                    "automationDetails": {"id": "tokencost/"},
                    "invocations": [_invocation(document)],
                    "results": [_result(reason, document, codes, seen) for reason in found],
                    "properties": {
                        "verdict": document["verdict"],
                        "prices": document.get("prices"),
                        "judged_on": check.judged_on(document),
                    },
                }
            ],
        }
        return json.dumps(log, indent=2) + "\n"


def _driver(document: Mapping[str, Any], codes: list[str]) -> dict[str, Any]:
    return {
        "name": "tokencost",
        "semanticVersion": str(document.get("tool")),
        "rules": [_rule(code) for code in codes],
    }


def _rule(code: str) -> dict[str, Any]:
    said = check.CODES.get(code, code)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in code.split("-")),
        "shortDescription": {"text": said},
        "fullDescription": {"text": said},
        "help": {"text": f"{said} The limits are those of `tokencost check`."},
        "properties": {"tags": ["cost", "tokens"]},
    }


def _invocation(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the run went. A gate that says no has done its work."""
    warnings = document.get("warnings") or []
    lines = [("warning", text) for text in warnings]
    lines += [("note", text) for text in check.assumptions(document)]
    return {
        "executionSuccessful": document["verdict"] != "error",
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": visible(text)}} for level, text in lines
        ],
    }


def _result(
    reason: check.Reason, document: Mapping[str, Any], codes: list[str], seen: Counter[str]
) -> dict[str, Any]:
    at = check.place_of(reason, document) or check.main_place(document)
    return {
        "ruleId": reason.code,
        "ruleIndex": codes.index(reason.code),
        "level": _LEVELS.get(reason.level, "note"),
        "message": {"text": visible(reason.message)},
        "locations": [_location(at)] if at is not None else [],
        "partialFingerprints": {"tokencost/v1": check.fingerprint(reason, seen)},
        "properties": {
            name: value
            for name, value in (("model", reason.model), ("judged_on", reason.judged_on))
            if value
        },
    }


def _location(at: check.Place) -> dict[str, Any]:
    uri = quote(at.path, safe="/", errors="surrogateescape")
    artifact: dict[str, Any] = {"uri": uri, "uriBaseId": "%SRCROOT%"}
    if at.path.startswith("/"):
        artifact = {"uri": f"file://{uri}"}
    elif at.path[1:3] == ":/":
        artifact = {"uri": f"file:///{quote(at.path, safe='/:')}"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": at.line}}}


RENDERER: Final = Sarif()
