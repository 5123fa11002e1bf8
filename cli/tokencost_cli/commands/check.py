"""`tokencost check`."""

# No postponed annotations here: typer would compile each of fifty options from text.
from typing import Final

import typer

from tokencost_cli.commands import _gate_options as gate
from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)

# Settings that are tables: [[check.path]].
SETTINGS: Final = ("path",)


@app.command()
def check(
    ctx: typer.Context,
    paths: _options.Paths = None,
    git: gate.Git = None,
    baseline: gate.Baseline = None,
    max_increase: gate.MaxIncrease = None,
    max_increase_usd: gate.MaxIncreaseUsd = None,
    max_item_increase: gate.MaxItemIncrease = None,
    budget: gate.Budget = None,
    budget_per: gate.BudgetPer = "call",
    max_tokens: gate.MaxTokens = None,
    context_window: gate.ContextWindow = None,
    ignore_below: gate.IgnoreBelow = None,
    fail_on: gate.FailOn = None,
    unpriced: gate.Unpriced = "fail",
    warn_increase: gate.WarnIncrease = None,
    warn_increase_usd: gate.WarnIncreaseUsd = None,
    warn_item_increase: gate.WarnItemIncrease = None,
    warn_budget: gate.WarnBudget = None,
    warn_tokens: gate.WarnTokens = None,
    warn_context_window: gate.WarnContextWindow = None,
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
    by: gate.By = None,
    case: gate.Case = None,
    min_cases: gate.MinCases = 5,
    where: gate.Where = None,
    since: _options.Since = None,
    until: _options.Until = None,
    timezone: _options.Timezone = None,
    cost: gate.Cost = "computed",
    input_format: _options.InputFormat = None,
    mapping: _options.Mapping = None,
    assume_model: _options.AssumeModel = None,
    alias: _options.Aliases = None,
    count_copies: _options.CountCopies = False,
    keep_prices: gate.KeepPrices = False,
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    report: gate.Reports = None,
    quiet: _options.Quiet = False,
) -> None:
    """The gate: exit 1 where prompts or logs cost too much.

    \b
    tokencost check prompts/ --git origin/main --max-increase 10%
    tokencost check prompts/ --baseline baseline.json --per-day 2000 --budget 500 --budget-per month
    tokencost check runs/ --logs --baseline runs.json --case tag:task --max-increase 5%
    """
    from tokencost_cli.tasks._gate_limits import given_of, policy_of
    from tokencost_cli.tasks._gate_request import request_of
    from tokencost_cli.tasks.check import reports_of, run

    invocation = Invocation(ctx, quiet=quiet)
    values = ctx.params
    written = reports_of(invocation, report or ())
    code = run(
        invocation, request_of(invocation, values), policy_of(given_of(ctx, invocation)), written
    )
    if code:
        raise typer.Exit(code)
