"""`tokencost baseline`."""

from __future__ import annotations

import typer

from tokencost_cli import gate_options as gate
from tokencost_cli import options
from tokencost_cli.runtime.invocation import Session

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def baseline(
    ctx: typer.Context,
    paths: options.Paths = None,
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
    logs: gate.Logs = False,
    where: gate.Where = None,
    since: options.Since = None,
    until: options.Until = None,
    timezone: options.Timezone = None,
    input_format: options.InputFormat = None,
    mapping: options.Mapping = None,
    assume_model: options.AssumeModel = None,
    alias: options.Aliases = None,
    count_copies: options.CountCopies = False,
    as_of: options.AsOf = None,
    prices: options.Prices = None,
    output: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Write what check and diff compare with.

    \b
    tokencost baseline prompts/ -m gpt-6.1-sol -o baseline.json
    tokencost baseline --logs runs/ -o runs.json
    """
    from tokencost_cli.gate_request import request_of
    from tokencost_cli.gating import baseline_of

    session = Session(ctx, quiet=quiet)
    report, problem = baseline_of(session, request_of(session, ctx.params))
    session.write(report)
    if problem is not None:
        raise problem
