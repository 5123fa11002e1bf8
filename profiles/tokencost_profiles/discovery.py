"""Plug-ins: one module in a folder, or an entry point of another package.

The module's name is the plug-in's name, and one attribute of the module is the plug-in. A plug-in
with helpers is a folder of its name. What several plug-ins share lies beside their
folder, or begins with an underscore. Modules must be cheap to import.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from glob import glob
from importlib import import_module
from pkgutil import iter_modules
from re import MULTILINE
from re import compile as pattern
from typing import Any, Final, Generic, TypeVar

Plugin = TypeVar("Plugin")
_ORDER: Final = pattern(rb"^    order=(\d+),$", MULTILINE)


def names(package: str) -> list[str]:
    """Return the module names of the plug-ins in a package, sorted."""
    folder = import_module(package)
    return sorted(
        module.name for module in iter_modules(folder.__path__) if not module.name.startswith("_")
    )


def find_plugin(package: str, name: str, attribute: str) -> Any | None:
    """Return one plug-in by module name, or None where there is no such module."""
    if not name.isidentifier():
        return None
    try:
        module = import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        if error.name == f"{package}.{name}":
            return None
        raise
    return getattr(module, attribute, None)


def all_plugins(package: str, attribute: str) -> Iterator[Any]:
    """Yield every plug-in of a folder, then those that other packages offer.

    Other packages offer theirs under the entry point group `tokencost.<folder>`.
    """
    for name in names(package):
        yield load_plugin(package, name, attribute)
    yield from _entry_points(f"tokencost.{package.rpartition('.')[2]}")


def ordered_plugins(package: str, attribute: str, usual: int = 100) -> Iterator[Any]:
    """Yield every plug-in by its `order`, then by name. Each is imported when its turn comes.

    The order stands in the source, as `order=20`: reading thirty files takes a millisecond, while
    importing them all takes longer than most of what is asked of the first.
    """
    for name, plugin in plugin_order(package, usual):
        yield plugin or load_plugin(package, name, attribute)


def load_plugin(package: str, name: str, attribute: str) -> Any:
    """Import a plug-in that is known to be in a package."""
    return getattr(import_module(f"{package}.{name}"), attribute)


def plugin_order(package: str, usual: int = 100) -> list[tuple[str, Any | None]]:
    """Return the names of the plug-ins by their `order`; those of other packages are loaded."""
    offered = list(_entry_points(f"tokencost.{package.rpartition('.')[2]}"))
    places: list[tuple[int, str, Any]] = [(one.order, one.name, one) for one in offered]
    (folder,) = import_module(package).__path__
    for name in names(package):
        places.append((_order_of(folder, name, usual), name, None))
    return [(name, plugin) for _, name, plugin in sorted(places, key=lambda place: place[:2])]


def plugins_with_text(package: str, attribute: str, text: str) -> Iterator[Any]:
    """Yield the plug-ins of a folder whose source has a text, then those of other packages.

    What reads files of an ending has it in its source. The others are not imported: most files
    are of no plug-in's kind.
    """
    (folder,) = import_module(package).__path__
    wanted = text.encode("utf-8", "replace")
    for name in names(package):
        if wanted in _source(folder, name):
            yield load_plugin(package, name, attribute)
    yield from _entry_points(f"tokencost.{package.rpartition('.')[2]}")


class OrderedPlugins(Generic[Plugin]):
    """The plug-ins of a folder as `in_order` yields them, imported as far as somebody has asked."""

    def __init__(self, package: str, attribute: str) -> None:
        self._loaded: list[Plugin] = []
        self._rest: Iterator[Plugin] = ordered_plugins(package, attribute)

    def __iter__(self) -> Iterator[Plugin]:
        at = 0
        while True:
            if at == len(self._loaded):
                try:
                    self._loaded.append(next(self._rest))
                except StopIteration:
                    return
            yield self._loaded[at]
            at += 1


def _order_of(folder: str, name: str, usual: int) -> int:
    match = _ORDER.search(_source(folder, name))
    return int(match.group(1)) if match else usual


def _source(folder: str, name: str) -> bytes:
    try:
        with open(f"{folder}/{name}.py", "rb") as file:
            return file.read()
    except FileNotFoundError:
        with open(f"{folder}/{name}/__init__.py", "rb") as file:
            return file.read()


def _entry_points(group: str) -> Iterator[Any]:
    """Yield what other packages offer under an entry point group."""
    if group.encode() not in _groups():
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=group):
        yield point.load()


def is_extended(folder: str) -> bool:
    """Whether another package offers plug-ins of a kind."""
    return f"tokencost.{folder}".encode() in _groups()


@lru_cache(maxsize=1)
def _groups() -> bytes:
    """Return the entry points of every installed package, as text.

    Looking into the files takes a millisecond; the library that understands them takes thirty to
    load, and nearly nobody has such a package.
    """
    contents = []
    for folder in sys.path:
        for path in glob(f"{folder}/*-info/entry_points.txt"):
            with suppress(OSError), open(path, "rb") as file:
                contents.append(file.read())
    return b"".join(contents)
