"""Styles and scripts of the page: inlined, and named by hash so that no other script ever runs."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from tokencost_pricing.errors import UsageError

_HERE: Final = Path(__file__).parent
SCRIPTS: Final = ("format", "data", "tables", "words", "icicle", "charts", "library", "page")
_BUNDLE: Final = "package_data/plotly.min.js"
# What chooses a module system around a script: `(function(root, factory) {...} (..., () => {`
_WRAPPER_START: Final = re.compile(
    rb"\(\s*function\(root, factory\) \{[^\"]*\"object\"[^\"]*\(typeof self [^\"]*\"undefined\""
    rb"[^\"]*, \(\) => \{\s*(?=\"use strict\";\s*var Plotly\s*=)"
)
_WRAPPER_END: Final = re.compile(rb"return Plotly;\s*\}\)\);\s*\Z")
_WRAPPER_MOST: Final = 1000  # bytes


# What has an effect inside a script element; in a script it stands in texts alone.
_MARKUP: Final = re.compile(r"<(?=!--|/?script)", re.IGNORECASE)


class Script(NamedTuple):
    """A script, and what the policy of the page knows it by."""

    text: str
    digest: str


def styles() -> str:
    """Return the style sheet."""
    return _read("page.css")


def theme_script() -> Script:
    """Return what runs before anything is drawn, so that the page does not flash."""
    return _script(_read("theme.js"))


def page_script() -> Script:
    """Return the script of the page, all its files in one scope."""
    files = "\n".join(_read(f"{name}.js") for name in SCRIPTS)
    return _script(f'(function () {{\n"use strict";\n{files}\n}})();\n')


def chart_library_file() -> Path:
    """Return the file of Plotly's script. Raise `UsageError` where it is not installed."""
    spec = find_spec("plotly")
    folders = () if spec is None else spec.submodule_search_locations or ()
    paths = [Path(folder) / _BUNDLE for folder in folders]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise UsageError(
            "the charts of html need plotly", hint="pip install 'tokencost-profiler[html]'"
        )
    return path


@cache
def chart_library() -> Script:
    """Return Plotly's script. Raise `UsageError` where it is not installed."""
    text = unwrapped(chart_library_file().read_bytes()).decode("utf-8")
    return _script(_MARKUP.sub(r"\\x3C", text))


def unwrapped(library: bytes) -> bytes:
    """Return a script that is a global variable without the wrapper that chooses a module system.

    A browser parses what an argument of a function holds twice; without it Plotly runs in 0.6 of
    the time. A script that has no such wrapper stays as it is.
    """
    start = _WRAPPER_START.search(library, 0, _WRAPPER_MOST)
    end = _WRAPPER_END.search(library, max(0, len(library) - _WRAPPER_MOST))
    if start is None or end is None:
        return library
    return library[: start.start()] + library[start.end() : end.start()]


def policy(scripts: Sequence[str]) -> str:
    """Return the content security policy: these scripts, the page's own styles, no address."""
    allowed = " ".join(f"'sha256-{digest}'" for digest in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _script(text: str) -> Script:
    return Script(text, _digest(text.encode("utf-8")))


def _digest(text: bytes) -> str:
    return base64.b64encode(sha256(text).digest()).decode("ascii")


def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")
