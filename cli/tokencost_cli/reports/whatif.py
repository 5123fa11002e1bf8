"""The report of `whatif`."""

from __future__ import annotations

from collections.abc import Callable

from tokencost_cli.output.report import Report, Section
from tokencost_cli.output.tables import Lines
from tokencost_cli.reports._whatif_document import document
from tokencost_cli.reports._whatif_notes import hardware_lines, headline, notes
from tokencost_cli.reports._whatif_tables import advice_sections, scenario_table, unit_table
from tokencost_cli.reports._whatif_view import View
from tokencost_cli.reports.documents.whatif import FORMAT
from tokencost_cli.runtime.run_facts import RunFacts


def report(view: View, facts: Callable[[], RunFacts], warnings: tuple[str, ...]) -> Report:
    """Return the report of a comparison: the calls as they were, then each scenario."""
    sections: list[Section] = [Lines((headline(view),), "headline")]
    if view.comparison.outcomes:
        sections += [scenario_table(view), unit_table(view)]
    if view.comparison.advice is not None:
        sections += advice_sections(view.comparison.advice, view)
    sections += [Lines(lines) for lines in (hardware_lines(view),) if lines]
    sections.append(Lines(tuple(notes(view)), "note"))
    return Report(FORMAT, lambda: document(view, facts(), warnings), tuple(sections), warnings)
