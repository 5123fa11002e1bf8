"""The reports of `diff` and `check`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_cli.output.report import Lines, Report, Section
from tokencost_cli.reports._gate_basis import assumptions, period_lines
from tokencost_cli.reports._gate_compared import Compared
from tokencost_cli.reports._gate_document import Judged, document
from tokencost_cli.reports._gate_headline import sentences
from tokencost_cli.reports._gate_long_rows import long_sides
from tokencost_cli.reports._gate_tables import causes_table, items_table, spreadsheet
from tokencost_cli.reports._gate_words import message_of, sampled_words
from tokencost_cli.reports._shared import table_line
from tokencost_pricing._version import __version__
from tokencost_pricing.money import DAYS_A_MONTH
from tokencost_profiles.gate.comparison import sums_of
from tokencost_profiles.gate.limits import ERROR, FAIL, NOTE, PASS

CHECK: Final = "tokencost.check/1"
DIFF: Final = "tokencost.diff/1"


def report(compared: Compared, judged: Judged | None = None) -> Report:
    """Return the report of `diff`, or with a verdict that of `check`."""
    sections = [section for section in _sections(compared, judged) if section is not None]
    return Report(
        CHECK if judged else DIFF,
        lambda: document(compared, judged),
        tuple(sections),
        compared.warnings,
    )


def error_report(message: str, code: str, prices: Mapping[str, Any]) -> Report:
    """Return the report of a check that could not be made: its sinks must not be left empty."""
    reason = {
        "level": FAIL,
        "code": code,
        "path": None,
        "model": None,
        "message": message,
        "value": None,
        "limit": None,
    }
    nothing = {"tokens": 0, "cost": None, "percent": None, "month": None}
    data: dict[str, Any] = {
        "tool": __version__,
        "prices": prices,
        "base": {"name": "none", "revision": None, "prices": None},
        "head": {"name": "none", "prices": prices},
        "policy": {},
        "volume": {"per_day": None, "days": DAYS_A_MONTH},
        "items": [],
        "total": {"judged_on": None, "base": None, "head": None, "delta": nothing, "effects": []},
        "sampled": None,
        "summary": [message],
        "assumptions": [],
        "verdict": ERROR,
        "reasons": [reason],
    }
    return Report(CHECK, data, (Lines((f"error: {message}",), ERROR),))


def _sections(compared: Compared, judged: Judged | None) -> list[Section | None]:
    comparison = compared.comparison
    sums = sums_of(comparison)
    reasons = judged.verdict.reasons if judged else ()
    lines = [
        f"{reason.level}: {message_of(reason, comparison, compared.sampled)}"
        for reason in reasons
        if reason.level != NOTE
    ]
    verdict = judged.verdict.verdict if judged else None
    verdicts = judged.verdict.items if judged else ("",) * len(comparison.items)
    passed = (PASS,) * len(verdicts)
    items = items_table(comparison, judged.verdict.items if judged else passed, sums)
    notes = [
        message_of(reason, comparison, compared.sampled)
        for reason in reasons
        if reason.level == NOTE
    ]
    if compared.sampled is not None and judged is None:
        notes.append(sampled_words(compared.sampled))
    notes += [f"{item.path}: {item.note}" for item in comparison.items if item.note]
    left = len(comparison.items) - len(items.rows)
    if left:
        which = "that cost less" if comparison.against is None else "that did not change"
        notes.append(f"{left:,} more {which}: --format json lists them")
    effects = sums.effects
    lead = f"{verdict}: " if verdict else ""
    first, *more = sentences(compared, sums)
    return [
        Lines((f"{lead}{first}", *more), verdict or "headline"),
        Lines(tuple(lines)) if lines else None,
        items if items.rows else None,
        spreadsheet(comparison, verdicts),
        long_sides(comparison, verdicts),
        causes_table(effects, comparison) if len(effects) > 1 else None,
        Lines((*notes, *assumptions(compared, sums), *_basis(compared)), "note"),
    ]


def _basis(compared: Compared) -> tuple[str, ...]:
    lines = list(compared.notes)
    lines += period_lines(compared)
    if compared.revision:
        lines.append(f"base: {compared.base_name} ({compared.revision[:12]})")
    if compared.comparison.against is None:
        lines.append("no base: increases are not looked at; give --git REV or --baseline FILE")
    day = "" if compared.at else ", each call at its own day"
    return (*lines, table_line(compared.table, compared.at) + day)
