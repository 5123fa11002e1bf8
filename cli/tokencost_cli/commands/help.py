"""`tokencost help`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tokencost_cli.options import completion

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("help")
def help_(
    ctx: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="COMMAND",
            show_default=False,
            help="As `estimate`, or `prices show`.",
            autocompletion=_complete,
        ),
    ] = None,
) -> None:
    """Help for a command, or the list of all.

    \b
    tokencost help
    tokencost help estimate
    """
    at: Any = ctx.find_root()
    for name in command or ():
        at = type(ctx)(_command(at, name), info_name=name, parent=at)
    ctx.obj.stdout.write(f"{at.get_help()}\n")


def _complete(incomplete: str) -> list[str]:
    """Return the commands that begin so."""
    from tokencost_cli import commands
    from tokencost_profiles.discovery import names

    return completion.matching(names(commands.__name__), incomplete)


def _command(at: Any, name: str) -> Any:
    from tokencost_pricing.errors import UsageError

    of = getattr(at.command, "get_command", None)
    target = of(at, name) if of is not None else None
    if target is None:
        raise UsageError(f"{at.info_name} has no command '{name}'")
    return target
