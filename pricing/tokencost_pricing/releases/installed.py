"""Tables that were installed beside the shipped one, each in a folder named after its version.

current.json           {"table": VERSION, "over": VERSION of the shipped table at that time,
                        "previous": VERSION or null}
VERSION/_compiled/     the files of the compiled table
VERSION/sequence.json  which release of its day it is
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import TableError
from tokencost_pricing.releases.archive import Release
from tokencost_pricing.table_files import SHIPPED

_CURRENT: Final = "current.json"
_SEQUENCE: Final = "sequence.json"
_LAYOUT_HINT: Final = "update tokencost first"
_SHIPPED_SEQUENCE: Final = 1  # a package's table counts as the first release of its day


class TableInUse(NamedTuple):
    """The table that a release would replace."""

    version: str
    sha256: str
    sequence: int = _SHIPPED_SEQUENCE


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
    package where it is the later one: by its day, then by its sequence.
    """
    state = current(folder)
    if state is None:
        return None
    place = folder / state["table"]
    if not (place / SHIPPED).is_dir():
        return None
    newer = _order(state["table"], sequence_of(place)) > _order(shipped, _SHIPPED_SEQUENCE)
    return place if newer or state.get("over") == shipped else None


def sequence_of(place: Path | None) -> int:
    """Return which release of its day an installed table is; without one, that of a package."""
    if place is None:
        return _SHIPPED_SEQUENCE
    try:
        sequence = json.loads((place / _SEQUENCE).read_bytes())
    except (OSError, ValueError):
        return _SHIPPED_SEQUENCE
    return sequence if type(sequence) is int else _SHIPPED_SEQUENCE


def _order(version: str, sequence: int) -> tuple[str, int]:
    """Return what decides which of two tables is the later one: the day, then the sequence."""
    return version.partition("+")[0], sequence


def is_in_use(release: Release, used: TableInUse) -> bool:
    """Whether a release holds the table in use."""
    return (release.table, release.sha256) == (used.version, used.sha256)


def check_newer(release: Release, used: TableInUse, layout: str, label: str) -> None:
    """Raise `TableError` for a release that may not replace the table in use.

    That is one of another form, an older one, and one that is neither older nor newer but another:
    of the same day and sequence with another hash.
    """

    def error(reason: str, hint: str | None = None) -> TableError:
        return TableError(f"{reason}; nothing was installed", file=label, hint=hint)

    if release.layout != layout:
        reason = f"made for another version of tokencost ({release.layout}, this reads {layout})"
        raise TableError(reason, file=label, hint=_LAYOUT_HINT)
    if is_in_use(release, used):
        return
    if release.table == used.version:
        raise error(f"table {release.table} is in use with another content")
    order, order_in_use = (
        _order(release.table, release.sequence),
        _order(used.version, used.sequence),
    )
    names = f"{release.table} (release {release.sequence} of its day)"
    if order < order_in_use:
        in_use = f"{used.version} (release {used.sequence})"
        raise error(f"table {names} is older than the one in use, {in_use}")
    if order == order_in_use:
        raise error(
            f"table {names} and the one in use, {used.version}, have the same day and sequence, "
            "so that neither is the newer one",
            hint="who signs it gives the later one a higher sequence",
        )


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
        (partial / _SEQUENCE).write_text(f"{release.sequence}\n", "utf-8")
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
