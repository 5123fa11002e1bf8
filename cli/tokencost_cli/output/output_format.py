"""The format of a report: named by `-f` or `--json`, else by the ending of the output file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tokencost_cli.output.renderers import by_ending, endings, renderer
from tokencost_pricing.errors import UsageError

JSON: Final = "tokencost.json"  # where a context keeps that --json was typed
_ONLY: Final = {"baseline": "json", "calibrate": "yaml"}
_STDOUT: Final = ("-", "/dev/stdout", "/dev/fd/1")


def output_of(ctx: Any) -> Path | None:
    """Return the file that a report goes to, or None for stdout."""
    output = ctx.params.get("output")
    return None if output is None or str(output) in _STDOUT else Path(output)


def format_of(ctx: Any) -> str:
    """Return the format of a command's report.

    What is typed comes before the ending of the output file, and that before settings and the
    environment. Raise `UsageError` for a format or an ending that the command does not write.
    """
    command = str(ctx.info_name)
    output = output_of(ctx)
    if "format_name" not in ctx.params:
        return _only(command, output)
    chosen = str(ctx.params["format_name"])
    typed = _source(ctx) == "COMMANDLINE"
    if ctx.meta.get(JSON):
        if typed and chosen != "json":
            raise UsageError(f"--json and --format {chosen}: give one")
        return "json"
    if output is not None and not typed:
        chosen = by_ending(str(output), command) or chosen
    renderer(chosen, command)
    return chosen


def _only(command: str, output: Path | None) -> str:
    """Return the one format of a command; a file must not be named as if it held another."""
    only = _ONLY.get(command, "json")
    ending = output.suffix.lstrip(".").casefold() if output is not None else ""
    if ending in endings() and endings()[ending] != only:
        raise UsageError(f"{output}: {command} writes {only}, not {endings()[ending]}")
    return only


def _source(ctx: Any) -> str:
    source = ctx.get_parameter_source("format_name")
    return str(source.name) if source is not None else ""
