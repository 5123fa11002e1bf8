"""Every help page, every flag that a shell completes, every environment variable, as they are.

`help/NAME.80.txt` and `help/NAME.120.txt` are the pages at two widths; `help/NAME.flags.txt` has a
line for each parameter in the order of completion: its flags, its type and default, and its
environment variable. `pytest --update-golden` rewrites them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer._completion_classes import BashComplete

from tokencost_cli.app import app

HERE = Path(__file__).parent / "help"
ROOT = typer.main.get_command(app)


def _commands(command: Any, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield a command and all below it, with the words that call each."""
    yield names, command
    context = typer.Context(command)
    for name in getattr(command, "list_commands", lambda _: ())(context):
        yield from _commands(command.get_command(context, name), (*names, name))


COMMANDS = dict(_commands(ROOT, ()))


def _flags(names: tuple[str, ...]) -> str:
    """Return a line for each parameter of a command."""
    command = COMMANDS[names]
    completed = BashComplete(ROOT, {}, "tokencost", "_COMPLETE").get_completions(list(names), "--")
    lines = [item.value for item in completed]
    prefix = "_".join(["TOKENCOST", *names]).upper()
    for param in command.params:
        variable = param.envvar or (
            f"{prefix}_{param.name}".upper() if getattr(param, "allow_from_autoenv", False) else "-"
        )
        several = " ..." if param.multiple or param.nargs == -1 else ""
        flags = ", ".join(param.opts)
        lines.append(f"{flags}  {param.type.name}{several} = {param.default!r}  {variable}")
    return "\n".join(lines) + "\n"


def _compare(name: str, text: str, request: pytest.FixtureRequest) -> None:
    path = HERE / name
    if request.config.getoption("--update-golden"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8"), name


@pytest.mark.parametrize("names", COMMANDS, ids=lambda names: "-".join(names) or "tokencost")
def test_help(
    names: tuple[str, ...],
    cli: Callable[..., Any],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    title = "-".join(names) or "tokencost"
    for width in (80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        result = cli(*names, "--help", width=width)
        assert (result.code, result.err) == (0, "")
        _compare(f"{title}.{width}.txt", result.out, request)
    _compare(f"{title}.flags.txt", _flags(names), request)


def test_every_page_is_of_a_command() -> None:
    titles = {"-".join(names) or "tokencost" for names in COMMANDS}
    assert {path.name.split(".")[0] for path in HERE.iterdir()} == titles


def test_a_variable_of_the_list_is_read(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = "TOKENCOST_ESTIMATE_INPUT_TOKENS"
    assert variable in (HERE / "estimate.flags.txt").read_text("utf-8")
    monkeypatch.setenv(variable, "many")
    result = cli("estimate", "-m", "gpt-6.1-sol")
    assert result.code == 2
    assert "'many'" in result.err
