"""SQLite databases as they stand at this moment, read from a copy.

A program that is running writes to a log beside its database (`-wal`), which may hold every row:
the database alone would look empty. Opening it in place would leave files there, or wait for locks.
So it is copied with what lies beside it to a temporary folder, opened read-only, and removed.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import BESIDE_DATABASE, Input

_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
_BLOCK: Final = 1 << 20
_TRIES: Final = 3  # to copy files that do not change meanwhile


@contextmanager
def open_database(log_file: Input) -> Iterator[sqlite3.Connection]:
    """Open a copy of a database. Rows come as mappings. Raise `InputError` where it is damaged."""
    with tempfile.TemporaryDirectory(prefix="tokencost-") as folder:
        path = Path(folder, "copy.db")
        _copy(log_file, path)
        try:
            database = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
            try:
                database.row_factory = sqlite3.Row
                yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise InputError(
                f"cannot be read as a database: {error}", file=log_file.label
            ) from error


def rows_in(database: sqlite3.Connection, query: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows that a query gives."""
    for row in database.execute(query):
        yield dict(row)


@lru_cache(maxsize=1)
def columns_of(log_file: Input) -> Mapping[str, frozenset[str]]:
    """Return the columns of each table; nothing for what is no database or is damaged."""
    if not log_file.is_sqlite:
        return {}
    try:
        with _peek(log_file) as database:
            tables = [str(row["name"]) for row in database.execute(_TABLES)]
            return {table: _columns(database, table) for table in tables}
    except (InputError, sqlite3.Error):
        return {}


def _columns(database: sqlite3.Connection, table: str) -> frozenset[str]:
    name = table.replace('"', '""')
    return frozenset(str(row["name"]) for row in database.execute(f'PRAGMA table_info("{name}")'))


@contextmanager
def _peek(log_file: Input) -> Iterator[sqlite3.Connection]:
    """Open a database to look at its tables: in place where nothing is written beside it."""
    siblings = [log_file.beside(f"{log_file.name}{ending}") for ending in BESIDE_DATABASE]
    if log_file.path is None or any(siblings):
        with open_database(log_file) as database:
            yield database
        return
    # `immutable`: no locks are taken, no files written.
    place = f"file:{quote(str(log_file.path))}?mode=ro&immutable=1"
    database = sqlite3.connect(place, uri=True)
    try:
        database.row_factory = sqlite3.Row
        yield database
    finally:
        database.close()


def _copy(log_file: Input, target: Path) -> None:
    """Copy a database and what lies beside it, again where a program wrote to it meanwhile."""
    for _ in range(_TRIES):
        before = _state(log_file)
        _copy_one(log_file, target)
        for ending in BESIDE_DATABASE:
            sibling = log_file.beside(f"{log_file.name}{ending}")
            copy = target.with_name(f"{target.name}{ending}")
            copy.unlink(missing_ok=True)
            if sibling is not None:
                _copy_one(sibling, copy)
        if _state(log_file) == before:
            return


def _copy_one(log_file: Input, target: Path) -> None:
    with log_file.open() as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, _BLOCK)


def _state(log_file: Input) -> list[tuple[int, int]]:
    """Return the sizes and times of a database on disk and its log."""
    if log_file.path is None:
        return []
    paths = [log_file.path, log_file.path.with_name(f"{log_file.path.name}-wal")]
    return [(s.st_size, s.st_mtime_ns) for path in paths if path.exists() and (s := path.stat())]
