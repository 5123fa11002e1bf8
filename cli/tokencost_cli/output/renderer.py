"""What a renderer is: a pure function from a report to text (or bytes, for a binary format)."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from tokencost_cli.output.report import Report


class Style(NamedTuple):
    """How the text will be displayed."""

    width: int = 100
    colour: bool = False
    unicode: bool = True
    fold: bool = False  # whether long lines of text are folded at the width


class Renderer(Protocol):
    """Writes reports in one format.

    `endings` are those of file names that choose it; they have no dot. `commands` are those whose
    reports it writes; where it names none, it writes every report.
    """

    @property
    def endings(self) -> tuple[str, ...]:
        """Return the endings of file names that choose the format."""

    @property
    def commands(self) -> tuple[str, ...]:
        """Return the commands whose reports it writes; none: of all."""

    def render(self, report: Report, style: Style) -> str | bytes:
        """Return the text of a report, ending in a line end, or the file as bytes. No I/O."""
