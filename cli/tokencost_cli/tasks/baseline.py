"""What `baseline` does between its options and its document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tokencost_cli.options.gate import MeasureOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import estimate as view
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._gate_compare import prompts_of, setup_of
from tokencost_cli.tasks._served_models import refuse_for_logs
from tokencost_pricing.errors import InputError, TokencostError, UnpricedError, UsageError
from tokencost_profiles.gate.items import prompt_sides


def baseline_of(
    invocation: Invocation, options: MeasureOptions, save_path: Path | None
) -> tuple[Report | None, TokencostError | None]:
    """Return the document of a baseline, and what to end with once it is written.

    `save_path`: the file that a baseline of logs is saved to; there is no document of it.
    """
    options = replace(
        options,
        paths=invocation.paths(options.paths),
        workload=options.workload or invocation.settings.workload,
    )
    if not options.paths:
        raise UsageError("name a file, a folder, a glob, or - for standard input")
    if options.logs:
        return None, _save_logs(invocation, options, save_path)
    if save_path is not None:
        raise UsageError("--save is for logs", hint="say --logs, or -o FILE for prompts")
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


def _save_logs(
    invocation: Invocation, options: MeasureOptions, path: Path | None
) -> TokencostError | None:
    """Save the profile of logs, and return what to end with then."""
    refuse_for_logs(options)
    if path is None:
        raise UsageError(
            "a baseline of logs is a saved profile", hint="name its file with --save FILE"
        )
    from tokencost_cli.tasks._empty_selection import refuse_empty_selection
    from tokencost_cli.tasks._logs import load
    from tokencost_cli.tasks._save import save

    loaded = load(invocation, options, by=(), all_labels=True)
    refuse_empty_selection(invocation, loaded, "nothing to save: ")
    save(invocation, loaded, path)
    return loaded.problem
