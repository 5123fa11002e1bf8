"""`tokencost whatif`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokencost_cli.commands import _options
from tokencost_cli.options import completion as _completion
from tokencost_cli.runtime.invocation import Invocation, usd

app = typer.Typer(add_completion=False, rich_markup_mode=None)


_CHANGES = "Changes"
_ADVICE = "Advice"
_PROMPTS = "Prompts"


@app.command()
def whatif(
    ctx: typer.Context,
    paths: _options.Logs = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            metavar="NAME",
            show_default=False,
            help="All calls on this model, counted again with its own tokenizer. Repeatable.",
            rich_help_panel=_CHANGES,
            autocompletion=_completion.models,
        ),
    ] = None,
    mode: _options.Modes = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            "--region",
            metavar="NAME",
            show_default=False,
            help="Served there, such as us or eu. Repeatable.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    cache: Annotated[
        list[str] | None,
        typer.Option(
            "--cache",
            metavar="POLICY",
            show_default=False,
            help="The provider's cache, replayed: off, as-logged, auto, 5m, 1h, best. Repeatable.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    route: Annotated[
        list[str] | None,
        typer.Option(
            "--route",
            metavar="MODEL:SHARE,...",
            show_default=False,
            help="model=A:0.9,model=B:0.1, or A:input<2000,B:tools,C:else. Repeatable.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    cascade: Annotated[
        list[str] | None,
        typer.Option(
            "--cascade",
            metavar="SMALL>LARGE:RATE",
            show_default=False,
            help="All calls on SMALL, a share of them again on LARGE. Repeatable.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            "-s",
            metavar="TERMS|FILE",
            show_default=False,
            help="Changes together: 'gpt-6-luna+batch+cache=5m', or a YAML file. Repeatable.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    max_output: Annotated[
        int | None,
        typer.Option(
            "--max-output", metavar="N", min=0, help="Cut longer answers.", rich_help_panel=_CHANGES
        ),
    ] = None,
    compress: Annotated[
        list[str] | None,
        typer.Option(
            "--compress",
            metavar="ROLE:SHARE",
            show_default=False,
            help="Shorten parts: tool_result:0.5 leaves half of their tokens. Repeatable.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    compressor: Annotated[
        str | None,
        typer.Option(
            "--compressor",
            metavar="USD",
            help="Cost of a million tokens compressed.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    keep_turns: Annotated[
        int | None,
        typer.Option(
            "--keep-turns",
            metavar="N",
            min=1,
            help="Drop history older than N turns.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    drop_results: Annotated[
        int | None,
        typer.Option(
            "--drop-results",
            metavar="N",
            min=1,
            help="Drop tool results older than N turns.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    prune_tools: Annotated[
        bool,
        typer.Option(
            "--prune-tools", help="Leave out tools that are never called.", rich_help_panel=_CHANGES
        ),
    ] = False,
    no_retries: Annotated[
        bool,
        typer.Option(
            "--no-retries", help="Leave out failed and repeated calls.", rich_help_panel=_CHANGES
        ),
    ] = False,
    hit_rate: Annotated[
        str | None,
        typer.Option(
            "--hit-rate",
            metavar="SHARE",
            help="Share of calls that a cache of answers answers.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    self_hosted: Annotated[
        list[str] | None,
        typer.Option(
            "--self-hosted",
            metavar="gpus=N,usd=N,input=N,output=N",
            show_default=False,
            help="Hardware of one's own: cards, USD a card and hour, tokens a second. Repeatable.",
            rich_help_panel=_CHANGES,
        ),
    ] = None,
    keep_reasoning: Annotated[
        bool,
        typer.Option(
            "--keep-reasoning",
            help="Bill thinking on models that do not think, too.",
            rich_help_panel=_CHANGES,
        ),
    ] = False,
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest",
            help="Try what applies, and rank it by what it saves.",
            rich_help_panel=_ADVICE,
        ),
    ] = False,
    pareto: Annotated[
        bool,
        typer.Option(
            "--pareto",
            help="Mark what nothing beats on both price and context window.",
            rich_help_panel=_ADVICE,
        ),
    ] = False,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            "-b",
            metavar="MODEL",
            help="The model that prompts are for today.",
            rich_help_panel=_PROMPTS,
            autocompletion=_completion.models,
        ),
    ] = None,
    output_tokens: Annotated[
        str | None,
        typer.Option(
            "--output-tokens",
            metavar="N|Nx|@FILE",
            help="Length of the answer to a prompt.",
            rich_help_panel=_PROMPTS,
        ),
    ] = None,
    input_tokens: Annotated[
        int | None,
        typer.Option(
            "--input-tokens",
            metavar="N",
            min=0,
            help="So many tokens, instead of paths.",
            rich_help_panel=_PROMPTS,
        ),
    ] = None,
    per_day: Annotated[
        int | None,
        typer.Option(
            "--per-day",
            metavar="N",
            min=1,
            help="Calls of each prompt a day.",
            rich_help_panel=_PROMPTS,
        ),
    ] = None,
    per_month: Annotated[
        bool,
        typer.Option(
            "--per-month",
            help="Show a month, too, where the log covers less than seven days.",
            rich_help_panel=_ADVICE,
        ),
    ] = False,
    where: _options.Where = None,
    since: _options.Since = None,
    until: _options.Until = None,
    timezone: _options.Timezone = None,
    input_format: _options.InputFormat = None,
    mapping: _options.Mapping = None,
    assume_model: _options.AssumeModel = None,
    alias: _options.Aliases = None,
    count_copies: _options.CountCopies = False,
    unpriced: _options.Unpriced = "warn",
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """The same calls on other models, modes, caches, routes.

    For prompts, logs, traces and saved profiles. Real calls are replayed: text is counted again
    with each model's own tokenizer, caches are simulated by their provider's rules.

    \b
    tokencost whatif logs/ -m gpt-6-luna -m claude-haiku-5-5 --mode batch --cache best
    tokencost whatif logs/ -s 'gpt-6-luna+batch' --route 'gpt-6.1-sol:0.1,gpt-6-luna:0.9'
    tokencost whatif logs/ --suggest
    """
    from tokencost_cli.options.logs import CallOptions
    from tokencost_cli.tasks.whatif import Flags, Request, run

    invocation = Invocation(ctx, quiet=quiet)
    read = tuple(paths or ()) if input_tokens is not None else invocation.log_paths(paths)
    request = Request(
        reading=CallOptions(
            paths=read,
            input_format=input_format,
            mapping=tuple(mapping or ()),
            since=since,
            until=until,
            timezone=timezone,
            where=tuple(where or ()),
            as_of=as_of,
            prices=tuple(prices or ()),
            assume_model=assume_model,
            count_copies=count_copies,
        ),
        flags=Flags(
            model=model or (),
            mode=mode or (),
            region=region or (),
            cache=cache or (),
            route=route or (),
            cascade=cascade or (),
            self_hosted=self_hosted or (),
            scenario=scenario or (),
            compress=compress or (),
            compressor=usd(compressor) if compressor else None,
            max_output=max_output,
            keep_turns=keep_turns,
            drop_results=drop_results,
            prune_tools=prune_tools,
            no_retries=no_retries,
            hit_rate=hit_rate,
            keep_reasoning=keep_reasoning,
        ),
        base=base,
        output_tokens=output_tokens,
        input_tokens=input_tokens,
        per_day=per_day,
        suggest=suggest,
        pareto=pareto,
        per_month=per_month,
        unpriced=unpriced,
    )
    report, problem = run(invocation, request)
    invocation.write(report)
    if problem is not None:
        raise problem
