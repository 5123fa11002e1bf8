"""`tokencost calibrate`."""

from __future__ import annotations

import typer

from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def calibrate(
    ctx: typer.Context,
    paths: _options.Logs = None,
    output: _options.Output = None,
    where: _options.Where = None,
    since: _options.Since = None,
    until: _options.Until = None,
    timezone: _options.Timezone = None,
    input_format: _options.InputFormat = None,
    mapping: _options.Mapping = None,
    alias: _options.Aliases = None,
    prices: _options.Prices = None,
    quiet: _options.Quiet = False,
) -> None:
    """Learn from your own logs how far counts are off.

    Logs must hold what was sent, and the usage that was reported for it. Name the file in
    `tokencost.toml` as `calibration = "FILE"`: estimate, check and whatif then use it.

    \b
    tokencost calibrate logs/ -o calibration.yaml
    """
    from tokencost_cli.output.output_file import write_file
    from tokencost_cli.tasks._reading_options import Reading
    from tokencost_cli.tasks.accuracy import Request, calibration_of

    invocation = Invocation(ctx, quiet=quiet)
    reading = Reading(
        paths=invocation.log_paths(paths),
        input_format=input_format,
        mapping=tuple(mapping or ()),
        since=since,
        until=until,
        timezone=timezone,
        where=tuple(where or ()),
        prices=tuple(prices or ()),
    )
    text, said = calibration_of(invocation, Request(reading))
    invocation.context.end_progress()
    if invocation.output is None:
        invocation.context.stdout.write(text)
    else:
        write_file(invocation.context.folder / invocation.output, text)
    invocation.context.inform(said)
