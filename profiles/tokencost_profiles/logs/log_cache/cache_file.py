"""The file of the cache: a small SQLite database that is rebuilt whenever it is doubtful.

Each row has a checksum, so that what a crash, a disk or another program left there is never taken
for a result. Rows are written in one short transaction: a process that is killed loses only that,
and two processes wait for each other.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple, TypeVar
from zlib import crc32

APPLICATION: Final = 0x746F6B63  # "tokc", in the head of the file
VERSION: Final = 2
LARGEST: Final = 256 << 20  # bytes of what is stored
HOUR: Final = 3600
_REMAINING: Final = 0.75  # share of them that stays when the least used go
_WAIT: Final = 2.0  # seconds for another process
_SUM_BYTES: Final = 4
_WEEK: Final = 7 * 24 * HOUR
_ASKED: Final = 500  # places in one question
_ENDINGS: Final = ("-journal", "-wal", "-shm", "")
_DAMAGES: Final = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SCHEMA: Final = (
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
    "CREATE TABLE entries (place BLOB PRIMARY KEY, used INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " sum INTEGER NOT NULL, about BLOB NOT NULL, unit BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE contents (place BLOB PRIMARY KEY, sum INTEGER NOT NULL, content BLOB NOT NULL)",
    "CREATE TABLE names (place BLOB PRIMARY KEY, sum INTEGER NOT NULL, content BLOB NOT NULL)",
)

_Answer = TypeVar("_Answer")
_Ask = Callable[[sqlite3.Connection], _Answer]


class Row(NamedTuple):
    """What is stored under a place: a few bytes about it, and the content."""

    about: bytes
    content: bytes
    names: bytes | None = None  # of a source


class Stored(NamedTuple):
    """What is stored about a place, and the hour (since 1970) in which it was last used.

    `unit`: what it was priced with: see `units`.
    """

    about: bytes
    used: int
    unit: bytes


class CacheFile:
    """One database. What cannot be read is as if it were not there."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self.path = path
        self._largest = largest

    def abouts(self, places: Iterable[bytes]) -> dict[bytes, Stored]:
        """Return what is stored about places."""
        wanted = list(places)

        def ask(database: sqlite3.Connection) -> dict[bytes, Stored]:
            known = {}
            for lot in _in_lots(wanted):
                marks = ",".join("?" * len(lot))
                rows = database.execute(
                    f"SELECT place, used, sum, about, unit FROM entries WHERE place IN ({marks})",
                    lot,
                )
                for place, used, checksum, about, unit in rows:
                    if checksum == crc32(about, crc32(place)):
                        known[place] = Stored(about, used, _checked(unit, place))
            return known

        return self._ask(ask, {})

    def contents(self, places: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the contents of places, of those that are there and undamaged."""
        return self._blobs("contents", places)

    def names(self, places: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the names that are stored with places, likewise."""
        return self._blobs("names", places)

    def _blobs(self, table: str, places: Iterable[bytes]) -> dict[bytes, bytes]:
        wanted = list(places)

        def ask(database: sqlite3.Connection) -> dict[bytes, bytes]:
            known = {}
            for lot in _in_lots(wanted):
                marks = ",".join("?" * len(lot))
                rows = database.execute(
                    f"SELECT place, sum, content FROM {table} WHERE place IN ({marks})", lot
                )
                for place, checksum, content in rows:
                    if checksum == crc32(content, crc32(place)):
                        known[place] = content
            return known

        return self._ask(ask, {})

    def count(self) -> tuple[int, int]:
        """Return how many rows are stored, and the bytes of their contents."""
        question = "SELECT count(*), coalesce(sum(bytes), 0) FROM entries"
        return self._ask(lambda database: tuple(database.execute(question).fetchone()), (0, 0))

    def write(
        self,
        rows: Mapping[bytes, Row],
        used: Iterable[bytes],
        now: float,
        units: Mapping[bytes, bytes] | None = None,
    ) -> bool:
        """Store rows, and note which were used. Return whether that could be done.

        `units`: of places that are stored now or were before. Where more is stored than may be,
        what was not used for longest goes.
        """
        hour = int(now) // HOUR
        touched = [(hour, place) for place in used]

        def change(database: sqlite3.Connection) -> None:
            database.executemany("UPDATE entries SET used = ? WHERE place = ?", touched)
            database.executemany(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, x'')",
                [
                    (place, hour, len(row.content), crc32(row.about, crc32(place)), row.about)
                    for place, row in rows.items()
                ],
            )
            _put_blobs(database, "contents", {place: row.content for place, row in rows.items()})
            names = {place: row.names for place, row in rows.items() if row.names is not None}
            _put_blobs(database, "names", names)
            database.executemany(
                "UPDATE entries SET unit = ? WHERE place = ?",
                [(_signed(unit, place), place) for place, unit in (units or {}).items()],
            )
            self._trim(database)

        self._remove_older(now)
        return self._change(change)

    def _remove_older(self, now: float) -> None:
        """Remove the files of other versions of the readers that were not written for a week."""
        with suppress(OSError):
            for path in self.path.parent.glob("logs-*.sqlite"):
                if path != self.path and now - path.stat().st_mtime > _WEEK:
                    CacheFile(path).remove()

    def remove(self) -> bool:
        """Remove the file. Return whether it is gone."""
        try:
            for ending in _ENDINGS:
                with suppress(FileNotFoundError):
                    os.unlink(f"{self.path}{ending}")
        except OSError:
            return False
        return True

    def _trim(self, database: sqlite3.Connection) -> None:
        (total,) = database.execute("SELECT coalesce(sum(bytes), 0) FROM entries").fetchone()
        if total <= self._largest:
            return
        excess = []
        for place, size in database.execute("SELECT place, bytes FROM entries ORDER BY used"):
            if total <= self._largest * _REMAINING:
                break
            total -= size
            excess.append((place,))
        for table in ("entries", "contents", "names"):
            database.executemany(f"DELETE FROM {table} WHERE place = ?", excess)

    def _ask(self, ask: _Ask[_Answer], nothing: _Answer) -> _Answer:
        """Return an answer of the database. One that is damaged or of another kind is removed."""
        if not self.path.exists():
            return nothing
        try:
            with closing(_opened(self.path)) as database:
                if _is_ours(database):
                    return ask(database)
        except OSError:
            return nothing
        except sqlite3.Error as error:
            if not _is_damage(error):  # locked, or closed to us
                return nothing
        self.remove()
        return nothing

    def _change(self, change: _Ask[None]) -> bool:
        for _ in range(2):
            try:
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
                with closing(_opened(self.path)) as database:
                    database.execute("PRAGMA auto_vacuum = FULL")
                    database.execute("BEGIN IMMEDIATE")
                    if not _has_tables(database):
                        for statement in _SCHEMA:
                            database.execute(statement)
                    if _is_ours(database):
                        change(database)
                        database.execute("COMMIT")
                        return True
            except OSError:
                return False
            except sqlite3.Error as error:
                if not _is_damage(error):  # locked, closed to us, a full disk
                    return False
            if not self.remove():
                return False
        return False


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", timeout=_WAIT, isolation_level=None, uri=True
    )
    # A crash of the system may damage the file: checksums and SQLite itself find that out.
    database.execute("PRAGMA synchronous = OFF")
    return database


def _put_blobs(database: sqlite3.Connection, table: str, blobs: Mapping[bytes, bytes]) -> None:
    database.executemany(
        f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)",
        [(place, crc32(blob, crc32(place)), blob) for place, blob in blobs.items()],
    )


def _signed(unit: bytes, place: bytes) -> bytes:
    return unit + crc32(unit, crc32(place)).to_bytes(_SUM_BYTES, "big")


def _checked(unit: bytes, place: bytes) -> bytes:
    """Return a unit as it was written; none where it is damaged."""
    written = unit[:-_SUM_BYTES]
    return written if _signed(written, place) == unit else b""


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that a file is no database, a damaged one, or lacks a table."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _DAMAGES


def _has_tables(database: sqlite3.Connection) -> bool:
    return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _is_ours(database: sqlite3.Connection) -> bool:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return (application, version) == (APPLICATION, VERSION)


def _in_lots(places: list[bytes]) -> Iterator[list[bytes]]:
    return (places[at : at + _ASKED] for at in range(0, len(places), _ASKED))
