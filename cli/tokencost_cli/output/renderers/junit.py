"""`--format junit`: a test case an item, for every host that shows test reports.

JUnit has no one schema. What is written here is valid by that of Jenkins and by that of Ant, which
is narrower: it wants a host and a time, one failure a test case, and no output inside of one. The
time is that of the prices: a report is the same whenever it is made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree as Xml

from tokencost_cli.output import _check as check
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import visible

_ALL: Final = "all items"
_UNDECIDED: Final = "inconclusive"
_UNKNOWN: Final = ("failed", "unpriced")  # the answer is not no: it is not known
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")


class JUnit:
    """Writes the XML of a test report."""

    endings: Final = ("xml",)
    commands: Final = ("check",)

    def render(self, report: Report, style: Style) -> str:
        """Return one test suite: a test case an item, and one for all of them together."""
        document = check.check_document(report, "junit")
        root = Xml.Element("testsuites")
        suite = Xml.SubElement(root, "testsuite")
        properties = Xml.SubElement(suite, "properties")
        for name, value in _properties(document):
            Xml.SubElement(properties, "property", name=name, value=visible(value))
        cases = _cases(document)
        for name, found in cases.items():
            _case(suite, name, found, document)
        _said(suite, document)
        suite.attrib.update(_attributes(suite, document))
        Xml.indent(root)
        text = Xml.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cases(document: Mapping[str, Any]) -> dict[str, list[check.Reason]]:
    """Return the reasons to fail of every item, and of all items together."""
    cases: dict[str, list[check.Reason]] = {check.named(one): [] for one in document["items"]}
    by_path: dict[str, str] = {}
    for item in document["items"]:
        by_path.setdefault(item["path"], check.named(item))
    cases[_ALL] = []
    for reason in check.failing(check.reasons(document)):
        if reason.path is None:
            cases[_ALL].append(reason)
            continue
        named = check.named({"path": reason.path, "model": reason.model})
        name = named if named in cases else by_path.get(reason.path, named)
        cases.setdefault(name, []).append(reason)
    return cases


def _case(
    suite: Xml.Element, name: str, found: Sequence[check.Reason], document: Mapping[str, Any]
) -> None:
    case = Xml.SubElement(
        suite, "testcase", name=visible(name), classname="tokencost.check", time="0"
    )
    verdict = document["verdict"]
    if found:
        broken = all(reason.code in _UNKNOWN for reason in found)
        _problem(case, "error" if broken else "failure", found)
    elif name == _ALL and verdict == _UNDECIDED:
        Xml.SubElement(case, "skipped").text = visible(check.headline(document))
    elif name == _ALL and verdict not in ("pass", "warn") and not _fails(document):
        failure = Xml.SubElement(case, "failure", type=verdict, message=verdict)
        failure.text = visible(check.headline(document))


def _problem(case: Xml.Element, tag: str, found: Sequence[check.Reason]) -> None:
    """Say why a test case failed: schemas allow one element, so it holds every reason."""
    message = "; ".join(reason.message for reason in found)
    problem = Xml.SubElement(case, tag, type=found[0].code, message=visible(message))
    problem.text = _lines(reason.message for reason in found)


def _fails(document: Mapping[str, Any]) -> bool:
    return bool(check.failing(check.reasons(document)))


def _said(suite: Xml.Element, document: Mapping[str, Any]) -> None:
    """Add what fails no test case: the headline, warnings, notes, what was assumed."""
    lines = [check.headline(document)]
    lines += [
        f"{reason.level}: {reason.message}"
        for reason in check.reasons(document)
        if reason.level != "fail"
    ]
    lines += check.assumptions(document)
    Xml.SubElement(suite, "system-out").text = _lines(lines)
    warnings = document.get("warnings") or []
    Xml.SubElement(suite, "system-err").text = _lines(warnings)


def _properties(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    prices, base = document.get("prices") or {}, document.get("base") or {}
    found = [
        ("verdict", document["verdict"]),
        ("prices", f"{prices.get('table')} as of {prices.get('as_of')}"),
        ("base", base.get("name") or "none"),
        ("judged_on", check.judged_on(document)),
    ]
    policy = document.get("policy") or {}
    return found + [
        (name, value if isinstance(value, str) else json.dumps(value, sort_keys=True))
        for name, value in policy.items()
    ]


def _attributes(suite: Xml.Element, document: Mapping[str, Any]) -> dict[str, str]:
    counted = {
        "tests": "testcase",
        "failures": "testcase/failure",
        "errors": "testcase/error",
        "skipped": "testcase/skipped",
    }
    return {
        "name": "tokencost",
        "package": "tokencost",
        "id": "0",
        "hostname": "localhost",
        "timestamp": _timestamp(str((document.get("prices") or {}).get("as_of"))),
        **{name: str(len(suite.findall(path))) for name, path in counted.items()},
        "time": "0",
    }


def _timestamp(as_of: str) -> str:
    moment = _TIME.match(as_of)
    if moment:
        return moment[0]
    day = _DAY.match(as_of)
    return f"{day[0] if day else '1970-01-01'}T00:00:00"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(map(visible, texts))


RENDERER: Final = JUnit()
