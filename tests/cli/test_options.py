"""Sets of options: a field is a flag, a setting, a variable and a value, and nothing lists it."""

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import typer

from tokencost_cli.options.check import CheckOptions
from tokencost_cli.options.declare import Before, argument, command, option, options_of
from tokencost_cli.options.logs import LogOptions


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A set, as commands share them."""

    names: Annotated[tuple[str, ...], argument(metavar="NAMES...", text="What is put there.")] = ()
    height: Annotated[int, option("--height", metavar="N", least=1, text="In rows.")] = 3
    hidden: bool = True


@dataclass(frozen=True, kw_only=True)
class WideShelf(Shelf):
    """The same with one option more: this line is all that declares it."""

    width: Annotated[
        str | None, option("--width", metavar="N", text="In columns."), Before("height")
    ] = None


def _command(options: type[Any]) -> tuple[Any, list[Any]]:
    seen: list[Any] = []
    app = typer.Typer(rich_markup_mode=None, context_settings={"auto_envvar_prefix": "SHELF"})

    def build(ctx: typer.Context, options: Any) -> None:
        """Build it."""
        seen.append(options)

    build.__annotations__["options"] = options
    command(app)(build)
    return typer.main.get_command(app), seen


def _run(options: type[Any], *arguments: str, **settings: Any) -> Any:
    built, seen = _command(options)
    built.main([*arguments], standalone_mode=False, **settings)
    return seen[0]


def test_an_option_is_in_the_object(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(Shelf, "a", "b", "--height", "5") == Shelf(names=("a", "b"), height=5)
    assert _run(WideShelf) == WideShelf(names=(), width=None, height=3)
    assert _run(WideShelf, "--width", "9").width == "9"


def test_an_option_is_in_the_help_where_it_says() -> None:
    built, _ = _command(WideShelf)
    text = built.get_help(typer.Context(built))
    assert text.index("NAMES...") < text.index("--width N") < text.index("--height N")
    assert "In columns." in text
    assert "hidden" not in text


def test_an_option_is_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELF_WIDTH", "12")
    assert _run(WideShelf).width == "12"
    assert _run(WideShelf, "--width", "9").width == "9"


def test_an_option_is_a_setting() -> None:
    assert _run(WideShelf, default_map={"width": "7", "names": ["a"]}).width == "7"


def test_an_option_declared_again_keeps_its_place() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Renamed(WideShelf):
        width: Annotated[str | None, option("--width", text="In hands.")] = "4"

    names = [each.name for each in options_of(Renamed)]
    assert names == [each.name for each in options_of(WideShelf)]
    assert _run(Renamed).width == "4"


def test_an_option_declared_again_without_a_flag_is_none() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Fixed(WideShelf):
        width: str | None = "4"

    assert "width" not in [each.name for each in options_of(Fixed)]
    assert _run(Fixed).width == "4"


def test_a_set_holds_what_its_bases_hold() -> None:
    of_logs = {each.name for each in options_of(LogOptions)}
    assert of_logs <= {each.name for each in options_of(CheckOptions)}
