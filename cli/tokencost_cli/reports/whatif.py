"""The report of `whatif`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tokencost_cli.output.report import Report, Section
from tokencost_cli.output.tables import Lines
from tokencost_cli.reports._price_notes import NOTHING_ABOUT, AboutPrices, about_of, notes_of
from tokencost_cli.reports._whatif_document import document
from tokencost_cli.reports._whatif_notes import hardware_lines, headline, notes
from tokencost_cli.reports._whatif_tables import advice_sections, scenario_table, unit_table
from tokencost_cli.reports._whatif_view import View
from tokencost_cli.reports.documents.whatif import FORMAT
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.offer import Offer
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.whatif.compare import Comparison


def about_prices(
    comparison: Comparison, recorded: Summary | None, offers: Sequence[Offer]
) -> AboutPrices:
    """Return what must be known of the prices of a comparison.

    `recorded`: the sums of the calls of logs. `offers`: what they were bought as.
    """
    day, table = comparison.now, comparison.table
    notes = [
        *notes_of(offers, day, table, of_logs=recorded is not None),
        *notes_of(comparison.targets, day, table),
    ]
    return about_of(notes, recorded)


def report(
    view: View,
    facts: Callable[[], RunFacts],
    warnings: tuple[str, ...],
    about: AboutPrices = NOTHING_ABOUT,
) -> Report:
    """Return the report of a comparison: the calls as they were, then each scenario."""
    sections: list[Section] = [Lines((headline(view),), "headline")]
    if view.comparison.outcomes:
        sections += [scenario_table(view), unit_table(view)]
    if view.comparison.advice is not None:
        sections += advice_sections(view.comparison.advice, view)
    sections += [Lines(lines) for lines in (hardware_lines(view),) if lines]
    sections.append(Lines(tuple(notes(view)), "note"))
    shared = (*warnings, *about.lines)
    every = (*warnings, *about.every)
    return Report(FORMAT, lambda: document(view, facts(), every), tuple(sections), shared)
