"""`tokencost calibrate`."""

from __future__ import annotations

import typer

from tokencost_cli.options.calibrate import CalibrateOptions
from tokencost_cli.options.declare import command
from tokencost_cli.options.output import QuietOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def calibrate(ctx: typer.Context, options: CalibrateOptions, beside: QuietOptions) -> None:
    """Learn from your own logs how far counts are off.

    Logs must hold what was sent, and the usage that was reported for it. Name the file in
    `tokencost.toml` as `calibration = "FILE"`: estimate, check and whatif then use it.

    \b
    tokencost calibrate logs/ -o calibration.yaml
    """
    from tokencost_cli.tasks.accuracy import calibration_of

    invocation = Invocation(ctx, quiet=beside.quiet)
    text, source = calibration_of(invocation, options)
    invocation.write_content(text)
    invocation.context.inform(source)
