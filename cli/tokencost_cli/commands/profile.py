"""`tokencost profile`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokencost_cli.commands import _completion, _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_GROUPS = "Groups"


@app.command()
def profile(
    ctx: typer.Context,
    paths: _options.Logs = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="NAME",
            show_default=False,
            help="Group by model, provider, day, week, month, hour, session, project, agent, tool,"
            " user, team, branch, file, format or tag:KEY; by call alone; 'branch~[A-Z]+-[0-9]+' by"
            " what a pattern finds. Repeatable or comma-separated: nested.",
            rich_help_panel=_GROUPS,
            autocompletion=_completion.dimensions,
        ),
    ] = None,
    where: _options.Where = None,
    since: _options.Since = None,
    until: _options.Until = None,
    timezone: _options.Timezone = None,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            metavar="NAME",
            show_default=False,
            help="cost, reported, tokens, input, output, calls, sessions or key.",
            rich_help_panel=_GROUPS,
            autocompletion=_completion.sorts,
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            "--top",
            metavar="N",
            min=1,
            help="Show N groups and the rest as one.",
            rich_help_panel=_GROUPS,
        ),
    ] = None,
    percentiles: Annotated[
        bool,
        typer.Option(
            "--percentiles", help="How calls and sessions spread.", rich_help_panel=_GROUPS
        ),
    ] = False,
    cost: Annotated[
        str,
        typer.Option(
            "--cost",
            metavar="WHICH",
            help="auto (our price; for a call without one, what the log says it cost), computed,"
            " reported (by the log itself), or both.",
            rich_help_panel=_options.PRICING,
        ),
    ] = "auto",
    unpriced: _options.Unpriced = "warn",
    input_format: _options.InputFormat = None,
    mapping: _options.Mapping = None,
    assume_model: _options.AssumeModel = None,
    alias: _options.Aliases = None,
    strict: _options.Strict = False,
    count_copies: _options.CountCopies = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Price every call as of this day, instead of the day it was made.",
            rich_help_panel=_options.PRICING,
        ),
    ] = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """Where the tokens and the money of logs and traces went.

    \b
    tokencost profile                                  the coding agents on this machine
    tokencost profile logs/ --by team --by model       any of the formats of `tokencost formats`
    tokencost profile run.jsonl --by session --top 10 --percentiles
    """
    from tokencost_cli.tasks.profile import Reading, Request, run
    from tokencost_profiles.costs.dimensions import split_names

    invocation = Invocation(ctx, quiet=quiet)
    request = Request(
        reading=Reading(
            paths=invocation.log_paths(paths),
            input_format=input_format,
            mapping=tuple(mapping or ()),
            since=since,
            until=until,
            timezone=timezone,
            where=tuple(where or ()),
            as_of=as_of,
            prices=tuple(prices or ()),
            strict=strict,
            count_copies=count_copies,
        ),
        by=split_names(by or ()),
        sort=sort,
        top=top,
        percentiles=percentiles,
        cost=cost,
        unpriced=unpriced,
        whole=invocation.format_name == "json",
    )
    report, problem = run(invocation, request)
    invocation.write(report)
    if problem is not None:
        raise problem
