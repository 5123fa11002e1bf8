"""Options that several commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

COUNTING: Final = "Counting"
PRICING: Final = "Pricing"
OUTPUT: Final = "Output"

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS...", show_default=False,
        help="Files, folders (what git ignores is left out), globs, or - for standard input.",
    ),
]  # fmt: skip
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", "-m", metavar="NAME", show_default=False,
        help="A model, as logs or people call it; `azure/gpt-5` names the provider. Repeatable.",
    ),
]  # fmt: skip
Format = Annotated[
    str, typer.Option("--format", "-f", metavar="NAME", help="table, json, csv or markdown.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write there instead of to stdout."),
]
Prices = Annotated[
    list[Path] | None,
    typer.Option(
        "--prices", metavar="FILE", show_default=False,
        help="A YAML file with prices of your own, laid over the shipped ones. Repeatable.",
    ),
]  # fmt: skip
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE",
        help="Price as of this day (2026-05-01) or UTC moment (2026-05-01T02:00).",
    ),
]  # fmt: skip
Modes = Annotated[
    list[str] | None,
    typer.Option(
        "--mode", metavar="MODE", show_default=False,
        help="batch, flex, priority, fast or ultrafast. Repeatable, where a provider allows it.",
    ),
]  # fmt: skip
Region = Annotated[
    str | None,
    typer.Option("--region", metavar="NAME", help="Where the call is served, such as us or eu."),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no warnings on stderr.")
]
Raw = Annotated[
    bool,
    typer.Option("--raw", help="The text alone, without the tokens that a chat request adds."),
]
Logs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS...", show_default=False,
        help="Logs, traces, saved profiles: files, folders, globs, or - for standard input. "
        "Without any: the coding agents on this machine.",
    ),
]  # fmt: skip
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="NAME=VALUE", show_default=False,
        help="Only these calls: model=claude-*, team!=web. Repeatable.",
    ),
]  # fmt: skip
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Calls from then on: 2026-05-01, 2026-05-01T02:00, today, yesterday, monday, month, "
        "last-month, 7d, 4w, git:REV.",
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="DATE", help="Calls up to the end of what the same words name."
    ),
]
Timezone = Annotated[
    str | None,
    typer.Option(
        "--timezone", metavar="ZONE", help="For days and dates, as Europe/Berlin. Default: UTC."
    ),
]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--input-format", metavar="NAME",
        help="Read every file as this format (see `tokencost formats`).",
    ),
]  # fmt: skip
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="FIELD=PATH|FILE", show_default=False,
        help="Describe a format of your own: input=usage.in, model=llm.name, or a YAML file. "
        "For JSON lines, CSV and Parquet. Repeatable.",
    ),
]  # fmt: skip
CountCopies = Annotated[
    bool,
    typer.Option("--count-copies", help="Read files of the very same content each, not once."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="End with 3 when any row or file could not be read.")
]
ProfileFormat = Annotated[
    str,
    typer.Option("--format", "-f", metavar="NAME", help="table, json, csv, markdown or parquet."),
]
