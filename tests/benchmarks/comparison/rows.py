"""What was measured, a row a question, and what it must come to."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from benchmarks.comparison.measure import Figures


class Bound(NamedTuple):
    """What a value must come to."""

    least: float
    goal: float
    more_is_better: bool = False

    def verdict(self, value: float) -> str:
        """Tell whether a value reaches the goal, what is asked at least, or neither."""
        sign = 1 if self.more_is_better else -1
        if sign * value >= sign * self.goal:
            return "goal"
        return "yes" if sign * value >= sign * self.least else "no"


@dataclass
class Line:
    """A program of a row: medians."""

    label: str
    cpu: float | None = None  # seconds
    wall: float | None = None
    peak: int = 0  # bytes of its largest process
    parent: int = 0  # bytes of the first process, where somebody looked
    totals: str = ""  # "equal", or what differs


@dataclass
class Row:
    """A question, its answer and where that comes from."""

    name: str
    what: str
    value: str = "not measured"
    least: str = ""
    goal: str = ""
    verdict: str = ""
    notes: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    run: dict[str, Any] = field(default_factory=dict)  # scale, repetitions, day, load

    def document(self) -> dict[str, Any]:
        return asdict(self)


def row_of(document: dict[str, Any]) -> Row:
    """Return the row of a results file."""
    lines = [Line(**line) for line in document["lines"]]
    return Row(**{**document, "lines": lines})


def lines_of(figures: Iterable[Figures]) -> list[Line]:
    """Return the medians of figures."""
    return [
        Line(
            one.label,
            statistics.median(one.cpu),
            statistics.median(one.wall),
            one.peak,
            one.parent,
            totals_text(one.wrong),
        )
        for one in figures
    ]


def totals_text(wrong: list[str] | None) -> str:
    """Return what is known of totals, in a few words."""
    if wrong is None:
        return ""
    if not wrong:
        return "equal"
    different = list(dict.fromkeys(wrong))
    return f"{len(different)} differ: {different[0]}"
