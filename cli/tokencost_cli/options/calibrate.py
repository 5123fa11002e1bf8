"""The options of `calibrate`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

from tokencost_cli.options.declare import Before
from tokencost_cli.options.logs import LogOptions
from tokencost_cli.options.output import Output


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CalibrateOptions(LogOptions):
    """The logs that are learned from, and the file that is written."""

    output: Annotated[Output, Before("where")] = None
