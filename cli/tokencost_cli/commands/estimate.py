"""`tokencost estimate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokencost_cli.commands import _completion, _options
from tokencost_cli.runtime.invocation import Invocation, usd

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def estimate(
    ctx: typer.Context,
    paths: _options.Paths = None,
    model: _options.Models = None,
    all_models: Annotated[
        bool,
        typer.Option(
            "--all-models",
            help="Every model that has a price today.",
            rich_help_panel=_options.MODELS,
        ),
    ] = False,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="Set every model against the first one named.",
            rich_help_panel=_options.MODELS,
        ),
    ] = False,
    provider: Annotated[
        str | None,
        typer.Option(
            "--provider",
            metavar="NAME",
            help="With --all-models: only its.",
            rich_help_panel=_options.MODELS,
            autocompletion=_completion.providers,
        ),
    ] = None,
    max_price: Annotated[
        str | None,
        typer.Option(
            "--max-price",
            metavar="USD",
            help="With --all-models: at most this much a call.",
            rich_help_panel=_options.MODELS,
        ),
    ] = None,
    output_tokens: Annotated[
        str | None,
        typer.Option(
            "--output-tokens",
            metavar="N|2x|max|@FILE",
            help="Length of the answer: tokens, a multiple of the input, max (the most that the "
            "request allows), or a file that holds it.",
            rich_help_panel=_options.CALLS,
        ),
    ] = None,
    workload: Annotated[
        str | None,
        typer.Option(
            "--workload",
            metavar="NAME",
            help="A described load: answer length, calls a day, cached share.",
            rich_help_panel=_options.CALLS,
            autocompletion=_completion.workloads,
        ),
    ] = None,
    mode: _options.Modes = None,
    region: _options.Region = None,
    cached_tokens: Annotated[
        int | None,
        typer.Option(
            "--cached-tokens",
            metavar="N",
            min=0,
            help="Input read from a cache.",
            rich_help_panel=_options.CALLS,
        ),
    ] = None,
    cached_prefix: Annotated[
        Path | None,
        typer.Option(
            "--cached-prefix",
            metavar="FILE",
            help="The text that a cache holds.",
            rich_help_panel=_options.CALLS,
        ),
    ] = None,
    input_tokens: Annotated[
        int | None,
        typer.Option(
            "--input-tokens",
            metavar="N",
            min=0,
            help="Price a count instead of a file.",
            rich_help_panel=_options.CALLS,
        ),
    ] = None,
    calls: Annotated[
        int | None,
        typer.Option(
            "--calls",
            metavar="N",
            min=1,
            help="Project to N calls.",
            rich_help_panel=_options.CALLS,
        ),
    ] = None,
    per_day: Annotated[
        int | None,
        typer.Option(
            "--per-day",
            metavar="N",
            min=1,
            help="Project to N calls a day, and 30 days.",
            rich_help_panel=_options.CALLS,
        ),
    ] = None,
    var: _options.Variables = None,
    raw: _options.Raw = False,
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """What prompts will cost, on one model or on many.

    \b
    tokencost estimate prompt.txt
    tokencost estimate prompts/ -m gpt-6.1-sol --output-tokens 300 --per-day 2000
    cat prompt.txt | tokencost estimate - -m claude-sonnet-5-5 --mode batch
    """
    from tokencost_cli.tasks.estimate import Request, run

    invocation = Invocation(ctx, quiet=quiet)
    request = Request(
        paths=invocation.paths(paths, needed=input_tokens is None),
        models=tuple(model or ()),
        all_models=all_models,
        compare=compare,
        provider=provider,
        max_price=usd(max_price) if max_price else None,
        output_tokens=output_tokens,
        workload=workload or invocation.settings.workload,
        modes=tuple(mode or ()),
        region=region,
        cached_tokens=cached_tokens,
        cached_prefix=cached_prefix,
        input_tokens=input_tokens,
        calls=calls,
        per_day=per_day,
        raw=raw,
        variables=tuple(var or ()),
        as_of=as_of,
        prices=tuple(prices or ()),
    )
    report, problem = run(invocation, request)
    invocation.write(report)
    if problem is not None:
        raise problem
