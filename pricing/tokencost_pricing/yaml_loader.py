"""Strict YAML: what a person typed is what is read.

YAML 1.1 reads `16:30` as 990, `no` as false, `012` as ten, `1e-6` as text, and keeps the last of
two equal keys in silence. Here only integers, true, false and null are typed; everything else
stays text, equal keys are an error, and anchors, aliases, tags and merges are refused. Every value
knows its line, so that a mistake is reported as `file:line`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import TableError

# Where in a document: keys and list positions from the root.
Place = tuple[str | int, ...]

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_CONSTANTS: Final[dict[str, bool | None]] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}
_DEEPEST: Final = 32


class Document:
    """A parsed YAML file: plain values in `data`, and the line of each place."""

    def __init__(self, path: str, data: Any, lines: dict[Place, int]) -> None:
        self.path = path
        self.data = data
        self._lines = lines

    def line(self, place: Place) -> int:
        """Return the line of a place, or of its nearest known parent."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def error(self, place: Place, message: str, *, hint: str | None = None) -> TableError:
        """Return (not raise) an error that names the file, the line and the place."""
        path = ".".join(str(key) for key in place)
        return TableError(
            f"{path}: {message}" if path else message,
            file=self.path,
            line=self.line(place),
            hint=hint,
        )


def load(path: Path, label: str | None = None) -> Document:
    """Read a YAML file. Raise `TableError` naming file and line if it is not strict YAML."""
    label = label or str(path)
    return parse(read_text(path, label), label)


def read_text(path: Path, label: str) -> str:
    """Return the text of a file. Raise `TableError` where it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise TableError(f"cannot read: {error.strerror}", file=label) from error
    except UnicodeDecodeError as error:
        raise TableError(f"not UTF-8 at byte {error.start}", file=label) from error


def parse(text: str, path: str) -> Document:
    """Read YAML text. `path` is only for messages."""
    import yaml

    lines: dict[Place, int] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = yaml.parse(text, Loader=loader)
        data = _Builder(events, path, lines).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TableError(f"not YAML: {error.problem}", file=path, line=line) from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())  # of several lines, such as for a NUL byte
        raise TableError(f"not YAML: {reason}", file=path) from error
    return Document(path, data, lines)


class _Builder:
    """Turns parser events into plain values."""

    def __init__(self, events: Iterator[Any], path: str, lines: dict[Place, int]) -> None:
        self._events = events
        self._path = path
        self._lines = lines

    def document(self) -> Any:
        value: Any = None
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise self._error(event, "one document a file")
                value = self._value(next(self._events), ())
        return value

    def _value(self, event: Any, place: Place) -> Any:
        if len(place) > _DEEPEST:
            raise self._error(event, f"nested deeper than {_DEEPEST} levels")
        kind = type(event).__name__
        if kind == "AliasEvent" or event.anchor is not None:
            raise self._error(event, "anchors and aliases are not allowed; write the value out")
        self._lines[place] = event.start_mark.line + 1
        if kind == "ScalarEvent":
            return self._scalar(event)
        if event.tag is not None:
            raise self._error(event, f"tags are not allowed ({event.tag})")
        if kind == "MappingStartEvent":
            return self._mapping(place)
        return self._sequence(place)

    def _mapping(self, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                raise self._error(event, "a key must be plain text")
            key = event.value
            if key == "<<":
                raise self._error(event, "merge keys are not allowed; write the values out")
            if key in result:
                raise self._error(event, f"the key '{key}' is there twice")
            result[key] = self._value(next(self._events), (*place, key))
            self._lines[(*place, key)] = event.start_mark.line + 1
        return result

    def _sequence(self, place: Place) -> list[Any]:
        result: list[Any] = []
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            result.append(self._value(event, (*place, len(result))))
        return result

    def _scalar(self, event: Any) -> str | int | bool | None:
        text: str = event.value
        if event.tag is not None:
            raise self._error(event, f"tags are not allowed ({event.tag})")
        if event.style:  # quoted, or a block of text
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        return int(text) if _INTEGER.fullmatch(text) and len(text) < 19 else text

    def _error(self, event: Any, message: str) -> TableError:
        return TableError(message, file=self._path, line=event.start_mark.line + 1)
