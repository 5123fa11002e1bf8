"""`tokencost baseline`."""

from __future__ import annotations

import typer

from tokencost_cli.commands import _gate_options as gate
from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def baseline(
    ctx: typer.Context,
    paths: _options.Paths = None,
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
    logs: gate.Logs = False,
    where: gate.Where = None,
    since: _options.Since = None,
    until: _options.Until = None,
    timezone: _options.Timezone = None,
    input_format: _options.InputFormat = None,
    mapping: _options.Mapping = None,
    assume_model: _options.AssumeModel = None,
    alias: _options.Aliases = None,
    count_copies: _options.CountCopies = False,
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """Write what check and diff compare with.

    \b
    tokencost baseline prompts/ -m gpt-6.1-sol -o baseline.json
    tokencost baseline --logs runs/ -o runs.json
    """
    from tokencost_cli.tasks._gate_request import request_of
    from tokencost_cli.tasks.diff import baseline_of

    invocation = Invocation(ctx, quiet=quiet)
    report, problem = baseline_of(invocation, request_of(invocation, ctx.params))
    invocation.write(report)
    if problem is not None:
        raise problem
