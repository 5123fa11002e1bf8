"""The options of `accuracy`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated, Final

from tokencost_cli.options.declare import Before, option
from tokencost_cli.options.logs import LogOptions

_GROUPS: Final = "Groups"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AccuracyOptions(LogOptions):
    """The logs, and how the errors of our counts are grouped."""

    by: Annotated[
        tuple[str, ...],
        option(
            "--by",
            metavar="NAME",
            show_default=False,
            text="Group by provider, api, kind, model, rendering or group. Repeatable or"
            " comma-separated. [default: provider,api,kind]",
            panel=_GROUPS,
        ),
        Before("where"),
    ] = ()
    answers: Annotated[
        bool, option("--answers", text="Count known answers, not requests.", panel=_GROUPS)
    ] = False
    cross_validate: Annotated[
        bool,
        option(
            "--cross-validate",
            text="Calibrate each group of calls on the others, instead of using what is shipped.",
            panel=_GROUPS,
        ),
    ] = False
    worst: Annotated[
        int,
        option(
            "--worst", metavar="N", least=0, text="Show the N calls furthest off.", panel=_GROUPS
        ),
    ] = 10
