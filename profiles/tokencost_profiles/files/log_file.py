"""Log files, and what their beginnings show of their formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BufferedReader, RawIOBase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

import msgspec

from tokencost_pricing.errors import InputError

if TYPE_CHECKING:
    from tokencost_profiles.files.objects import StoredObject

# How much of a file is read to recognise its format. Header rows that embed a system prompt reach
# 30 KB.
PROBED: Final = 1 << 17
_ROWS: Final = 60
_FIRST_LINE: Final = 64 << 20
_BLOCK: Final = 1 << 20
# Formats that are one JSON document have to be held in memory.
LARGEST_DOCUMENT: Final = 1 << 30
LARGEST_LINE: Final = 256 << 20

# What decoding raises for bytes that are not JSON, or not text.
DECODE_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError)
_LONE: Final = re.compile(
    r"\\u[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89aAbB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)

ZIP: Final = b"PK\x03\x04"
SQLITE: Final = b"SQLite format 3\x00"
BESIDE_DATABASE: Final = ("-wal", "-shm", "-journal")  # endings of what SQLite writes there
_PARQUET: Final = b"PAR1"


class Input:
    """One log file, decompressed, with what its beginning shows."""

    def __init__(
        self,
        label: str,
        open_: Callable[[], BinaryIO],
        size: int | None = None,
        path: Path | None = None,
        near: Callable[[str], Input | None] | None = None,
        stored: StoredObject | None = None,
        beginning: bytes | None = None,
    ) -> None:
        self.label = label
        self.open = open_
        self.size = size  # bytes on disk; of a member of an archive those that it unpacks to
        self.path = path  # on disk, as it is; None for standard input and what is unpacked
        self._stored = stored  # where it is an object of a store, as it is
        self._beginning = beginning  # its first `PROBED` bytes, where they are read
        self._near = near  # other members of the archive that it stands in, by relative name
        self.is_member = near is not None  # one of several files in an archive
        # Where reading begins: bytes and lines before it, that were read in another invocation.
        self.offset, self.lines_before = 0, 0
        self.lines_read: int | None = None  # up to the end, where that is the end of a line
        self.looked_for: set[Path] = set()  # other files on disk, whether or not they are there

    @cached_property
    def head(self) -> bytes:
        """The first bytes, with the complete first line and no byte-order mark."""
        if self._beginning is not None and not _is_cut(self._beginning):
            return self._beginning.removeprefix(b"\xef\xbb\xbf")
        with self.open() as file:
            head = file.read(PROBED)
            if _is_cut(head):
                head += file.readline(_FIRST_LINE)
            return head.removeprefix(b"\xef\xbb\xbf")

    @cached_property
    def text(self) -> str:
        """The beginning as text."""
        return self.head.decode("utf-8", "replace")

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite database."""
        return self.head.startswith(SQLITE)

    @property
    def is_parquet(self) -> bool:
        """Whether this is a Parquet file."""
        return self.head.startswith(_PARQUET)

    @cached_property
    def parquet_columns(self) -> frozenset[str]:
        """The names of the columns of a Parquet file; none of other files.

        Raise `InputError` where pyarrow is missing, or for a file that is cut off.
        """
        if not self.is_parquet:
            return frozenset()
        from tokencost_profiles.files.parquet import parquet_columns

        return parquet_columns(self)

    def check_parquet(self) -> None:
        """Raise `InputError` for a Parquet file that cannot be read, and say why."""
        _ = self.parquet_columns

    @property
    def is_zip(self) -> bool:
        """Whether this is a zip archive that a reader takes as it is."""
        return self.head.startswith(ZIP)

    @cached_property
    def _lines(self) -> list[bytes]:
        """The first lines that are not blank."""
        return [line for line in self.head.split(b"\n") if line.strip()][:_ROWS]

    @cached_property
    def _values(self) -> list[Any]:
        """The values of the first lines, as far as they have been looked at."""
        return []

    def _first_values(self) -> Iterator[Any]:
        """Yield the value of each of the first lines, None for a line that is not JSON."""
        for at, line in enumerate(self._lines):
            if at == len(self._values):
                self._values.append(_value(line))
            yield self._values[at]

    @cached_property
    def is_lines(self) -> bool:
        """Whether the file is JSON lines: objects or lists, one a line.

        It is when its first line is one, or most of its first lines are: malformed lines among them
        do not hide the format, and neither does a cut last one.
        """
        if isinstance(next(self._first_values(), None), (dict, list)):
            return True
        rows = sum(isinstance(value, (dict, list)) for value in self._first_values())
        return rows > 0 and 2 * rows >= len(self._lines)

    @property
    def rows(self) -> Iterator[Any]:
        """The first JSON values, one a line; none where the file is not JSON lines."""
        if self.is_lines:
            yield from (value for value in self._first_values() if isinstance(value, (dict, list)))

    @property
    def objects(self) -> Iterator[dict[str, Any]]:
        """The JSON objects among the first rows."""
        return (row for row in self.rows if isinstance(row, dict))

    @cached_property
    def is_document(self) -> bool:
        """Whether the file is one JSON value over several lines (or a single line)."""
        if self.head.lstrip()[:1] not in (b"{", b"["):
            return False
        return len(self._lines) == 1 or not self.is_lines

    def has(self, *keys: str) -> bool:
        """Whether all keys occur as JSON keys in the beginning."""
        return all(re.search(rf'"{re.escape(key)}"\s*:', self.text) for key in keys)

    @cached_property
    def document(self) -> Any:
        """The file as one JSON value. Raise `InputError` where it is not, or is too large."""
        with self.open() as file:
            data = file.read(LARGEST_DOCUMENT + 1)
        if len(data) > LARGEST_DOCUMENT:
            raise InputError(
                f"a JSON document of more than {LARGEST_DOCUMENT >> 20} MB",
                hint="split it, or export JSON lines",
                file=self.label,
            )
        return decode(data, self.label)

    def beside(self, name: str) -> Input | None:
        """Return the file of this name in the same folder, where there is one."""
        if self._near is not None:
            return self._near(name)
        if self._stored is not None:
            stored = self._stored.beside(name)
            return None if stored is None else of_object(stored)
        if self.path is None:
            return None
        path = self.path.parent / name
        self.looked_for.add(path)
        if not path.is_file():
            return None
        label = str(Path(self.label).parent / name)
        return Input(label, lambda: path.open("rb"), path.stat().st_size, path)

    @property
    def name(self) -> str:
        """The name of the file alone, no folders."""
        if self.path is not None:
            return self.path.name
        return PurePosixPath(self.label.rpartition("!")[2]).name

    @property
    def is_of_database(self) -> bool:
        """Whether this lies beside an SQLite database as its log, and is read with it."""
        for ending in BESIDE_DATABASE:
            if self.name.endswith(ending):
                database = self.beside(self.name.removesuffix(ending))
                return database is not None and database.is_sqlite
        return False

    @contextmanager
    def local(self) -> Iterator[Path]:
        """Give the file a path on disk, for libraries that need one."""
        if self.path is not None:
            yield self.path
            return
        import shutil
        import tempfile

        with tempfile.TemporaryDirectory(prefix="tokencost-") as folder:
            path = Path(folder) / "log"
            with self.open() as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, _BLOCK)
            yield path

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield (line number, line) for every line that is not blank."""
        number, line = self.lines_before, b"\n"
        with self.opened() as opened, self._in_blocks(opened) as file:
            while following := file.readline(LARGEST_LINE):
                line = following
                number += 1
                if len(line) == LARGEST_LINE:
                    raise InputError(
                        f"a line of more than {LARGEST_LINE >> 20} MB", file=self.label, line=number
                    )
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if not line.isspace():
                    yield number, line
        self.lines_read = number if line.endswith(b"\n") else None

    def opened(self) -> BinaryIO:
        """Open the file where reading begins."""
        file = self.open()
        if self.offset:
            file.seek(self.offset)
        return file

    def _in_blocks(self, file: BinaryIO) -> BinaryIO:
        """Return a file that is read in large blocks. What is unpacked is read as it comes.

        Of a damaged archive all lines before the damage are wanted.
        """
        if self.path is None:
            return file
        return BufferedReader(cast("RawIOBase", file), _BLOCK)


def _is_cut(head: bytes) -> bool:
    """Whether the first line goes on behind what was read."""
    return len(head) == PROBED and b"\n" not in head


def of_object(stored: StoredObject) -> Input:
    """Return an object of a store as a log file."""
    return Input(stored.url, stored.open, stored.size, stored=stored)


def _value(line: bytes) -> Any:
    """Return the JSON value of a line, or None where it is none."""
    try:
        return msgspec.json.decode(line)
    except RecursionError:
        return None
    except DECODE_ERRORS:
        if line.lstrip()[:1] not in (b"{", b"["):
            return None
    try:
        return lenient_json(line)  # every row may hold half of a character
    except (ValueError, RecursionError):
        return None


def decode(data: bytes, label: str, line: int | None = None) -> Any:
    """Decode JSON, giving malformed text a second chance.

    A stray mark, invalid UTF-8 in a text, lone surrogates and control characters are replaced.
    Raise `InputError` naming file and line where it still is not JSON.
    """
    if not data.strip():
        raise InputError("is empty", file=label, line=line)
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise InputError("nested too deeply", file=label, line=line) from None
    except DECODE_ERRORS as first:
        try:
            return lenient_json(data)
        except RecursionError:
            raise InputError("nested too deeply", file=label, line=line) from None
        except ValueError:
            raise InputError(f"not JSON: {first}", file=label, line=line) from first


def lenient_json(data: bytes) -> Any:
    """Decode JSON as leniently as can be. Raise `ValueError` where it is none."""
    import json

    text = data.decode("utf-8-sig", "replace")
    return json.loads(_LONE.sub("\\\\ufffd", text), strict=False)
