"""`tokencost diff`."""

from __future__ import annotations

import typer

from tokencost_cli import gate_options as gate
from tokencost_cli import options
from tokencost_cli.runtime.invocation import Session

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def diff(
    ctx: typer.Context,
    paths: options.Paths = None,
    git: gate.Git = None,
    model: options.Models = None,
    output_tokens: gate.OutputTokens = None,
    workload: gate.Workload = None,
    per_day: gate.PerDay = None,
    mode: options.Modes = None,
    region: options.Region = None,
    cached_tokens: gate.CachedTokens = None,
    cached_prefix: gate.CachedPrefix = None,
    var: options.Variables = None,
    raw: options.Raw = False,
    by: gate.By = None,
    case: gate.Case = None,
    keep_prices: gate.KeepPrices = False,
    unpriced: options.Unpriced = "warn",
    as_of: options.AsOf = None,
    prices: options.Prices = None,
    format_name: options.Format = "table",
    output: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """What changed between two measurements, and why.

    \b
    tokencost diff before.json after.json        two files of estimate, baseline or profile
    tokencost diff --git origin/main prompts/    the prompts here against those of a revision
    """
    from tokencost_cli.gate_request import request_of
    from tokencost_cli.gating import difference, unpriced_in
    from tokencost_cli.reports.check import report
    from tokencost_cli.unpriced import check_policy

    session = Session(ctx, quiet=quiet)
    check_policy(unpriced)
    found = difference(session, request_of(session, ctx.params))
    session.write(report(found))
    problem = unpriced_in(found, unpriced)
    if problem is not None:
        raise problem
