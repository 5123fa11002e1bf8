"""The typer application: commands are the modules of a folder, imported only when called."""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperGroup, TyperOption

from tokencost_cli import commands
from tokencost_cli.commands._help import Command, write_exit_codes, write_formats
from tokencost_cli.options.declare import declarations
from tokencost_cli.runtime.context import Context
from tokencost_cli.runtime.settings import Settings, load_settings, with_paths
from tokencost_pricing.errors import (
    ConfigError,
    InputError,
    TokencostError,
    UsageError,
    did_you_mean,
)
from tokencost_profiles.discovery import names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# The groups of `--help`: what people need first stands first. Other commands follow by name.
_GROUPS: Final = {
    "Prompts": ("estimate", "count"),
    "Logs": ("profile", "explain", "whatif", "accuracy", "calibrate"),
    "Comparing": ("check", "diff", "baseline"),
    "Lists": ("models", "prices", "tokenizers", "formats"),
}
_MORE: Final = "More"
BUG: Final = 70
INTERRUPTED: Final = 130
# What a full disk answers, and a stream that is closed or only for reading.
_UNWRITABLE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EBADF)


class LazyGroup(TyperGroup):
    """A group whose commands are the modules of `tokencost_cli.commands`."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, most used first."""
        return [name for group in _grouped().values() for name in group]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, then the commands."""
        for option in self.params:
            if isinstance(option, TyperOption):
                option.show_envvar = False  # one sentence in the help says it for all
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands of each group, the formats, and how a run may end."""
        for title, group in _grouped().items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name, self.get_command(ctx, name).get_short_help_str(100)) for name in group]
                )
        write_formats(formatter)
        write_exit_codes(formatter)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import one command."""
        known = names(commands.__name__)
        if cmd_name not in known:
            raise UsageError(
                f"no command '{cmd_name}'{did_you_mean(cmd_name, known)}",
                hint="`tokencost --help` lists them",
            )
        module = import_module(f"{commands.__name__}.{cmd_name}")
        for info in module.app.registered_commands:
            info.cls = Command
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command


def _grouped() -> dict[str, list[str]]:
    known = names(commands.__name__)
    groups = {title: [name for name in group if name in known] for title, group in _GROUPS.items()}
    listed = {name for group in groups.values() for name in group}
    return {**groups, _MORE: [name for name in known if name not in listed]}


def _version(wanted: bool) -> None:
    if wanted:
        from tokencost_pricing._version import __version__

        typer.echo(f"tokencost {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=LazyGroup,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"auto_envvar_prefix": "TOKENCOST", "help_option_names": ["-h", "--help"]},
)


@app.callback()
def main(
    ctx: typer.Context,
    version: bool = typer.Option(
        False, "--version", "-V", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """What prompts, agents and logs cost, on every model: exact, dated, offline.

    Start with: tokencost estimate prompt.txt

    Any option can come from tokencost.toml, or from the environment: TOKENCOST_ESTIMATE_MODEL.
    """
    context: Context = ctx.obj
    if ctx.invoked_subcommand is None:
        context.stdout.write(f"{ctx.get_help()}\n")
        return
    settings = load_settings(context, names(commands.__name__))
    settings = _checked_settings(ctx, settings, context.folder)
    ctx.default_map = dict(settings.commands)
    ctx.meta["tokencost.settings"] = settings


def _checked_settings(ctx: typer.Context, settings: Settings, folder: Path) -> Settings:
    """Return the settings, paths of the command at hand as they are seen from a folder.

    Refuse a setting of it that is no flag.
    """
    name = ctx.invoked_subcommand or ""
    values = settings.commands.get(name)
    if not values or not isinstance(ctx.command, LazyGroup):
        return settings
    command = ctx.command.get_command(ctx, name)
    options = {option.name: option for option in command.params}
    # Settings of a command that no flag has, such as tables.
    more = import_module(f"{commands.__name__}.{name}").__dict__.get("SETTINGS", ())
    for key, value in values.items():
        if key in more:
            continue
        where = settings.source(name, key)
        if key not in options:
            near = did_you_mean(key, [*options, *more])
            raise ConfigError(f"[{name}] has no setting '{key}'{near}", file=where)
        if options[key].multiple and not isinstance(value, list):
            raise ConfigError(f"[{name}] {key}: must be a list", file=where)
        try:
            options[key].type_cast_value(ctx, value)
        except typer.BadParameter as error:
            raise ConfigError(f"[{name}] {key}: {error.message}", file=where) from error
    rewrites = {
        key: declaration.paths
        for key, declaration in declarations(command.callback).items()
        if declaration.paths is not None and key in values
    }
    return with_paths(settings, name, folder, rewrites)


def run(arguments: Sequence[str], context: Context) -> int:
    """Run a command line and return its exit code. The only place that catches our errors."""
    try:
        result = typer.main.get_command(app).main(
            args=list(arguments), prog_name="tokencost", standalone_mode=False, obj=context
        )
        context.stdout.flush()
        context.finish()
    except TokencostError as error:
        for line in error.lines:
            context.fail(line)
        return error.exit_code
    except BrokenPipeError:
        # The reader has gone (`| head`): that is not an error, and nothing more can be written.
        _silence(context)
        return 0
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            return _usage_or_bug(error, context)
        _silence(context)
        context.fail(f"cannot write the report: {error.strerror}")
        return InputError.exit_code
    except KeyboardInterrupt:
        context.fail("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _usage_or_bug(error, context)
    finally:
        context.end_progress()
    return result if isinstance(result, int) else 0


def _usage_or_bug(error: Exception, context: Context) -> int:
    """Show wrong usage as click words it; anything else is a bug of ours, with its traceback."""
    context.end_progress()
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort):
        return INTERRUPTED
    if type(error).__name__ == "NoArgsIsHelpError":  # a group of commands, such as `prices`
        context.stdout.write(f"{error}\n")
        return 0
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        usage = getattr(getattr(error, "ctx", None), "get_usage", None)
        if usage is not None:
            context.stderr.write(f"{usage()}\n")
        context.fail(error.format_message())
        return int(error.exit_code)
    import traceback

    traceback.print_exception(error, file=context.stderr)
    context.fail("this is a bug in tokencost. Please report it with the lines above.")
    return BUG


def _silence(context: Context) -> None:
    """Keep the interpreter from complaining about the closed pipe at exit."""
    if context.stdout is sys.stdout:
        import os

        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
