"""Where a report goes, in which format, and what stderr tells."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, option

OUTPUT: Final = "Output"


Output = Annotated[
    Path | None,
    option(
        "--output",
        "-o",
        metavar="FILE",
        text="Write there instead of to stdout.",
        panel=OUTPUT,
        paths=relative_paths.plain,
    ),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FileOptions:
    """The file of a command that writes one format."""

    output: Output = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReportOptions(FileOptions):
    """The format of a report, and its file."""

    format_name: Annotated[
        str,
        option(
            "--format",
            "-f",
            metavar="NAME",
            text="table, json, csv, markdown, html or parquet.",
            panel=OUTPUT,
            complete=completion.formats,
        ),
        Before("output"),
    ] = "table"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuietOptions:
    """What is written beside the report."""

    quiet: Annotated[
        bool, option("--quiet", "-q", text="No progress and no warnings on stderr.", panel=OUTPUT)
    ] = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OutputOptions(QuietOptions, ReportOptions):
    """The format of a report, its file, and what is written beside it."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuietFileOptions(QuietOptions, FileOptions):
    """The file of a command that writes one format, and what is written beside it."""


Save = Annotated[
    Path | None,
    option(
        "--save",
        metavar="FILE",
        text="Save the profile of logs, as runs.tokencost: read again wherever logs are.",
        panel=OUTPUT,
        paths=relative_paths.plain,
    ),
    Before("quiet"),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ProfileOutputOptions(OutputOptions):
    """The format of a report and its file, and that of the profile behind it."""

    html: Annotated[
        Path | None,
        option(
            "--html",
            metavar="FILE",
            text="Write a page with charts there: short for -f html -o FILE.",
            panel=OUTPUT,
            paths=relative_paths.plain,
        ),
        Before("quiet"),
    ] = None
    save: Save = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BaselineOutputOptions(QuietFileOptions):
    """The file of a baseline: of prompts, or of logs."""

    save: Save = None
