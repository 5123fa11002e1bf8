"""Tables that were installed beside the shipped one, each in a folder named after its version.

current.json        {"table": VERSION, "over": VERSION of the shipped table at that time,
                     "previous": VERSION or null}
VERSION/_compiled/  the files of the compiled table
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import TableError
from tokencost_pricing.releases.archive import Release
from tokencost_pricing.table_files import SHIPPED

_CURRENT: Final = "current.json"
_LAYOUT_HINT: Final = "update tokencost first"


def current(folder: Path) -> Mapping[str, Any] | None:
    """Return what is installed in a folder; None where there is nothing to read."""
    try:
        state = json.loads((folder / _CURRENT).read_bytes())
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) and isinstance(state.get("table"), str) else None


def folder_in_use(folder: Path, shipped: str) -> Path | None:
    """Return the folder of the installed table where it goes before the shipped one.

    It does while the package is the one that it was installed over, and after an upgrade of the
    package where its day is the later one.
    """
    state = current(folder)
    if state is None:
        return None
    place = folder / state["table"]
    if not (place / SHIPPED).is_dir():
        return None
    newer = state.get("over") == shipped or day_of(state["table"]) > day_of(shipped)
    return place if newer else None


def day_of(version: str) -> str:
    """Return the day of a table's version, for comparison."""
    return version.partition("+")[0]


def check_newer(release: Release, used: str, layout: str, label: str) -> None:
    """Raise `TableError` for a release that is older than the table in use, or of another form."""
    if release.layout != layout:
        reason = f"made for another version of tokencost ({release.layout}, this reads {layout})"
        raise TableError(reason, file=label, hint=_LAYOUT_HINT)
    if day_of(release.table) < day_of(used):
        reason = f"table {release.table} is older than the one in use, {used}"
        raise TableError(f"{reason}; nothing was installed", file=label)


def install(folder: Path, release: Release, shipped: str) -> None:
    """Write the files of a release, then use it; the table before is kept.

    Raise `TableError` where the folder cannot be written.
    """
    place = folder / release.table
    partial = folder / f".{release.table}.{os.getpid()}.tmp"
    before = current(folder)
    try:
        (partial / SHIPPED).mkdir(parents=True)
        for name, content in release.files.items():
            (partial / SHIPPED / name).write_bytes(content)
        if place.exists():
            shutil.rmtree(place)
        partial.replace(place)
        previous = before["table"] if before and before["table"] != release.table else None
        _point(folder, {"table": release.table, "over": shipped, "previous": previous})
    except OSError as error:
        raise TableError(f"cannot be written: {error.strerror}", file=str(folder)) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(partial)
    _tidy(folder, {release.table, previous})


def go_back(folder: Path) -> str | None:
    """Use the table before the installed one; return its version, None for the shipped table."""
    state = current(folder)
    if state is None:
        raise TableError("no table is installed beside the shipped one", file=str(folder))
    previous = state.get("previous")
    try:
        if isinstance(previous, str) and (folder / previous / SHIPPED).is_dir():
            _point(folder, {"table": previous, "over": state.get("over"), "previous": None})
            return previous
        (folder / _CURRENT).unlink()
    except OSError as error:
        raise TableError(f"cannot be written: {error.strerror}", file=str(folder)) from error
    return None


def _point(folder: Path, state: Mapping[str, Any]) -> None:
    partial = folder / f".{_CURRENT}.{os.getpid()}.tmp"
    partial.write_text(json.dumps(state) + "\n", "utf-8")
    partial.replace(folder / _CURRENT)


def _tidy(folder: Path, versions: set[str | None]) -> None:
    """Remove the tables that are neither in use nor the one before."""
    for place in folder.iterdir():
        if place.is_dir() and place.name not in versions and (place / SHIPPED).is_dir():
            with suppress(OSError):
                shutil.rmtree(place)
