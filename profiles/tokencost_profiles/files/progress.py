"""Watching a long read: somebody is told how much has been read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple


class Watch(NamedTuple):
    """Told how many characters of a large text have been read."""

    advance: Any


def report_progress(blocks: Iterable[str], watch: Watch) -> Iterator[str]:
    """Pass blocks on, telling the watch of each."""
    for block in blocks:
        watch.advance(len(block))
        yield block
