"""What a template is: text with placeholders, and often a head that names the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.content import Request

# Around a message in rendered text: no text holds NUL.
MARK: Final = "\0"
# Characters that a template may render to.
MOST_TEXT: Final = 16 << 20
_MOST_NAMES: Final = 12  # of open places in a warning
_LONGEST_NAME: Final = 60
_LONGEST_REASON: Final = 200


class TemplateError(ValueError):
    """A template that cannot be read. `line` is counted from its first line."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = one_line(reason, _LONGEST_REASON)
        self.line = line


def one_line(text: str, longest: int) -> str:
    """Return a text on one line, cut where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


class Rendered(NamedTuple):
    """The text that a template makes, and the names of what nothing fills, as they occur."""

    text: str
    open: tuple[str, ...] = ()


class Engine(NamedTuple):
    """A template language.

    `render(source, values, longest)` leaves open what no value fills. What hangs on an open place
    (the text of a condition, one round of a loop) is part of the text where `longest` is asked
    for, and left out where not. Raise `TemplateError` for what is not of the language.
    """

    name: str
    render: Callable[[str, Mapping[str, Any], bool], Rendered]


class Template(NamedTuple):
    """A prompt that comes from a template.

    `request` holds what hangs on open places once, `shortest` nothing of it; the values of open
    places are in neither.
    """

    request: Request
    shortest: Request
    open: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # warnings
    partial: bool = False  # sent with more than is counted: tools known by name alone, a schema

    @property
    def is_sure(self) -> bool:
        """Whether it is sent as it stands."""
        return not self.open and not self.partial

    @property
    def warnings(self) -> tuple[str, ...]:
        """Which of its places are open, in a line."""
        if not self.open:
            return ()
        count = len(self.open)
        listed = ", ".join(one_line(name, _LONGEST_NAME) for name in self.open[:_MOST_NAMES])
        more = f" and {count - _MOST_NAMES} more" if count > _MOST_NAMES else ""
        return (f"template: {count} placeholder{'s' if count > 1 else ''} open: {listed}{more}",)


class File(NamedTuple):
    """The file that a template was read from."""

    name: str
    folder: Path | None = None  # of files that it refers to


class TemplateFormat(NamedTuple):
    """A kind of template file, recognised by its ending, or by what its JSON or YAML holds.

    `read` takes the text of a file, `read_data` what is decoded. Both raise `TemplateError`.
    """

    name: str
    endings: tuple[str, ...] = ()
    read: Callable[[str, Mapping[str, Any], File], Template] | None = None
    recognises: Callable[[Mapping[str, Any]], bool] | None = None
    read_data: Callable[[Mapping[str, Any], Mapping[str, Any], File], Template] | None = None


class JsonList(list[Any]):
    """A list that a value stood for; written, it is the value as it was."""

    source: str = ""


class JsonMap(dict[str, Any]):
    """A mapping that a value stood for; written, it is the value as it was."""

    source: str = ""


def values_of(pairs: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of placeholders.

    A text that is a JSON list or object can be looped over and looked into; printed, it is the
    text. A name with dots is a value inside: `user.name`.
    """
    values: dict[str, Any] = {}
    for name, text in pairs.items():
        outer = values
        *path, last = name.split(".")
        for step in path:
            inner = outer.setdefault(step, {})
            if not isinstance(inner, dict):
                inner = outer[step] = {}
            outer = inner
        outer[last] = _json_or_text(text)
    return values


def _json_or_text(text: str) -> Any:
    if text.lstrip()[:1] not in ("[", "{"):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    result: JsonList | JsonMap
    if isinstance(value, list):
        result = JsonList(value)
    elif isinstance(value, dict):
        result = JsonMap(value)
    else:
        return text
    result.source = text
    return result


def as_printed(value: Any) -> str:
    """Return a value as a template prints it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (JsonList, JsonMap)) and value.source:
        return value.source
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
