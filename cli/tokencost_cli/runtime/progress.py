"""Progress on stderr, from one second of work on, and only where somebody watches.

One line is drawn over itself by another thread, and taken away before anything else is
written. Files are not slowed: the thread looks how far the open one has been read.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from tokencost_cli.output.safe_text import visible
from tokencost_cli.runtime.context import Context
from tokencost_cli.runtime.context import Progress as ProgressLine
from tokencost_profiles.files.paths import Source
from tokencost_profiles.files.progress import Watch

if TYPE_CHECKING:
    from tokencost_profiles.tokens.prompt import Prompt

_FIRST: Final = 1.0  # seconds after which something is drawn
_EACH: Final = 0.2  # seconds between two drawings
_CLEAR: Final = "\r\x1b[2K"
_READING: Final = "reading"
_UNITS: Final = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


class Progress:
    """How far a run has come: a stage, and how much of it is done. Times are seconds."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._is_drawn = self._is_paused = False
        self._begun = time.monotonic()
        self.stage, self.unit = "working", ""
        self.total, self.done = 0, 0
        self.file: BinaryIO | None = None  # the one that is being read
        self._wait = _FIRST
        self._start()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._draw, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and leave nothing on the line."""
        self._stop.set()
        self.clear()

    def clear(self) -> None:
        """Take the line away, so that something else can be written there."""
        with self._lock:
            if self._is_drawn:
                self._context.stderr.write(_CLEAR)
                self._context.stderr.flush()
                self._is_drawn = False

    def reach(self, done: int, total: int) -> None:
        """Take how many changes have been tried, and how many there are."""
        self.unit, self.done, self.total = "changes", done, total

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Draw nothing meanwhile: somebody types."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False

    @contextmanager
    def still(self) -> Iterator[None]:
        """Have no thread meanwhile: the process is copied."""
        self._stop.set()
        self._thread.join()
        try:
            yield
        finally:
            self._stop.clear()
            self._start()

    def text(self) -> str:
        """Return what is drawn."""
        seconds = f"{time.monotonic() - self._begun:.0f} s"
        if not self.total:
            return f"{self.stage}, {seconds}"
        done = min(self.total, self.done + self._position())
        amounts = f"{done:,} of {self.total:,} {self.unit}"
        if self.unit == "bytes":
            scale, name = next((one for one in _UNITS if self.total >= one[0]), (1, "bytes"))
            amounts = f"{done / scale:,.1f} of {self.total / scale:,.1f} {name}"
        return f"{self.stage} {done * 100 // self.total}%, {amounts}, {seconds}"

    def _position(self) -> int:
        """Return how far the file that is being read has been read."""
        file = self.file
        if file is None:
            return 0
        with suppress(OSError, ValueError):  # closed meanwhile, or in memory
            return os.lseek(file.fileno(), 0, os.SEEK_CUR)
        return 0

    def _draw(self) -> None:
        while not self._stop.wait(self._wait):
            self._wait = _EACH
            if self._is_paused:
                continue
            text = visible(self.text())[: max(10, self._context.stderr_width - 1)]
            with self._lock, suppress(OSError, ValueError):
                if not self._stop.is_set():
                    self._context.stderr.write(f"{_CLEAR}{text}")
                    self._context.stderr.flush()
                    self._is_drawn = True


def start(context: Context) -> None:
    """Begin to show progress, where stderr is a terminal and the user did not ask for quiet."""
    wanted = context.stderr_is_terminal and not context.quiet
    if (
        wanted
        and context.progress is None
        and context.environment.get("TERM") not in (None, "", "dumb")
    ):
        context.progress = Progress(context)


@contextmanager
def stage(context: Context, name: str, total: int = 0, unit: str = "") -> Iterator[Watch | None]:
    """Name a stage of the work, and yield what hears how much of it is done; None: nobody looks.

    `total` is 0 where nobody knows how much there is to do.
    """
    progress = context.progress
    if progress is None:
        yield None
        return
    before = progress.stage, progress.unit, progress.total, progress.done
    progress.stage, progress.unit, progress.total, progress.done = name, unit, total, 0

    def advance(amount: int) -> None:
        progress.done += amount

    try:
        yield Watch(advance)
    finally:
        progress.stage, progress.unit, progress.total, progress.done = before


@contextmanager
def reading_files(
    context: Context, sources: Sequence[Source]
) -> Iterator[tuple[Sequence[Source], Watch | None]]:
    """Show how many bytes of files have been read, within each file too.

    Yields the sources to read instead, and what hears of each that is done.
    """
    total = sum(source.size for source in sources)
    with stage(context, _READING, total, "bytes") as watch:
        progress = context.progress
        if watch is None or progress is None:
            yield sources, None
            return

        def advance(size: int) -> None:
            progress.file = None
            progress.done += size

        try:
            yield [_followed(source, progress) for source in sources], Watch(advance)
        finally:
            progress.file = None


def _followed(source: Source, progress: ProgressLine) -> Source:
    """Return a source whose open file the progress looks at."""

    def opened() -> BinaryIO:
        file = source.open()
        if progress.stage == _READING:  # a large text is opened again to be counted
            progress.file = file
        return file

    return source._replace(open=opened)


@contextmanager
def counting_prompts(context: Context, loads: Iterable[Iterable[Prompt]]) -> Iterator[Watch | None]:
    """Show how much of the large prompts has been counted; each list is of one model."""
    from tokencost_profiles.tokens.prompts import LARGE_TEXT

    sizes = [
        prompt.source.size
        for prompts in loads
        for prompt in prompts
        if prompt.source is not None and prompt.source.size > LARGE_TEXT
    ]
    with reading(context, sum(sizes)) as watch:
        yield watch


@contextmanager
def reading(context: Context, size: int) -> Iterator[Watch | None]:
    """Show how much of `size` characters has been counted."""
    with stage(context, "counting", size, "characters") as watch:
        yield watch


@contextmanager
def counting_texts(context: Context, large: int, prompts: int) -> Iterator[Watch | None]:
    """Show how many characters of large texts have been counted, or prompts where none is."""
    total, unit = (large, "characters") if large else (prompts, "prompts")
    with stage(context, "counting", total, unit) as watch:
        yield watch


@contextmanager
def counting(context: Context, calls: int) -> Iterator[Watch | None]:
    """Show how many of the calls have been counted."""
    with stage(context, "counting", calls, "calls") as watch:
        yield watch
