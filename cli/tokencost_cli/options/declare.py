"""Options declared once: a field of a set is a flag, a setting, an environment variable, a value.

A set is a frozen dataclass whose fields are annotated with what `option` or `argument` returns:

    top: Annotated[int | None, option("--top", metavar="N", text="Show N groups.")] = None

A command takes sets as arguments, and `command` makes flags of them. Sets inherit from each other:
a subclass adds fields, or declares one again with another text. In the help an option stands
behind the one declared before it in its class; the first stands last, and one with `Before(name)`
before that other. A field that has no declaration is no flag: it has its default on every command
line.

Modules that declare sets have no postponed annotations: each would be compiled from text. Sets are
never compared nor printed: `eq=False, repr=False` halves what is compiled to make one.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import (
    Annotated,
    Any,
    Final,
    NamedTuple,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import typer

Function = TypeVar("Function", bound=Callable[..., None])
Metadata = TypeVar("Metadata")
Values = TypeVar("Values")

_DECLARED: Final = "declared_options"  # an attribute of the function that typer calls

# Takes the text of a setting, and what gives the path of a file as seen from the working folder;
# returns the text with the path in it replaced.
RelativePaths = Callable[[str, Callable[[str], str]], str]


class Declaration(NamedTuple):
    """How a field is asked for. `info` is what typer knows of it."""

    info: Any
    paths: RelativePaths | None = None  # where its text names a file


class Before(NamedTuple):
    """Where an option stands in the help: before that of another name."""

    name: str


class Option(NamedTuple):
    """An option of a command. `annotation` and `default` are those that typer takes."""

    name: str
    annotation: Any
    default: Any
    declaration: Declaration


def option(
    *flags: str,
    text: str | None = None,
    metavar: str | None = None,
    panel: str | None = None,
    least: int | None = None,
    show_default: bool = True,
    complete: Callable[..., list[str]] | None = None,
    paths: RelativePaths | None = None,
) -> Declaration:
    """Declare an option by its flags: its help text, and the panel of the help it stands in."""
    make: Any = typer.Option
    info = make(
        *flags,
        help=text,
        metavar=metavar,
        rich_help_panel=panel,
        min=least,
        show_default=show_default,
        autocompletion=complete,
    )
    return Declaration(info, paths)


def argument(
    *,
    metavar: str,
    text: str,
    complete: Callable[..., list[str]] | None = None,
    paths: RelativePaths | None = None,
) -> Declaration:
    """Declare an argument of a command."""
    info = typer.Argument(metavar=metavar, show_default=False, help=text, autocompletion=complete)
    return Declaration(info, paths)


def options_of(options: type) -> list[Option]:
    """Return the options of a set in the order of the help, those of its bases first."""
    order: list[str] = []
    declared: dict[str, Option] = {}
    for owner in reversed(options.__mro__):
        place: int | None = None  # where the next one of this class stands
        for name, annotation in inspect.get_annotations(owner).items():
            declaration = _metadata(annotation, Declaration)
            if declaration is None:
                if name in declared:  # declared again as no flag
                    order.remove(name)
                    del declared[name]
                continue
            if name not in declared:
                before = _metadata(annotation, Before)
                if before is not None:
                    place = order.index(before.name)
                order.insert(len(order) if place is None else place, name)
            place = order.index(name) + 1
            declared[name] = _option(name, get_args(annotation)[0], owner, declaration)
    return [declared[name] for name in order]


def _metadata(annotation: Any, kind: type[Metadata]) -> Metadata | None:
    """Return what an annotation tells of a kind; the outermost, where it holds another."""
    if get_origin(annotation) is not Annotated:
        return None
    return next((one for one in annotation.__metadata__[::-1] if isinstance(one, kind)), None)


def _option(name: str, kind: Any, owner: type, declaration: Declaration) -> Option:
    """Return an option as typer takes it: what is repeatable is a list there, and None if empty."""
    default = owner.__dict__.get(name, inspect.Parameter.empty)
    if get_origin(kind) is tuple:
        kind, default = GenericAlias(list, get_args(kind)[:1]) | None, None
    return Option(name, kind, default, declaration)


def values_of(options: type[Values], values: Mapping[str, Any]) -> Values:
    """Return the set with the values of a command line, by the names of its options."""
    chosen: dict[str, Any] = {}
    for field in dataclasses.fields(cast("Any", options)):
        if field.name in values:
            value = values[field.name]
            is_tuple = isinstance(field.default, tuple)
            chosen[field.name] = tuple(value or ()) if is_tuple else value
    return options(**chosen)


def command(app: typer.Typer, name: str | None = None) -> Callable[[Function], Function]:
    """Register a command. Arguments of it that are sets become their options."""

    def register(function: Function) -> Function:
        app.command(name)(_with_flags(function))
        return function

    return register


def _with_flags(function: Callable[..., None]) -> Callable[..., None]:
    """Return a function that takes every option by itself, and calls one that takes the sets."""
    hints = get_type_hints(function)
    hints.pop("return", None)
    sets: dict[str, type[Any]] = {
        name: cast("type[Any]", hint)
        for name, hint in hints.items()
        if dataclasses.is_dataclass(hint)
    }
    options = [option for each in sets.values() for option in options_of(each)]

    def call(**values: Any) -> None:
        chosen = {name: values_of(each, values) for name, each in sets.items()}
        function(**{name: values[name] for name in hints if name not in sets}, **chosen)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(name, keyword, annotation=hint)
        for name, hint in hints.items()
        if name not in sets
    ]
    parameters += [
        inspect.Parameter(
            one.name,
            keyword,
            default=one.default,
            annotation=Annotated[one.annotation, one.declaration.info],
        )
        for one in options
    ]
    call.__name__, call.__doc__, call.__module__ = (
        function.__name__,
        function.__doc__,
        function.__module__,
    )
    call.__annotations__ = {one.name: one.annotation for one in parameters}
    call.__dict__["__signature__"] = inspect.Signature(parameters)
    call.__dict__[_DECLARED] = {one.name: one.declaration for one in options}
    return call


def declarations(callback: Any) -> Mapping[str, Declaration]:
    """Return the declarations of a command by the names of its options."""
    return getattr(callback, _DECLARED, {})
