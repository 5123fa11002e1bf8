"""`--format junit`: a test case an item, for every host that shows test reports.

JUnit has no one schema. What is written here is valid by that of Jenkins and by that of Ant, which
is narrower: it wants a host and a time, one failure a test case, and no output inside of one. The
time is that of the prices: a report is the same whenever it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as Xml

from tokencost_cli.output.gate_report import GateLimit, GateReason, GateReport
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report, verdict_of
from tokencost_cli.output.safe_text import visible
from tokencost_pricing.money import plain

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
        gate = verdict_of(report, "junit")
        root = Xml.Element("testsuites")
        suite = Xml.SubElement(root, "testsuite")
        properties = Xml.SubElement(suite, "properties")
        for name, value in _properties(gate):
            Xml.SubElement(properties, "property", name=name, value=visible(value))
        for name, reasons in _cases(gate).items():
            _case(suite, name, reasons, gate)
        _output(suite, gate, report.warnings)
        suite.attrib.update(_attributes(suite, gate))
        Xml.indent(root)
        text = Xml.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cases(gate: GateReport) -> dict[str, list[GateReason]]:
    """Return the reasons to fail of every item, and of all items together."""
    cases: dict[str, list[GateReason]] = {_named(one.path, one.model): [] for one in gate.items}
    by_path: dict[str, str] = {}
    for item in gate.items:
        by_path.setdefault(item.path, _named(item.path, item.model))
    cases[_ALL] = []
    for reason in gate.failing:
        if reason.path is None:
            cases[_ALL].append(reason)
            continue
        name = _named(reason.path, reason.model)
        if name not in cases:
            name = by_path.get(reason.path, name)
        cases.setdefault(name, []).append(reason)
    return cases


def _named(path: str, model: str | None) -> str:
    """Return how an item is called on one line."""
    return f"{path} [{model}]" if model else path


def _case(suite: Xml.Element, name: str, reasons: Sequence[GateReason], gate: GateReport) -> None:
    case = Xml.SubElement(
        suite, "testcase", name=visible(name), classname="tokencost.check", time="0"
    )
    verdict = gate.verdict or ""
    if reasons:
        unknown = all(reason.code in _UNKNOWN for reason in reasons)
        _problem(case, "error" if unknown else "failure", reasons)
    elif name == _ALL and verdict == _UNDECIDED:
        Xml.SubElement(case, "skipped").text = visible(gate.headline)
    elif name == _ALL and verdict not in ("pass", "warn") and not gate.failing:
        failure = Xml.SubElement(case, "failure", type=verdict, message=verdict)
        failure.text = visible(gate.headline)


def _problem(case: Xml.Element, tag: str, reasons: Sequence[GateReason]) -> None:
    """Say why a test case failed: schemas allow one element, so it holds every reason."""
    message = "; ".join(reason.text for reason in reasons)
    problem = Xml.SubElement(case, tag, type=reasons[0].code, message=visible(message))
    problem.text = _lines(reason.text for reason in reasons)


def _output(suite: Xml.Element, gate: GateReport, warnings: Sequence[str]) -> None:
    """Add what fails no test case: the headline, warnings, notes, what was assumed."""
    lines = [gate.headline]
    lines += [f"{one.level}: {one.text}" for one in gate.reasons if one.level != "fail"]
    lines += gate.assumptions
    Xml.SubElement(suite, "system-out").text = _lines(lines)
    Xml.SubElement(suite, "system-err").text = _lines(warnings)


def _properties(gate: GateReport) -> list[tuple[str, str]]:
    prices = gate.prices
    properties = [
        ("verdict", gate.verdict or ""),
        ("prices", f"{prices.get('table')} as of {prices.get('as_of')}"),
        ("base", gate.base.name if gate.base else "none"),
        ("judged_on", gate.total.judged_on or ""),
    ]
    return properties + [_limit(limit) for limit in gate.limits]


def _limit(limit: GateLimit) -> tuple[str, str]:
    value = plain(limit.value) if isinstance(limit.value, Decimal) else str(limit.value)
    return (f"{limit.name} of {limit.match}" if limit.match else limit.name), value


def _attributes(suite: Xml.Element, gate: GateReport) -> dict[str, str]:
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
        "timestamp": _timestamp(str(gate.prices.get("as_of"))),
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
