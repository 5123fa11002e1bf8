"""Packages of public lists -> facts: each reader of the folder is asked whether it knows one."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import open_package
from tokencost_pricing.imports.reading import Reader

_FOLDER: Final = "tokencost_pricing.imports.lists"


def readers() -> Iterator[tuple[str, Reader]]:
    """Yield name and reader of every file in the folder `lists`."""
    folder = import_module(_FOLDER).__path__
    for module in sorted(iter_modules(folder), key=lambda module: module.name):
        yield module.name, import_module(f"{_FOLDER}.{module.name}").READER


def read_list(path: Path, day: str | None = None) -> list[Fact]:
    """Return the facts of an archive or file of a public list.

    `day` is the day of a list that states none. Raise `InputError` where no reader knows it, where
    it is not as its reader knows it, or is hostile.
    """
    package = open_package(path, day)
    for name, reader in readers():
        if not reader.recognises(package):
            continue
        try:
            return list(reader.facts(package))
        except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
            reason = f"not laid out as {name} was: {type(error).__name__}: {error}"
            raise InputError(reason, file=path) from error
    raise InputError(
        "no price list that is known",
        file=path,
        hint="known: " + ", ".join(name for name, _ in readers()),
    )
