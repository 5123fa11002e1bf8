"""What a tool call works on: the file or the URL that its arguments name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

# Names of arguments, in lower case and with nothing between their words; the first one counts.
_NAMES: Final = (
    "filepath",
    "absolutepath",
    "notebookpath",
    "targetfile",
    "path",
    "filename",
    "file",
    "url",
    "uri",
    "relativepath",
    "relativeworkspacepath",
)
_LISTS: Final = ("filepaths", "paths", "files", "urls")
_RANKS: Final = {name: rank for rank, name in enumerate((*_NAMES, *_LISTS))}
_PATCH: Final = "*** Begin Patch"
_PATCHED: Final = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+?)\s*$", re.MULTILINE)
_LONGEST: Final = 2_000  # characters: what is longer is the content of a file
_DEEPEST: Final = 3


def tool_target(arguments: Any) -> str:
    """Return the file or URL that arguments name; several, with commas; else an empty text.

    `arguments`: as they are sent, a value or JSON text. A command of a shell names none, but the
    patch that one applies does.
    """
    if isinstance(arguments, (str, bytes)):
        text = arguments if isinstance(arguments, str) else arguments.decode("utf-8", "replace")
        if not text.lstrip().startswith("{"):
            return _patched(text)
        try:
            arguments = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return ""
    if not isinstance(arguments, Mapping):
        return ""
    ranked = {
        rank: value
        for name, value in arguments.items()
        if isinstance(name, str) and (rank := _rank(name)) is not None
    }
    for rank in sorted(ranked):
        target = _target(ranked[rank]) if rank < len(_NAMES) else _targets(ranked[rank])
        if target:
            return target
    return next(filter(None, (_patched(text) for text in _texts(arguments))), "")


@lru_cache(maxsize=4096)
def _rank(name: str) -> int | None:
    """Return which argument counts before which, by its name; None: it names no target."""
    return _RANKS.get(name.replace("_", "").replace("-", "").lower())


def _targets(values: Any) -> str:
    targets = [_target(item) for item in values] if isinstance(values, list) else []
    return ", ".join(dict.fromkeys(filter(None, targets)))


def _target(value: Any) -> str:
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("path", "url") if name in value), None)
    if not isinstance(value, str) or len(value) > _LONGEST or "\n" in value:
        return ""
    return value.strip().removeprefix("file://").removeprefix("./")


def _patched(text: str) -> str:
    """Return the files that a patch changes, where a text is one."""
    if _PATCH not in text:
        return ""
    return ", ".join(dict.fromkeys(_target(name) for name in _PATCHED.findall(text)))


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)
