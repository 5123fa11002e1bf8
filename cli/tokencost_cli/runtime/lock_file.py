"""The lock file of a project: the nearest one, and whether prices are still those."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tokencost_cli.runtime.context import Context
from tokencost_pricing.errors import TableError
from tokencost_pricing.lock import NAME, Lock, check, overlay_hash, read_lock
from tokencost_pricing.table import PriceTable


def nearest_lock(context: Context) -> tuple[Lock, str]:
    """Return the nearest lock file and how messages call it.

    Raise `TableError` where there is none, or where it cannot be read.
    """
    path = _nearest(context.folder)
    label = Path(os.path.relpath(path, context.folder)).as_posix()
    return read_lock(path, label), label


def check_lock(lock: Lock, label: str, table: PriceTable, overlays: Iterable[Path]) -> None:
    """Raise `TableError` with the rates that differ, where prices have changed."""
    check(lock, table, overlay_hash(overlays), label)


def _nearest(folder: Path) -> Path:
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        if (place / NAME).is_file():
            return place / NAME
    raise TableError(
        f"no {NAME} here or in a folder above", hint="`tokencost prices lock` writes one"
    )
