"""The head of a template: YAML between two lines of dashes, with comments before it or not."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from tokencost_profiles.tokens.template_engines.template import TemplateError

_LINE: Final = re.compile(r"---[ \t]*(?:\r?\n|\Z)")
_END: Final = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_BLANK: Final = re.compile(r"[ \t]*(?:(?:#|//)[^\n]*)?\r?\n")
# Comments that may go over several lines, by how they begin.
_COMMENTS: Final = (("{{!--", "--}}"), ("{{!", "}}"), ("{#", "#}"), ("<!--", "-->"), ("/*", "*/"))
_SECTION: Final = re.compile(r"^(?=[^\s#\-}\]][^\n]*:)", re.MULTILINE)
_KEY: Final = re.compile(r"""["']?([\w$.-]+)["']?\s*:""")


class Head(NamedTuple):
    """What a head holds, and the text below it."""

    data: dict[str, Any]
    body: str
    lines: int = 0  # above the body
    malformed: tuple[str, ...] = ()  # keys whose values are not YAML


def split(text: str) -> Head:
    """Return the head of a text and what is below; the text as it is where it has no head.

    Raise `TemplateError` where a head is begun and is not YAML at all.
    """
    text = text.removeprefix("\ufeff")
    start = _begins(text)
    opening = _LINE.match(text, start) if start is not None else None
    closing = _END.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return Head({}, text)
    source = text[opening.end() : closing.start()]
    above = text[: opening.end()].count("\n")
    body, lines = text[closing.end() :], text[: closing.end()].count("\n")
    data, malformed = _load_head(source, above)
    if not isinstance(data, dict):
        return Head({}, text)  # two rules of Markdown, say
    return Head({str(key): value for key, value in data.items()}, body, lines, malformed)


def _begins(text: str) -> int | None:
    """Return where the first line of dashes is, if only comments and empty lines precede it."""
    at = 0
    while at < len(text):
        if _LINE.match(text, at):
            return at
        blank = _BLANK.match(text, at)
        if blank:
            at = blank.end()
            continue
        rest = text[at:].lstrip(" \t")
        comment = next((pair for pair in _COMMENTS if rest.startswith(pair[0])), None)
        if comment is None:
            return None
        end = text.find(comment[1], at)
        if end < 0:
            return None
        at = end + len(comment[1])
    return None


def _load_head(source: str, above: int) -> tuple[Any, tuple[str, ...]]:
    """Load a head. Where it is not YAML, each key that is counts alone."""
    try:
        value = load_yaml(source)
    except TemplateError as error:
        data: dict[str, Any] = {}
        malformed: list[str] = []
        for section in _SECTION.split(source):
            name = _KEY.match(section)
            try:
                value = load_yaml(section)
            except TemplateError:
                value = None
                if name:
                    malformed.append(name[1])
            if isinstance(value, dict):
                data |= value
        if not data:
            line = None if error.line is None else error.line + above
            raise TemplateError(f"its head is not YAML: {error.reason}", line) from None
        return data, tuple(malformed)
    return ({} if value is None else value), ()


def load_yaml(source: str) -> Any:
    """Load YAML. Raise `TemplateError` for what is none."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(source, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise TemplateError(
            str(error.problem or "not YAML"), None if mark is None else mark.line + 1
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise TemplateError(str(error).partition("\n")[0] or "not YAML") from None
