"""What recorded calls show: a correction for each family of models, and an error that holds.

Written by `tokencost calibrate` (see `accuracy.fit`) as YAML, one entry for each group of calls
that was large enough. The narrowest entry that fits a call counts; the user's go before those
shipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.compiled import load_compiled
from tokencost_pricing.errors import ConfigError, TableError
from tokencost_pricing.shapes import TEXT as WORD
from tokencost_pricing.shapes import ListOf, MapOf, Record, Scalar

HERE: Final = Path(__file__).parent / "calibrations"
INPUT: Final = "input"
ANSWER: Final = "answer"
TEXT: Final = "text"

_SERIES: Final = re.compile(r".*?\d+(?:[.-]\d{1,2}(?![0-9a-z]))?o?(?![0-9])")
_DECIMAL: Final = Scalar(
    'a quoted number such as "1.02"',
    lambda value: isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None,
    {"type": "string"},
)
_COUNT: Final = Scalar("an integer", lambda value: type(value) is int, {"type": "integer"})
_ENTRY: Final = Record(
    {
        "of": WORD,
        "rendering": WORD,
        "provider": WORD,
        "api": WORD,
        "series": WORD,
        "kind": WORD,
        "calls": _COUNT,
        "groups": _COUNT,
        "add": _DECIMAL,
        "scale": MapOf(_DECIMAL),
        "slack": _DECIMAL,
        "share": _DECIMAL,
    },
    required=("of", "kind", "calls", "groups", "slack", "share"),
)
_FILE: Final = Record(
    {"calibration": _COUNT, "made": WORD, "from": WORD, "entries": ListOf(_ENTRY)},
    required=("calibration", "entries"),
)


class CalibrationKey(NamedTuple):
    """Where a call belongs. What is None stands for all."""

    of: str  # input, or answer
    rendering: str | None
    provider: str | None
    api: str | None
    series: str | None
    kind: str  # text, schema, tools, images, other

    def wider(self) -> tuple[CalibrationKey, ...]:
        """Return this place and those that hold it, narrow ones first."""
        return (
            self,
            self._replace(series=None),
            self._replace(provider=None, api=None),
            self._replace(provider=None, api=None, series=None),
            self._replace(provider=None, api=None, series=None, rendering=None),
        )


class Entry(NamedTuple):
    """What holds for the calls of a place."""

    place: CalibrationKey
    calls: int  # that it was learned from
    groups: int  # logs or repositories that these came from
    slack: float  # tokens by which a count may be off, however short it is
    share: float  # and, on top, this share of it
    add: float = 0  # tokens for each call
    scale: Mapping[str, float] = {}  # factors by kind of segment; 1 for other kinds

    def corrected_tokens(self, kinds: Mapping[str, float]) -> float:
        """Return the tokens of a request, from those of its kinds of segments."""
        return self.add + sum(self.scale.get(kind, 1) * count for kind, count in kinds.items())

    def error(self, tokens: float) -> float:
        """Return the relative error of a count: nine of ten calls stay within it."""
        return self.share + self.slack / tokens if tokens else 0.0


class Calibration:
    """Entries by place; the first of two entries counts, at every width."""

    def __init__(self, *files: Iterable[Entry]) -> None:
        self._files = [{entry.place: entry for entry in entries} for entries in files]
        self._known: dict[CalibrationKey, Entry | None] = {}

    def find(self, place: CalibrationKey) -> Entry | None:
        """Return the narrowest entry for a place, the user's before the shipped."""
        if place not in self._known:
            self._known[place] = next(
                (
                    entries[wider]
                    for entries in self._files
                    for wider in place.wider()
                    if wider in entries
                ),
                None,
            )
        return self._known[place]


@lru_cache(maxsize=1024)
def series(model: str) -> str:
    """Return what models of one generation have in common: `gpt-4o` of `gpt-4o-mini-2024-07-18`."""
    name = model.casefold().rpartition("/")[2]
    match = _SERIES.match(name)
    return match.group() if match else name


def kind_of(kinds: Mapping[str, float]) -> str:
    """Return the kind of a request: the part of it that is hardest to count."""
    if kinds.get("media"):
        return "other"
    if kinds.get("images"):
        return "images"
    if kinds.get("tools") or kinds.get("calls"):
        return "tools"
    return "schema" if kinds.get("schema") else TEXT


@lru_cache(maxsize=4)
def shipped_entries(cache: Path | None = None) -> tuple[Entry, ...]:
    """Return the calibration inside the install."""
    content = load_compiled(HERE, compile_calibrations, layout="calibrations-1", cache=cache)
    return tuple(_entry(entry) for entry in content["entries"])


def from_file(path: Path, label: str) -> tuple[Entry, ...]:
    """Read a calibration of the user's. Raise `ConfigError` where it is none."""
    from tokencost_pricing.yaml_loader import load

    try:
        is_there = path.is_file()
    except OSError:  # a folder that is closed to us, a name that is too long
        is_there = False
    if not is_there:
        raise ConfigError("no such calibration", hint="`tokencost calibrate` makes one", file=label)
    try:
        document = load(path, label)
        _FILE.check(document.data, (), document)
    except TableError as error:
        raise ConfigError(
            error.reason, file=error.file, line=error.line, hint=error.hint
        ) from error
    return tuple(_entry(entry) for entry in document.data["entries"])


def compile_calibrations(folder: Path) -> dict[str, Any]:
    """Read and check the calibrations of a folder."""
    from tokencost_pricing.yaml_loader import load

    entries = []
    for path in sorted(folder.glob("*.yaml")):
        document = load(path, path.name)
        _FILE.check(document.data, (), document)
        entries += document.data["entries"]
    return {"entries": entries}


def write(entries: Iterable[Entry], date: str, source: str) -> str:
    """Return the YAML of a calibration."""
    lines = ["calibration: 1", f'made: "{date}"', f'from: "{source}"', "entries:"]
    for entry in entries:
        place = ", ".join(
            f'{name}: "{value}"' for name, value in entry.place._asdict().items() if value
        )
        lines.append(f"  - {{{place},")
        lines.append(f"     calls: {entry.calls}, groups: {entry.groups},{_correction(entry)}")
        lines.append(f'     slack: "{_digits(entry.slack)}", share: "{_digits(entry.share)}"}}')
    return "\n".join(lines) + "\n"


def _correction(entry: Entry) -> str:
    if not entry.add and not entry.scale:
        return ""
    scale = ", ".join(f'{kind}: "{_digits(factor)}"' for kind, factor in entry.scale.items())
    return f' add: "{_digits(entry.add)}", scale: {{{scale}}},'


def _digits(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _entry(entry: Mapping[str, Any]) -> Entry:
    place = CalibrationKey(
        entry["of"],
        entry.get("rendering"),
        entry.get("provider"),
        entry.get("api"),
        entry.get("series"),
        entry["kind"],
    )
    return Entry(
        place,
        entry["calls"],
        entry["groups"],
        float(entry["slack"]),
        float(entry["share"]),
        float(entry.get("add", 0)),
        {kind: float(factor) for kind, factor in entry.get("scale", {}).items()},
    )
