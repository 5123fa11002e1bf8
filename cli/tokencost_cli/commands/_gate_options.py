"""Options of `baseline`, `diff` and `check`, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from tokencost_cli.commands import _completion
from tokencost_cli.commands._help import OUTPUT
from tokencost_cli.commands._options import CALLS

_BASE: Final = "Base"
_LOGS: Final = "Logs"
_LIMITS: Final = "Limits"
_WARNINGS: Final = "Warnings"

OutputTokens = Annotated[
    str | None,
    typer.Option(
        "--output-tokens",
        metavar="N|2x|max|@FILE",
        help="Length of the answer: tokens, a multiple of the input, max (the most that the "
        "request allows), or a file that holds it.",
        rich_help_panel=CALLS,
    ),
]
Workload = Annotated[
    str | None,
    typer.Option(
        "--workload",
        metavar="NAME",
        help="A described load: answer length, calls a day, cached share.",
        rich_help_panel=CALLS,
        autocompletion=_completion.workloads,
    ),
]
CachedTokens = Annotated[
    int | None,
    typer.Option(
        "--cached-tokens",
        metavar="N",
        min=0,
        help="Input read from a cache.",
        rich_help_panel=CALLS,
    ),
]
CachedPrefix = Annotated[
    Path | None,
    typer.Option(
        "--cached-prefix",
        metavar="FILE",
        help="The text that a cache holds.",
        rich_help_panel=CALLS,
    ),
]
PerDay = Annotated[
    int | None,
    typer.Option(
        "--per-day",
        metavar="N",
        min=1,
        help="Calls a day, for costs a month.",
        rich_help_panel=CALLS,
    ),
]
Git = Annotated[
    str | None,
    typer.Option(
        "--git",
        metavar="REV",
        help="Compare with the same paths in a revision: origin/main, HEAD~1, a commit; "
        "main... is where this branch left main.",
        rich_help_panel=_BASE,
    ),
]
Baseline = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="Compare with a file of `baseline`.",
        rich_help_panel=_BASE,
    ),
]
Logs = Annotated[
    bool,
    typer.Option(
        "--logs", help="The paths are logs or traces, not prompts.", rich_help_panel=_LOGS
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="NAME",
        show_default=False,
        help="Of logs: compare groups by model (default), team, project, tag:KEY. Repeatable.",
        rich_help_panel=_LOGS,
        autocompletion=_completion.dimensions,
    ),
]
Case = Annotated[
    str | None,
    typer.Option(
        "--case",
        metavar="tag:NAME|session|project",
        help="Of logs: runs of the same case are compared, and chance is told from change.",
        rich_help_panel=_LOGS,
    ),
]
MinCases = Annotated[
    int,
    typer.Option(
        "--min-cases", metavar="N", min=2, help="With fewer: inconclusive.", rich_help_panel=_LOGS
    ),
]
KeepPrices = Annotated[
    bool,
    typer.Option(
        "--keep-prices",
        help="Leave the base at the prices it was saved with; show what they did.",
        rich_help_panel=_BASE,
    ),
]
Cost = Annotated[
    str,
    typer.Option(
        "--cost",
        metavar="WHICH",
        rich_help_panel=_LOGS,
        help="Of logs: computed, auto (calls without a price cost what their log says), or "
        "reported (all do). Budgets judge that money, limits on increases do not.",
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="NAME=VALUE",
        show_default=False,
        help="Of logs: only these calls, as model=claude-*. Repeatable.",
        rich_help_panel=_LOGS,
        autocompletion=_completion.conditions,
    ),
]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT=FILE",
        show_default=False,
        help="Write another report to a file: markdown=comment.md, junit=report.xml. Repeatable.",
        rich_help_panel=OUTPUT,
    ),
]


def _limit(flag: str, metavar: str, text: str, panel: str = _LIMITS) -> object:
    return typer.Option(flag, metavar=metavar, help=text, rich_help_panel=panel)


MaxIncrease = Annotated[
    str | None,
    _limit("--max-increase", "10%", "All together may cost this much more; prices left out."),
]
MaxIncreaseUsd = Annotated[
    str | None, _limit("--max-increase-usd", "USD", "The same as an amount: a call of each.")
]
MaxItemIncrease = Annotated[
    str | None, _limit("--max-item-increase", "20%", "Each file (or group) by itself.")
]
Budget = Annotated[str | None, _limit("--budget", "USD", "What may be spent at most.")]
BudgetPer = Annotated[
    str,
    _limit(
        "--budget-per",
        "UNIT",
        "item (file or group), call, run (all together, once), or month (needs --per-day).",
    ),
]
MaxTokens = Annotated[
    str | None, _limit("--max-tokens", "N", "Tokens of input that a call may have.")
]
ContextWindow = Annotated[
    str | None, _limit("--context-window", "80%", "Share of the window that a call may fill.")
]
IgnoreBelow = Annotated[
    str | None,
    _limit("--ignore-below", "USD|TOKENS", "Increases smaller than this do not count: $0.001, 50."),
]
FailOn = Annotated[
    list[str] | None,
    _limit(
        "--fail-on",
        "NAME",
        "Also fail on: new, missing, unpriced, estimated, inconclusive, price-change. Repeatable.",
    ),
]
Unpriced = Annotated[
    str, _limit("--unpriced", "fail|warn", "What has no price ends the check with 4, or warns.")
]
WarnIncrease = Annotated[
    str | None, _limit("--warn-increase", "5%", "Warn from here on.", _WARNINGS)
]
WarnIncreaseUsd = Annotated[
    str | None, _limit("--warn-increase-usd", "USD", "Warn from here on.", _WARNINGS)
]
WarnItemIncrease = Annotated[
    str | None, _limit("--warn-item-increase", "10%", "Warn from here on.", _WARNINGS)
]
WarnBudget = Annotated[str | None, _limit("--warn-budget", "USD", "Warn from here on.", _WARNINGS)]
WarnTokens = Annotated[str | None, _limit("--warn-tokens", "N", "Warn from here on.", _WARNINGS)]
WarnContextWindow = Annotated[
    str | None, _limit("--warn-context-window", "60%", "Warn from here on.", _WARNINGS)
]
