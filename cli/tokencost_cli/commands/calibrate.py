"""`tokencost calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokencost_cli import options
from tokencost_cli.session import Session

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def calibrate(
    ctx: typer.Context,
    paths: options.Logs = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write there instead of to stdout."),
    ] = None,
    input_format: options.InputFormat = None,
    prices: options.Prices = None,
    quiet: options.Quiet = False,
) -> None:
    """Learn from your own logs how far counts are off.

    Logs must hold text and reported usage. Name the file in `tokencost.toml` as
    `calibration = "FILE"`: estimate, check and whatif then use it.

    \b
    tokencost calibrate logs/ -o calibration.yaml
    """
    from tokencost_cli.measuring import Request, calibration_of
    from tokencost_cli.output_file import write_file

    session = Session(ctx, quiet=quiet)
    request = Request(
        paths=tuple(paths or ()), input_format=input_format, prices=tuple(prices or ())
    )
    text, said = calibration_of(session, request)
    if output is None:
        session.context.stdout.write(text)
    else:
        write_file(session.context.folder / output, text)
    session.context.inform(said)
