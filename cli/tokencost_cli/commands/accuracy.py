"""`tokencost accuracy`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


_GROUPS = "Groups"


@app.command()
def accuracy(
    ctx: typer.Context,
    paths: _options.Logs = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="NAME",
            show_default=False,
            help="Group by provider, api, kind, model, rendering or group. Repeatable or"
            " comma-separated. [default: provider,api,kind]",
            rich_help_panel=_GROUPS,
        ),
    ] = None,
    answers: Annotated[
        bool,
        typer.Option(
            "--answers", help="Count known answers, not requests.", rich_help_panel=_GROUPS
        ),
    ] = False,
    cross_validate: Annotated[
        bool,
        typer.Option(
            "--cross-validate",
            help="Calibrate each group of calls on the others, instead of using what is shipped.",
            rich_help_panel=_GROUPS,
        ),
    ] = False,
    worst: Annotated[
        int,
        typer.Option(
            "--worst",
            metavar="N",
            min=0,
            help="Show the N calls furthest off.",
            rich_help_panel=_GROUPS,
        ),
    ] = 10,
    where: _options.Where = None,
    since: _options.Since = None,
    until: _options.Until = None,
    timezone: _options.Timezone = None,
    input_format: _options.InputFormat = None,
    mapping: _options.Mapping = None,
    alias: _options.Aliases = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """How near our counts come to what was billed.

    For any log that holds what was sent and the usage that was reported for it.

    \b
    tokencost accuracy logs/
    tokencost accuracy calls.jsonl --by model --worst 20
    """
    from tokencost_cli.tasks._reading_options import Reading
    from tokencost_cli.tasks.accuracy import Request, accuracy_of

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
            prices=tuple(prices or ()),
        ),
        by=tuple(name for given in by or () for name in given.split(",") if name),
        answers=answers,
        cross_validate=cross_validate,
        worst=worst,
    )
    invocation.write(accuracy_of(invocation, request))
