"""`--format pprof`: the tree as a gzipped profile.proto, with four values a sample.

Field numbers are those of google/pprof's profile.proto.
"""

from __future__ import annotations

import gzip
from typing import Final

from tokencost_cli.output import wire
from tokencost_cli.output.profile_data import profile_of
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.stacks import Stack, costs, frame_name, stacks_of
from tokencost_profiles.attribution.frame import CALL, SESSION, Frame

_VALUES: Final = (  # the names of sample types, and their units
    ("cost", "nanodollars"),
    ("input_tokens", "count"),
    ("output_tokens", "count"),
    ("calls", "count"),
)
_LABELS: Final = {SESSION: "session", CALL: "model"}  # by kind of frame
_SAMPLE_TYPE, _SAMPLE, _LOCATION, _FUNCTION, _STRING = 1, 2, 4, 5, 6
_COMMENT, _DEFAULT_TYPE = 13, 14


class Pprof:
    """Writes the tree that was asked for. A function is a frame's name."""

    endings: Final = ("pb.gz", "pprof")
    commands: Final = ("profile",)

    def render(self, report: Report, style: Style) -> bytes:
        """Return the file. It holds no time of writing: equal profiles are equal bytes."""
        data = profile_of(report, "pprof")
        strings = _Strings()
        types = b"".join(
            wire.message(_SAMPLE_TYPE, strings.number(1, name) + strings.number(2, unit))
            for name, unit in _VALUES
        )
        root = data.views[0].root if data.views else Frame(name="all sessions", kind="root")
        stacks = stacks_of(root, data.weight)
        functions: dict[str, int] = {}
        samples = b"".join(
            _sample(stack, cost, functions, strings)
            for stack, cost in zip(stacks, costs(stacks), strict=True)
        )
        named = b"".join(_function(name, at, strings) for name, at in functions.items())
        end = strings.number(_COMMENT, "tokencost profile")
        end += strings.number(_DEFAULT_TYPE, data.weight)
        return gzip.compress(types + samples + named + strings.table() + end, mtime=0)


class _Strings:
    """The table of texts: the first one is empty."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {"": 0}

    def number(self, field: int, text: str) -> bytes:
        """Return a field that holds the place of a text."""
        return wire.number(field, self._known.setdefault(text, len(self._known)))

    def table(self) -> bytes:
        return b"".join(wire.text(_STRING, text) for text in self._known)


def _sample(stack: Stack, cost: int, functions: dict[str, int], strings: _Strings) -> bytes:
    values = (cost, stack.input_tokens, stack.output_tokens, stack.calls)
    if not any(values):
        return b""
    names = map(frame_name, reversed(stack.frames))  # the innermost first
    places = [functions.setdefault(name, len(functions) + 1) for name in names]
    labels = b"".join(
        wire.message(3, strings.number(1, _LABELS[frame.kind]) + strings.number(2, label))
        for frame in stack.frames
        if frame.kind in _LABELS and (label := frame_name(frame))
    )
    return wire.message(_SAMPLE, wire.numbers(1, places) + wire.numbers(2, values) + labels)


def _function(name: str, at: int, strings: _Strings) -> bytes:
    """Return a function and the one location in it."""
    location = wire.number(1, at) + wire.message(4, wire.number(1, at))
    function = wire.number(1, at) + strings.number(2, name) + strings.number(3, name)
    return wire.message(_LOCATION, location) + wire.message(_FUNCTION, function)


RENDERER: Final = Pprof()
