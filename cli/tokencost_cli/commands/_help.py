"""Commands as typer makes them, with a `--json` flag, and with help in groups."""

from __future__ import annotations

from typing import Any, Final

from typer.core import TyperCommand, TyperOption

from tokencost_cli.output.renderers import JSON

ARGUMENTS: Final = "Arguments"
OPTIONS: Final = "Options"
OUTPUT: Final = "Output"
# How a run ends. `EXIT_CODES` stands in the help of all commands together.
EXIT_CODES: Final = (
    ("0", "done; within the limits"),
    ("1", "the answer of check is no"),
    ("2", "wrong usage"),
    ("3", "input that cannot be read, or holds nothing"),
    ("4", "no price for a model that was named, in check, or where --unpriced says fail"),
    ("5", "a wrong price table, lock, budget or configuration file"),
    ("70", "a bug in tokencost"),
    ("130", "interrupted"),
)


class Command(TyperCommand):
    """A command whose help lists its options in groups."""

    def __init__(self, name: str | None, **options: Any) -> None:
        super().__init__(name, **options)
        names = [param.name for param in self.params]
        if "format_name" in names:
            self.params.insert(names.index("format_name") + 1, _json_flag())

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options of each group."""
        for title, records in _groups(self, ctx).items():
            with formatter.section(title):
                formatter.write_dl(records)
        if self.name == "check":
            write_exit_codes(formatter)


def write_formats(formatter: Any) -> None:
    """Write every format of reports. Which of them a command writes, its help page states."""
    from tokencost_cli.output.renderers import names

    with formatter.section("Formats"):
        formatter.write_dl([("--format", ", ".join(names()))])


def write_exit_codes(formatter: Any) -> None:
    """Write how a run may end."""
    with formatter.section("Exit codes"):
        formatter.write_dl(EXIT_CODES)


def _json_flag() -> TyperOption:
    return TyperOption(
        param_decls=["--json"],
        is_flag=True,
        default=False,
        expose_value=False,
        help="The same as --format json.",
        callback=_chose_json,
        rich_help_panel=OUTPUT,
    )


def _chose_json(ctx: Any, param: Any, value: bool) -> None:
    if value:
        ctx.meta[JSON] = True


def _groups(command: Command, ctx: Any) -> dict[str, list[tuple[str, str]]]:
    """Return the lines of the help by group: arguments first, and what is for output last."""
    groups: dict[str, list[tuple[str, str]]] = {ARGUMENTS: [], OPTIONS: []}
    for param in command.get_params(ctx):
        if isinstance(param, TyperOption):
            param.show_envvar = False  # one sentence in the help says it for all
        if isinstance(param, TyperOption) and param.name == "format_name":
            param.help = _formats(str(ctx.info_name))
        record = param.get_help_record(ctx)
        if record is None:
            continue
        title = OPTIONS
        if param.param_type_name == "argument":
            title = ARGUMENTS
        elif param.name == "help":
            title = OUTPUT
        else:
            title = getattr(param, "rich_help_panel", None) or OPTIONS
        groups.setdefault(title, []).append(record)
    groups[OUTPUT] = groups.pop(OUTPUT, [])
    return {title: records for title, records in groups.items() if records}


def _formats(command: str) -> str:
    from tokencost_cli.output.renderers import names

    return f"{', '.join(names(command))}. The ending of --output chooses it too."
