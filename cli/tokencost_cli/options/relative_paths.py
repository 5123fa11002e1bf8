"""Where the text of an option names a file: settings name it from the folder they lie in.

Each function takes the text of a setting, and `place`, which returns a path as it is seen from the
working folder; it returns the text with the path in it replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from tokencost_profiles.files.paths import is_url

Place = Callable[[str], str]

_STREAMS: Final = ("-", "/dev/stdin", "/dev/stdout")


def plain(text: str, place: Place) -> str:
    """FILE, or - for a stream, or a URL."""
    return text if text in _STREAMS or is_url(text) else place(text)


def after_at(text: str, place: Place) -> str:
    """@FILE, or anything else."""
    return f"@{place(text[1:])}" if text.startswith("@") else text


def value_after_at(text: str, place: Place) -> str:
    """NAME=@FILE, or another value."""
    name, sign, value = text.partition("=")
    return f"{name}={after_at(value, place)}" if sign else text


def after_equals(text: str, place: Place) -> str:
    """NAME=FILE, or FILE alone."""
    name, sign, file = text.rpartition("=")
    return f"{name}{sign}{plain(file, place)}"


def unless_equals(text: str, place: Place) -> str:
    """FILE, or NAME=VALUE, which is none."""
    return text if "=" in text else place(text)


def with_ending(*endings: str) -> Callable[[str, Place], str]:
    """Return what takes a text with one of these endings for a FILE, and any other for a name."""

    def by_ending(text: str, place: Place) -> str:
        return place(text) if PurePath(text).suffix in endings else text

    return by_ending


yaml = with_ending(".yaml", ".yml")
tokenizer = with_ending(".json", ".tiktoken", ".model")
