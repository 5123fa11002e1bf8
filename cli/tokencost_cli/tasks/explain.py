"""What `explain` does between its options and its report."""

from __future__ import annotations

from tokencost_cli.options.logs import CallOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import explain as view
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import ContentReading, inspected
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._logs import load, located
from tokencost_pricing.errors import TokencostError
from tokencost_profiles.findings import detectors, find_all


def run(
    invocation: Invocation, options: CallOptions, name: str | None
) -> tuple[Report, TokencostError | None]:
    """Explain a finding, or all; with logs, list where it is. The error is to end with after."""
    wanted = None if name is None else [name]
    explained = detectors(wanted)
    if not options.paths:
        return view.report(explained, None, invocation.facts, one=name is not None), None
    loaded = load(invocation, located(invocation, options), content=ContentReading(words=True))
    refuse_empty_selection(invocation, loaded)
    findings = find_all(inspected(loaded, invocation), wanted)
    return view.report(explained, findings, invocation.facts, one=name is not None), loaded.problem
