"""Everything a command takes from outside: streams, clock, environment, folders.

Tests pass another, so nothing below reads the process.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TextIO, cast

from tokencost_cli.output.safe_text import visible

_COLOURS: Final = {"warning": "1;33", "error": "1;31"}  # SGR codes


class Progress(Protocol):
    """The line that shows how far the work is, where a terminal looks."""

    stage: str
    unit: str
    total: int
    done: int
    file: BinaryIO | None

    def stop(self) -> None:
        """Take the line away for good."""

    def clear(self) -> None:
        """Take the line away until it is next drawn."""

    def paused(self) -> AbstractContextManager[None]:
        """Draw nothing meanwhile: somebody types."""

    def still(self) -> AbstractContextManager[None]:
        """Have no thread meanwhile: the process is copied."""

    def text(self) -> str:
        """Return what the line says."""

    def reach(self, done: int, total: int) -> None:
        """Take how many changes have been tried, and how many there are."""


@dataclass(slots=True)
class Context:
    """The outside world of one run."""

    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    environment: Mapping[str, str]
    folder: Path
    now: datetime
    width: int = 100
    stdout_is_terminal: bool = False
    stderr_is_terminal: bool = False
    stdin_is_terminal: bool = False
    stdin_is_piped: bool = False  # a pipe or a file stands before the command
    cache: Path | None = None
    tables: Path | None = None  # where price tables lie that were installed beside the shipped one
    settings: Path | None = None  # the user's configuration file, where it would be
    quiet: bool = False
    stderr_width: int = 100
    progress: Progress | None = None
    at_end: list[Callable[[], None]] = field(default_factory=list)  # once the report is written
    _warned: set[str] = field(default_factory=set)  # each warning is written once

    @classmethod
    def of_process(cls) -> Context:
        """Return the context of this process.

        A stream that the caller has closed (`>&-`) takes everything and gives nothing.
        """
        environment = os.environ
        sys.stdin = sys.stdin or _nothing(os.O_RDONLY, "r")
        sys.stdout = sys.stdout or _nothing(os.O_WRONLY, "w")
        sys.stderr = sys.stderr or _nothing(os.O_WRONLY, "w")
        if isinstance(sys.stdout, io.TextIOWrapper):  # not every encoding has every character
            sys.stdout.reconfigure(errors="backslashreplace")
        return cls(
            stdin=sys.stdin.buffer,
            stdout=sys.stdout,
            stderr=sys.stderr,
            environment=environment,
            folder=Path.cwd(),
            now=datetime.now(UTC),
            width=shutil.get_terminal_size((100, 24)).columns,
            stderr_width=_columns(sys.stderr),
            stdout_is_terminal=sys.stdout.isatty(),
            stderr_is_terminal=sys.stderr.isatty(),
            stdin_is_terminal=sys.stdin.isatty(),
            stdin_is_piped=_is_piped(sys.stdin),
            cache=cache_folder(environment),
            tables=tables_folder(environment),
            settings=settings_file(environment),
        )

    @property
    def colour(self) -> bool:
        """Whether stdout should be coloured (NO_COLOR and FORCE_COLOR are honoured)."""
        return self._coloured(self.stdout_is_terminal)

    def _coloured(self, is_terminal: bool) -> bool:
        if self.environment.get("NO_COLOR"):
            return False
        if self.environment.get("FORCE_COLOR"):
            return True
        return is_terminal and self.environment.get("TERM") != "dumb"

    @property
    def unicode(self) -> bool:
        """Whether stdout can show more than ASCII."""
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        return "utf" in encoding.lower()

    def warn(self, text: str) -> None:
        """Write a warning to stderr, once, unless the user asked for quiet."""
        if not self.quiet and text not in self._warned:
            self._warned.add(text)
            self._write_line(text, "warning")

    def end_progress(self) -> None:
        """Take away the line of the progress, and draw it no more."""
        if self.progress is not None:
            self.progress.stop()
            self.progress = None

    def finish(self) -> None:
        """Do what was left for when the report is written."""
        for act in self.at_end:
            act()
        self.at_end.clear()

    def inform(self, text: str) -> None:
        """Write to stderr what is no warning, unless the user asked for quiet."""
        if not self.quiet:
            self._write_line(text)

    def fail(self, text: str) -> None:
        """Write an error to stderr."""
        self._write_line(text, "error")

    def _write_line(self, text: str, level: str = "") -> None:
        """Write one line; a terminal gets it folded at its width, but never inside a word."""
        if self.progress is not None:
            self.progress.clear()
        text = visible(f"{level}: {text}" if level else text)
        if self.stderr_is_terminal:
            import textwrap

            text = textwrap.fill(
                text, self.stderr_width, break_long_words=False, break_on_hyphens=False
            )
        if level and self._coloured(self.stderr_is_terminal):
            text = text.replace(f"{level}:", f"\x1b[{_COLOURS[level]}m{level}:\x1b[0m", 1)
        self.stderr.write(f"{text}\n")


def _is_piped(stream: TextIO) -> bool:
    """Whether a stream is a pipe or a file: a terminal is none, nor is /dev/null."""
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def _columns(stream: TextIO) -> int:
    """Return how wide the terminal behind a stream is."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 100
    except (OSError, ValueError):  # no terminal, or a stream that is no file
        return 100


def _nothing(flags: int, mode: str) -> TextIO:
    """Return a stream that takes everything and gives nothing."""
    return cast("TextIO", os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where files lie that can be computed again: TOKENCOST_CACHE, or the user's cache.

    An empty TOKENCOST_CACHE means that nothing is stored.
    """
    chosen = environment.get("TOKENCOST_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    from platformdirs import user_cache_path

    return user_cache_path("tokencost", appauthor=False)


def tables_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where installed price tables lie: TOKENCOST_TABLES, or in the user's data folder.

    An empty TOKENCOST_TABLES means that the shipped table is used.
    """
    chosen = environment.get("TOKENCOST_TABLES")
    if chosen is not None:
        return Path(chosen) if chosen else None
    from platformdirs import user_data_path

    return user_data_path("tokencost", appauthor=False) / "tables"


def settings_file(environment: Mapping[str, str]) -> Path | None:
    """Return where the settings of the user are: TOKENCOST_CONFIG, or in the platform's folder.

    An empty TOKENCOST_CONFIG means that there are none.
    """
    chosen = environment.get("TOKENCOST_CONFIG")
    if chosen is not None:
        return Path(chosen) if chosen else None
    from platformdirs import user_config_path

    folder = user_config_path("tokencost", appauthor=False)
    names = ("tokencost.toml", "config.toml")
    return next((folder / name for name in names if is_file(folder / name)), folder / names[0])


def is_file(path: Path) -> bool:
    """Whether there is a file that can be looked at; a folder that is closed to us holds none."""
    try:
        return path.is_file()
    except OSError:
        return False
