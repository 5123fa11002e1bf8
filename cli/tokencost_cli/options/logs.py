"""Which logs are read, how, and which of their calls count."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated, Final

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, argument, option
from tokencost_cli.options.pricing import BillerOptions, PricingOptions

INPUT: Final = "Input"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LogOptions(BillerOptions):
    """Logs, their format, and which of their calls are looked at."""

    paths: Annotated[
        tuple[str, ...],
        argument(
            metavar="PATHS...",
            text="Logs, traces, saved profiles: files, folders, globs, or - for standard input. "
            "Without any: the coding agents on this machine.",
            paths=relative_paths.plain,
        ),
        Before("prices"),
    ] = ()
    where: Annotated[
        tuple[str, ...],
        option(
            "--where",
            metavar="NAME=VALUE",
            show_default=False,
            text="Only these calls: model=claude-*, team!=web. Repeatable.",
            panel=INPUT,
            complete=completion.conditions,
        ),
    ] = ()
    since: Annotated[
        str | None,
        option(
            "--since",
            metavar="DATE",
            text="Calls from then on: 2026-05-01, 2026-05-01T02:00, today, yesterday, monday, "
            "month, last-month, 7d, 4w, git:REV.",
            panel=INPUT,
            complete=completion.times,
        ),
    ] = None
    until: Annotated[
        str | None,
        option(
            "--until",
            metavar="DATE",
            text="Calls up to the end of what the same words name.",
            panel=INPUT,
            complete=completion.times,
        ),
    ] = None
    timezone: Annotated[
        str | None,
        option(
            "--timezone",
            metavar="ZONE",
            text="For days and dates, as Europe/Berlin. Default: UTC.",
            panel=INPUT,
        ),
    ] = None
    input_format: Annotated[
        str | None,
        option(
            "--input-format",
            metavar="NAME",
            text="Read every file as this format (see `tokencost formats`).",
            panel=INPUT,
            complete=completion.input_formats,
        ),
    ] = None
    mapping: Annotated[
        tuple[str, ...],
        option(
            "--map",
            metavar="FIELD=PATH|FILE",
            show_default=False,
            text="Describe a format of your own: input=usage.in, model=llm.name, or a YAML file. "
            "For JSON lines, CSV and Parquet. Repeatable.",
            panel=INPUT,
            paths=relative_paths.unless_equals,
        ),
    ] = ()
    alias: Annotated[
        tuple[str, ...],
        option(
            "--alias",
            metavar="NAME=MODEL",
            show_default=False,
            text="A name of your own: house=alibaba/qwen3-coder-plus. Repeatable.",
            panel=INPUT,
        ),
    ] = ()
    jobs: Annotated[
        int | None,
        option(
            "--jobs",
            metavar="N",
            least=1,
            text="Read large logs in up to N processes; 1: in none. Default: one a core.",
            panel=INPUT,
        ),
    ] = None
    no_cache: Annotated[
        bool,
        option(
            "--no-cache",
            text="Read every log anew, and store nothing of it (see `tokencost cache`).",
            panel=INPUT,
        ),
    ] = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CallOptions(PricingOptions, LogOptions):
    """Logs whose calls are priced, each once."""

    assume_model: Annotated[
        str | None,
        option(
            "--assume-model",
            metavar="NAME",
            text="The model of calls whose log names none.",
            panel=INPUT,
            complete=completion.models,
        ),
        Before("alias"),
    ] = None
    count_copies: Annotated[
        bool,
        option(
            "--count-copies",
            text="Read files of the very same content each, not once.",
            panel=INPUT,
        ),
        Before("as_of"),
    ] = False
    runner: Annotated[
        str | None,
        option(
            "--runner",
            metavar="NAME",
            text="Who reads logs: serial, processes, dask (a cluster). Default: serial, and "
            "processes where logs are large.",
            panel=INPUT,
            complete=completion.runners,
        ),
    ] = None
    scheduler: Annotated[
        str | None,
        option(
            "--scheduler",
            metavar="ADDRESS",
            text="Of a running cluster, for --runner dask: tcp://host:8786. Default: processes "
            "here.",
            panel=INPUT,
        ),
    ] = None
    strict: bool = False  # end with an error where a row or a file could not be read
