"""What `baseline` does between its options and its document."""

from __future__ import annotations

from dataclasses import replace

from tokencost_cli.options.gate import MeasureOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import estimate as view
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._gate_compare import prompts_of, setup_of
from tokencost_pricing.errors import InputError, TokencostError, UnpricedError, UsageError
from tokencost_profiles.gate.items import prompt_sides


def baseline_of(
    invocation: Invocation, options: MeasureOptions
) -> tuple[Report, TokencostError | None]:
    """Return the document of a baseline, and what to end with once it is written."""
    options = replace(
        options,
        paths=invocation.paths(options.paths),
        workload=options.workload or invocation.settings.workload,
    )
    if not options.paths:
        raise UsageError("name a file, a folder, a glob, or - for standard input")
    if options.logs:
        from tokencost_cli.tasks._gate_logs import baseline_of_logs

        return baseline_of_logs(invocation, options)
    try:
        setup, _ = setup_of(invocation, options, None)
        prompts = prompts_of(invocation, setup, options.paths)
    finally:
        invocation.close()
    for (path, _), side in sorted(prompt_sides(prompts, setup).items()):
        if side.problem is not None:
            raise InputError(side.problem, file=path)
        if side.failure is not None:
            raise UnpricedError(side.failure, file=path)
    volume = view.Volume(None, options.per_day)
    return view.report(prompts.totals, setup.plan, setup.table, volume, invocation.facts), None
