"""Renderers: one file a format, each with a `RENDERER`; and which one writes a report.

That is named by `-f` or `--json`, else by the ending of the output file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tokencost_cli.output.renderer import Renderer, Style
from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles import discovery

__all__ = [
    "JSON",
    "Renderer",
    "Style",
    "by_ending",
    "endings",
    "format_of",
    "names",
    "output_of",
    "renderer",
]

JSON: Final = "tokencost.json"  # where a context keeps that --json was typed
_ONLY: Final = {"baseline": "json", "calibrate": "yaml"}
_STDOUT: Final = ("-", "/dev/stdout", "/dev/fd/1")


def names(command: str | None = None) -> list[str]:
    """Return the names of all formats, or of those that a command can write."""
    every = [name.rstrip("_") for name in discovery.names(__name__)]
    return every if command is None else [name for name in every if _writes(name, command)]


def renderer(name: str, command: str | None = None) -> Renderer:
    """Return a renderer by name.

    Raise `UsageError` for a name that none has, or one that does not write what a command reports.
    """
    known = _known(name)
    if known is None:
        raise UsageError(
            f"no format '{name}'{did_you_mean(name, names(command))}",
            hint=f"formats: {', '.join(names(command))}",
        )
    if command is not None and known.commands and command not in known.commands:
        raise UsageError(
            f"{name} writes the answer of {' and '.join(known.commands)}, not of {command}",
            hint=f"formats: {', '.join(names(command))}",
        )
    return known


def by_ending(file_name: str, command: str) -> str | None:
    """Return the format that a file's name asks for, or None for a name that has none.

    Raise `UsageError` for an ending that no format of the command claims.
    """
    known = endings(command)
    plain = file_name.rpartition("/")[2].lstrip(".").casefold()
    for ending in sorted(known, key=len, reverse=True):
        if plain.endswith(f".{ending}"):
            return known[ending]
    if "." not in plain:
        return None
    listed = ", ".join(f".{ending} ({name})" for ending, name in known.items())
    raise UsageError(
        f"{file_name}: no format has this ending", hint=f"endings: {listed}; or name it with -f"
    )


def endings(command: str | None = None) -> dict[str, str]:
    """Return the endings of file names, each with the format that it asks for."""
    return {ending: name for name in names(command) for ending in renderer(name).endings}


def _known(name: str) -> Renderer | None:
    return discovery.find_plugin(__name__, name, "RENDERER") or discovery.find_plugin(
        __name__, f"{name}_", "RENDERER"
    )


def _writes(name: str, command: str) -> bool:
    known = _known(name)
    return known is not None and (not known.commands or command in known.commands)


def output_of(ctx: Any) -> Path | None:
    """Return the file that a report goes to, or None for stdout."""
    output = ctx.params.get("html") or ctx.params.get("output")
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
        if ctx.params.get("html") is not None:
            raise UsageError("--json and --html: give one")
        if typed and chosen != "json":
            raise UsageError(f"--json and --format {chosen}: give one")
        return "json"
    if ctx.params.get("html") is not None:
        _refuse_two_files(ctx, chosen if typed else None)
        return "html"
    if output is not None and not typed:
        chosen = by_ending(str(output), command) or chosen
    renderer(chosen, command)
    return chosen


def _refuse_two_files(ctx: Any, typed: str | None) -> None:
    """Raise `UsageError` where --html stands beside what says otherwise."""
    if typed not in (None, "html"):
        raise UsageError(f"--html and --format {typed}: give one")
    if ctx.params.get("output") is not None:
        raise UsageError("--html and --output both name the file: give one")


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
