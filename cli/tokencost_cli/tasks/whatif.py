"""What `whatif` does between its options and its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tokencost_cli.options.whatif import WhatifOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import whatif as whatif_report
from tokencost_cli.reports._whatif_view import View
from tokencost_cli.runtime.context import Context
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import stage
from tokencost_cli.tasks._logs import located
from tokencost_cli.tasks._served_models import counter_of
from tokencost_cli.tasks._unpriced import check_policy, unpriced_error
from tokencost_cli.tasks._whatif_calls import load_calls
from tokencost_pricing.errors import TokencostError
from tokencost_profiles.calls.typed_times import day_or_moment
from tokencost_profiles.whatif import scenario
from tokencost_profiles.whatif.compare import refuse_nothing, whatif


def run(invocation: Invocation, options: WhatifOptions) -> tuple[Report, TokencostError | None]:
    """Replay the calls under every scenario. The error is what the command ends with afterwards."""
    if options.input_tokens is None:
        options = located(invocation, options)
    check_policy(options.unpriced)
    scenarios = scenario.of_flags(options.changes)
    for text in options.scenario:
        scenarios += scenario.named(text, invocation.context.folder)
    scenario.refuse_equal_names(scenarios)
    refuse_nothing(scenarios, suggest=options.suggest)
    counter = counter_of(invocation, options, invocation.table(options.prices))
    loaded = load_calls(invocation, options, counter)
    comparison = whatif(
        loaded.calls,
        *scenarios,
        suggest=options.suggest,
        table=invocation.table(options.prices),
        counter=counter,
        now=invocation.context.now,
        as_of=day_or_moment(options.as_of)[0] if options.as_of else None,
        progress=lambda name, total: _stage(invocation.context, name, total),
    )
    view = View(comparison, options.pareto, loaded.assumptions, options.per_month)
    about = whatif_report.about_prices(comparison, loaded.sums, loaded.offers)
    report = whatif_report.report(view, invocation.facts, loaded.warnings, about)
    totals = comparison.unchanged.recorded.totals
    problem = unpriced_error(options.unpriced, totals.unpriced, totals.unpriced_calls)
    return report, problem


@contextmanager
def _stage(context: Context, name: str, total: int) -> Iterator[Callable[[int, int], None] | None]:
    """Show a stage of the comparison, and yield what takes how far it has come."""
    with stage(context, name, total, "scenarios" if total else "") as watch:
        progress = context.progress
        if watch is None or progress is None:
            yield None
        elif total:
            yield lambda done, of: watch.advance(1)
        else:
            yield progress.reach
