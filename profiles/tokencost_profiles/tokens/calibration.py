"""What recorded calls show: a correction for each family of models, and an error that holds.

Written by `tokencost calibrate` (see `accuracy.fit`) as YAML, one entry for each group of calls
that was large enough. The narrowest entry that fits a call counts; the user's go before those
shipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.compiled import load_compiled
from tokencost_pricing.errors import ConfigError, TableError
from tokencost_pricing.shapes import TEXT as WORD
from tokencost_pricing.shapes import ListOf, MapOf, Record, Scalar
from tokencost_profiles.tokens.margin import Margin, even

HERE: Final = Path(__file__).parent / "calibrations"
INPUT: Final = "input"
ANSWER: Final = "answer"
TEXT: Final = "text"
GUESS: Final = "guess"
REASONING: Final = "reasoning"  # of an earlier answer, sent back
RESULTS: Final = "results"
_NO_API: Final = "text"  # of a prompt that is no request body
_MAKERS: Final = ("anthropic", "google", "vertex")  # whose own APIs are not OpenAI's
VERSION: Final = 2

_SERIES: Final = re.compile(r".*?\d+(?:[.-]\d{1,2}(?![0-9a-z]))?o?(?![0-9])")
_DECIMAL: Final = Scalar(
    'a quoted number such as "1.02"',
    lambda value: isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None,
    {"type": "string"},
)
_COUNT: Final = Scalar("an integer", lambda value: type(value) is int, {"type": "integer"})
_BOUND: Final = Record({"tokens": _DECIMAL, "share": _DECIMAL})
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
        "below": _BOUND,
        "above": _BOUND,
    },
    required=("of", "kind", "calls", "groups"),
)
_LAYOUT: Final = Scalar(
    f"{VERSION}: `tokencost calibrate` makes it anew",
    lambda value: type(value) is int and value == VERSION,
    {"type": "integer", "const": VERSION},
)
_FILE: Final = Record(
    {"calibration": _LAYOUT, "made": WORD, "from": WORD, "entries": ListOf(_ENTRY)},
    required=("calibration", "entries"),
)


class CalibrationKey(NamedTuple):
    """Where a call belongs. What is None stands for all."""

    of: str  # input, or answer
    rendering: str | None
    provider: str | None
    api: str | None
    series: str | None
    kind: str  # text, schema, tools, results, reasoning, images, other, guess

    def wider(self) -> tuple[CalibrationKey, ...]:
        """Return the places next to this one that hold it: its host, its generation of models."""
        if self.provider is not None and self.series is not None:
            host = self._replace(series=None)
            return host, self._replace(provider=None, api=None)
        if self.provider is not None or self.series is not None:
            return (self._replace(provider=None, api=None, series=None),)
        return (self._replace(rendering=None),) if self.rendering is not None else ()


class Bound(NamedTuple):
    """How far a count may be off to one side."""

    tokens: float = 0.0  # however short it is
    share: float = 0.0  # and, on top, this share of it

    def of(self, tokens: float) -> float:
        """Return both as a share of a count."""
        return self.share + self.tokens / tokens if tokens > 0 else 0.0

    def wider(self, other: Bound) -> Bound:
        """Return a bound that holds where either does."""
        return Bound(max(self.tokens, other.tokens), max(self.share, other.share))


class Entry(NamedTuple):
    """What holds for the calls of a place."""

    place: CalibrationKey
    calls: int  # that it was learned from
    groups: int  # logs or repositories that these came from
    below: Bound = Bound()
    above: Bound = Bound()
    add: float = 0  # tokens for each call
    scale: Mapping[str, float] = {}  # factors by kind of segment; 1 for other kinds

    def corrected_tokens(self, kinds: Mapping[str, float]) -> float:
        """Return the tokens of a request, from those of its kinds of segments."""
        return self.add + sum(self.scale.get(kind, 1) * count for kind, count in kinds.items())

    def margin(self, tokens: float, text_error: float = 0.0) -> Margin:
        """Return how far a count may be off: nine of ten calls stay within it.

        `text_error`: tokens by which the tokenizer may be off. A place of several generations of
        models was learned from other tokenizers, too: there it is never less.
        """
        margin = Margin(min(1.0, self.below.of(tokens)), self.above.of(tokens))
        if self.place.series is None and tokens > 0:
            return margin.wider(even(text_error / tokens))
        return margin

    def wider(self, other: Entry) -> Entry:
        """Return the same with margins that hold where either does."""
        below, above = self.below.wider(other.below), self.above.wider(other.above)
        return self._replace(below=below, above=above)


class ShippedEntries(Mapping[CalibrationKey, Entry]):
    """Entries by place as they are stored: each is made when it is asked for."""

    def __init__(self, stored: Mapping[str, Mapping[str, Any]]) -> None:
        self._stored = stored

    def __getitem__(self, place: CalibrationKey) -> Entry:
        return _entry(self._stored[_name(place)])

    def __iter__(self) -> Iterator[CalibrationKey]:
        return map(_place, self._stored.values())

    def __len__(self) -> int:
        return len(self._stored)


class Calibration:
    """Entries by place; the first of two entries counts, at every width."""

    def __init__(self, *files: Iterable[Entry] | ShippedEntries) -> None:
        self._files: list[Mapping[CalibrationKey, Entry]] = [
            file if isinstance(file, ShippedEntries) else {entry.place: entry for entry in file}
            for file in files
        ]
        self._known: dict[CalibrationKey, Entry | None] = {}

    def find(self, place: CalibrationKey) -> Entry | None:
        """Return the narrowest entry for a place, the user's before the shipped.

        Where a model is new at its host, what holds for the host and what holds for the model at
        other hosts hold both.
        """
        if place not in self._known:
            hits = (_narrowest(entries, place) for entries in self._files)
            self._known[place] = next((entry for entry in hits if entry is not None), None)
        return self._known[place]


def _narrowest(entries: Mapping[CalibrationKey, Entry], place: CalibrationKey) -> Entry | None:
    if place in entries:
        return entries[place]
    near = place.wider()
    hits = [entries[one] for one in near if one in entries]
    if not hits:
        return next((hit for one in near if (hit := _narrowest(entries, one))), None)
    return reduce(Entry.wider, hits)


def api_of(api: str, provider: str, rendering: str) -> str:
    """Return the API that a request is sent to: a text that is for none goes to the usual one."""
    if api != _NO_API:
        return api
    by_rendering = {"anthropic": "anthropic", "gemini": "gemini"}
    other = "bedrock-converse" if provider == "bedrock" else "openai-chat"
    return by_rendering.get(rendering, other) if provider in _MAKERS else other


@lru_cache(maxsize=1024)
def series(model: str) -> str:
    """Return what models of one generation have in common: `gpt-4o` of `gpt-4o-mini-2024-07-18`."""
    name = model.casefold().rpartition("/")[2]
    match = _SERIES.match(name)
    return match.group() if match else name


def kind_of(kinds: Mapping[str, float], *, guess: bool = False) -> str:
    """Return the kind of a request: the part of it that is hardest to count.

    `guess`: it has a part that is not known, which has a range of its own.
    """
    if guess:
        return GUESS
    if kinds.get("media"):
        return "other"
    if kinds.get("images"):
        return "images"
    if kinds.get("thinking"):
        return REASONING
    if kinds.get("calls"):
        return RESULTS
    if kinds.get("tools"):
        return "tools"
    return "schema" if kinds.get("schema") else TEXT


@lru_cache(maxsize=4)
def shipped_entries(cache: Path | None = None) -> ShippedEntries:
    """Return the calibration inside the install."""
    content = load_compiled(HERE, compile_calibrations, layout="calibrations-3", cache=cache)
    return ShippedEntries(content["entries"])


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

    entries = {}
    for path in sorted(folder.glob("*.yaml")):
        document = load(path, path.name)
        _FILE.check(document.data, (), document)
        entries.update({_name(_place(entry)): entry for entry in document.data["entries"]})
    return {"entries": entries}


def _name(place: CalibrationKey) -> str:
    return "|".join("*" if part is None else part for part in place)


def _place(entry: Mapping[str, Any]) -> CalibrationKey:
    return CalibrationKey(
        entry["of"],
        entry.get("rendering"),
        entry.get("provider"),
        entry.get("api"),
        entry.get("series"),
        entry["kind"],
    )


def _entry(entry: Mapping[str, Any]) -> Entry:
    return Entry(
        _place(entry),
        entry["calls"],
        entry["groups"],
        _bound(entry.get("below", {})),
        _bound(entry.get("above", {})),
        float(entry.get("add", 0)),
        {kind: float(factor) for kind, factor in entry.get("scale", {}).items()},
    )


def _bound(bound: Mapping[str, str]) -> Bound:
    return Bound(float(bound.get("tokens", 0)), float(bound.get("share", 0)))
