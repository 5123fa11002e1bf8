"""Options that several commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from tokencost_cli.commands._help import OUTPUT
from tokencost_cli.options import completion as _completion

# Groups of the help, in no order: a command's options stand in their groups as it declares them.
INPUT: Final = "Input"
MODELS: Final = "Models"
CALLS: Final = "Calls"
PRICING: Final = "Pricing"

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS...",
        show_default=False,
        help="Files, folders (what git ignores is left out), globs, or - for standard input.",
    ),
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME",
        show_default=False,
        help="A model, as logs or people call it; `azure/gpt-5` names the provider. Repeatable.",
        rich_help_panel=MODELS,
        autocompletion=_completion.models,
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME",
        help="table, json, csv, markdown or parquet.",
        rich_help_panel=OUTPUT,
        autocompletion=_completion.formats,
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write there instead of to stdout.",
        rich_help_panel=OUTPUT,
    ),
]
Prices = Annotated[
    list[Path] | None,
    typer.Option(
        "--prices",
        metavar="FILE",
        show_default=False,
        help="A YAML file with prices of your own, laid over the shipped ones. Repeatable.",
        rich_help_panel=PRICING,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Price as of this day (2026-05-01) or UTC moment (2026-05-01T02:00).",
        rich_help_panel=PRICING,
    ),
]
Modes = Annotated[
    list[str] | None,
    typer.Option(
        "--mode",
        metavar="MODE",
        show_default=False,
        help="batch, flex, priority, fast or ultrafast. Repeatable, where a provider allows it.",
        rich_help_panel=PRICING,
        autocompletion=_completion.modes,
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="NAME",
        help="Where the call is served, such as us or eu.",
        rich_help_panel=PRICING,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", help="No progress and no warnings on stderr.", rich_help_panel=OUTPUT
    ),
]
Raw = Annotated[
    bool,
    typer.Option(
        "--raw",
        help="The text alone, without the tokens that a chat request adds.",
        rich_help_panel=CALLS,
    ),
]
Variables = Annotated[
    list[str] | None,
    typer.Option(
        "--var",
        metavar="NAME=VALUE|@FILE",
        show_default=False,
        help="Fill a placeholder of a template: name=Ann, context=@notes.txt. Repeatable.",
        rich_help_panel=CALLS,
    ),
]
Logs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS...",
        show_default=False,
        help="Logs, traces, saved profiles: files, folders, globs, or - for standard input. "
        "Without any: the coding agents on this machine.",
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="NAME=VALUE",
        show_default=False,
        help="Only these calls: model=claude-*, team!=web. Repeatable.",
        rich_help_panel=INPUT,
        autocompletion=_completion.conditions,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Calls from then on: 2026-05-01, 2026-05-01T02:00, today, yesterday, monday, month, "
        "last-month, 7d, 4w, git:REV.",
        rich_help_panel=INPUT,
        autocompletion=_completion.times,
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="DATE",
        help="Calls up to the end of what the same words name.",
        rich_help_panel=INPUT,
        autocompletion=_completion.times,
    ),
]
Timezone = Annotated[
    str | None,
    typer.Option(
        "--timezone",
        metavar="ZONE",
        help="For days and dates, as Europe/Berlin. Default: UTC.",
        rich_help_panel=INPUT,
    ),
]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--input-format",
        metavar="NAME",
        help="Read every file as this format (see `tokencost formats`).",
        rich_help_panel=INPUT,
        autocompletion=_completion.input_formats,
    ),
]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=PATH|FILE",
        show_default=False,
        help="Describe a format of your own: input=usage.in, model=llm.name, or a YAML file. "
        "For JSON lines, CSV and Parquet. Repeatable.",
        rich_help_panel=INPUT,
    ),
]
CountCopies = Annotated[
    bool,
    typer.Option(
        "--count-copies",
        help="Read files of the very same content each, not once.",
        rich_help_panel=INPUT,
    ),
]
Unpriced = Annotated[
    str,
    typer.Option(
        "--unpriced",
        metavar="fail|warn",
        help="Calls without a price warn, or end the command with 4 once its report is written.",
        rich_help_panel=PRICING,
    ),
]
AssumeModel = Annotated[
    str | None,
    typer.Option(
        "--assume-model",
        metavar="NAME",
        help="The model of calls whose log names none.",
        rich_help_panel=INPUT,
        autocompletion=_completion.models,
    ),
]
Aliases = Annotated[
    list[str] | None,
    typer.Option(
        "--alias",
        metavar="NAME=MODEL",
        show_default=False,
        help="A name of your own: house=alibaba/qwen3-coder-plus. Repeatable.",
        rich_help_panel=INPUT,
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="End with 3 when any row or file could not be read.", rich_help_panel=INPUT
    ),
]
