"""What is measured, and what it is compared with: options of `baseline`, `diff` and `check`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated, Final

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, option
from tokencost_cli.options.logs import CallOptions
from tokencost_cli.options.prompts import CALLS, PromptOptions

_BASE: Final = "Base"
LOGS: Final = "Logs"

PerDay = Annotated[
    int | None,
    option(
        "--per-day",
        metavar="N",
        least=1,
        text="Calls a day, for costs a month.",
        panel=CALLS,
    ),
    Before("mode"),
]
Git = Annotated[
    str | None,
    option(
        "--git",
        metavar="REV",
        text="Compare with the same paths in a revision: origin/main, HEAD~1, a commit; "
        "main... is where this branch left main.",
        panel=_BASE,
    ),
    Before("model"),
]
By = Annotated[
    tuple[str, ...],
    option(
        "--by",
        metavar="NAME",
        show_default=False,
        text="Of logs: compare groups by model (default), team, project, tag:KEY. Repeatable.",
        panel=LOGS,
        complete=completion.dimensions,
    ),
]
Case = Annotated[
    str | None,
    option(
        "--case",
        metavar="tag:NAME|session|project",
        text="Of logs: runs of the same case are compared, and chance is told from change.",
        panel=LOGS,
    ),
]
KeepPrices = Annotated[
    bool,
    option(
        "--keep-prices",
        text="Leave the base at the prices it was saved with; show what they did.",
        panel=_BASE,
    ),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MeasureOptions(PromptOptions, CallOptions):
    """Prompts or logs that are measured: the options of `baseline`."""

    per_day: PerDay = None
    logs: Annotated[
        bool,
        option(
            "--logs",
            text="The paths are logs or traces, not prompts.",
            panel=LOGS,
        ),
        Before("where"),
    ] = False
    where: Annotated[
        tuple[str, ...],
        option(
            "--where",
            metavar="NAME=VALUE",
            show_default=False,
            text="Of logs: only these calls, as model=claude-*. Repeatable.",
            panel=LOGS,
            complete=completion.conditions,
        ),
    ] = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CompareOptions(MeasureOptions):
    """Two measurements that are compared. Fields that are no flags are for those of `diff`."""

    git: Git = None
    baseline: Annotated[
        str | None,
        option(
            "--baseline",
            metavar="FILE",
            text="Compare with a file of `baseline`.",
            panel=_BASE,
            paths=relative_paths.plain,
        ),
    ] = None
    by: Annotated[By, Before("where")] = ()
    case: Case = None
    keep_prices: Annotated[KeepPrices, Before("as_of")] = False
    cost: str = "computed"
