"""`tokencost diff`."""

from __future__ import annotations

import typer

from tokencost_cli.commands import _gate_options as gate
from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def diff(
    ctx: typer.Context,
    paths: _options.Paths = None,
    git: gate.Git = None,
    model: _options.Models = None,
    output_tokens: gate.OutputTokens = None,
    workload: gate.Workload = None,
    per_day: gate.PerDay = None,
    mode: _options.Modes = None,
    region: _options.Region = None,
    cached_tokens: gate.CachedTokens = None,
    cached_prefix: gate.CachedPrefix = None,
    var: _options.Variables = None,
    raw: _options.Raw = False,
    by: gate.By = None,
    case: gate.Case = None,
    keep_prices: gate.KeepPrices = False,
    unpriced: _options.Unpriced = "warn",
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """What changed between two measurements, and why.

    \b
    tokencost diff before.json after.json        two files of estimate, baseline or profile
    tokencost diff --git origin/main prompts/    the prompts here against those of a revision
    """
    from tokencost_cli.reports.check import report
    from tokencost_cli.tasks._gate_request import request_of
    from tokencost_cli.tasks._unpriced import check_policy
    from tokencost_cli.tasks.diff import difference, unpriced_in

    invocation = Invocation(ctx, quiet=quiet)
    check_policy(unpriced)
    found = difference(invocation, request_of(invocation, ctx.params))
    invocation.write(report(found))
    problem = unpriced_in(found, unpriced)
    if problem is not None:
        raise problem
