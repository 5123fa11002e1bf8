"""Progress of a long read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple


class Watch(NamedTuple):
    """Receives how many characters of a large text have been read."""

    advance: Any


def report_progress(blocks: Iterable[str], watch: Watch) -> Iterator[str]:
    """Pass blocks on, reporting the size of each."""
    for block in blocks:
        watch.advance(len(block))
        yield block
