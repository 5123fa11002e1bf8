"""Log files: opened whatever they are packed in, and looked at to tell what they are."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, BinaryIO, Final, cast

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_profiles.sources import Source

# How much of a file is looked at to tell its format. Header rows that embed a system prompt reach
# 30 KB.
_PROBED: Final = 1 << 17
_ROWS: Final = 60
_BLOCK: Final = 1 << 20
# Formats that are one JSON document have to be held whole.
LARGEST_DOCUMENT: Final = 1 << 30
LARGEST_LINE: Final = 256 << 20

_ZIP: Final = b"PK\x03\x04"
_SQLITE: Final = b"SQLite format 3\x00"
_PARQUET: Final = b"PAR1"


class Input:
    """One log file, decompressed, with what its beginning tells."""

    def __init__(self, shown: str, open_: Callable[[], BinaryIO], size: int | None) -> None:
        self.shown = shown
        self.open = open_
        self.size = size  # bytes on disk, None inside an archive

    @cached_property
    def head(self) -> bytes:
        """The first bytes, without a byte-order mark."""
        with self.open() as file:
            return file.read(_PROBED).removeprefix(b"\xef\xbb\xbf")

    @cached_property
    def text(self) -> str:
        """The beginning as text."""
        return self.head.decode("utf-8", "replace")

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite database."""
        return self.head.startswith(_SQLITE)

    @property
    def is_parquet(self) -> bool:
        """Whether this is a Parquet file."""
        return self.head.startswith(_PARQUET)

    @property
    def is_zip(self) -> bool:
        """Whether this is a zip archive that some reader takes whole."""
        return self.head.startswith(_ZIP)

    @cached_property
    def rows(self) -> list[Any]:
        """The first JSON values, one a line; empty where the file is not JSON lines.

        It is when its first line is an object or a list of its own, or most of its first lines
        are: broken lines among them do not hide the format, and neither does a cut last one.
        """
        lines = [line for line in self.text.split("\n") if line.strip()][:_ROWS]
        values = [_value(line) for line in lines]
        found = [value for value in values if isinstance(value, (dict, list))]
        if not found or (not isinstance(values[0], (dict, list)) and 2 * len(found) < len(lines)):
            return []
        return found

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects among the first rows."""
        return [row for row in self.rows if isinstance(row, dict)]

    @cached_property
    def is_document(self) -> bool:
        """Whether the file is one JSON value over several lines (or a single line)."""
        start = self.text.lstrip()[:1]
        if start not in ("{", "["):
            return False
        lines = [line for line in self.text.split("\n") if line.strip()]
        return len(lines) == 1 or not self.rows

    def has(self, *keys: str) -> bool:
        """Whether all keys occur as JSON keys in the beginning."""
        return all(re.search(rf'"{re.escape(key)}"\s*:', self.text) for key in keys)

    @cached_property
    def document(self) -> Any:
        """The whole file as one JSON value. Raise `InputError` where it is not, or is too large."""
        with self.open() as file:
            data = file.read(LARGEST_DOCUMENT + 1)
        if len(data) > LARGEST_DOCUMENT:
            raise InputError(
                f"{self.shown}: a JSON document of more than {LARGEST_DOCUMENT >> 20} MB",
                hint="split it, or export JSON lines",
            )
        return decode(data, self.shown)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield (line number, line) for every line that is not blank."""
        number = 0
        with self.open() as file:
            while line := file.readline(LARGEST_LINE):
                number += 1
                if len(line) == LARGEST_LINE:
                    raise InputError(
                        f"{self.shown}:{number}: a line of more than {LARGEST_LINE >> 20} MB"
                    )
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if not line.isspace():
                    yield number, line

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yield (number of its first line, block) of about a megabyte, cut at line ends."""
        number, held = 1, b""
        with self.open() as file:
            while chunk := file.read(_BLOCK):
                end = chunk.rfind(b"\n") + 1
                if not end:
                    held += chunk
                    if len(held) > LARGEST_LINE:
                        raise InputError(
                            f"{self.shown}:{number}: a line of more than {LARGEST_LINE >> 20} MB"
                        )
                    continue
                block = held + chunk[:end] if held else chunk[:end]
                yield number, block
                number += block.count(b"\n")
                held = chunk[end:]
        if held:
            yield number, held


def _value(line: str) -> Any:
    """Return the JSON value of a line, or None where it is none."""
    try:
        return msgspec.json.decode(line.strip())
    except (msgspec.DecodeError, RecursionError):
        return None


def decode(data: bytes, shown: str, line: int | None = None) -> Any:
    """Decode JSON, giving broken text a second chance.

    A stray mark, invalid UTF-8 in a text, lone surrogates and control characters are mended. Raise
    `InputError` naming file and line where it still is not JSON.
    """
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise InputError(f"{_place(shown, line)}: nested too deeply") from None
    except msgspec.DecodeError as first:
        try:
            return mended(data)
        except RecursionError:
            raise InputError(f"{_place(shown, line)}: nested too deeply") from None
        except ValueError:
            raise InputError(f"{_place(shown, line)}: not JSON: {first}") from first


def mended(data: bytes) -> Any:
    """Decode JSON as leniently as can be. Raise `ValueError` where it is none."""
    import json

    text = data.decode("utf-8-sig", "replace")
    return json.loads(text, strict=False)


def open_inputs(source: Source) -> Iterator[Input]:
    """Yield the log files of a source: itself, decompressed, or the members of an archive."""
    with source.open() as file:
        head = file.read(8)
    plain = _decompressed(source, head)
    if plain is not None:
        yield Input(source.shown, plain, source.size)
        return
    if head.startswith(_ZIP):
        yield from _members(source)
        return
    yield Input(source.shown, source.open, source.size)


def _decompressed(source: Source, head: bytes) -> Callable[[], BinaryIO] | None:
    if head.startswith(b"\x1f\x8b"):
        import gzip

        return lambda: cast("BinaryIO", gzip.open(source.open(), "rb"))
    if head.startswith(b"BZh"):
        import bz2

        return lambda: cast("BinaryIO", bz2.open(source.open(), "rb"))
    if head.startswith(b"\xfd7zXZ\x00"):
        import lzma

        return lambda: cast("BinaryIO", lzma.open(source.open(), "rb"))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return lambda: _zstd(source)
    return None


def _zstd(source: Source) -> BinaryIO:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]

        opened: BinaryIO = zstd.open(source.open(), "rb")
    except ImportError:
        try:
            import zstandard
        except ImportError:
            raise InputError(
                f"{source.shown}: zstd needs Python 3.14, or: pip install zstandard"
            ) from None
        reader = zstandard.ZstdDecompressor().stream_reader(source.open(), read_across_frames=True)
        return cast("BinaryIO", io.BufferedReader(reader))
    return opened


def _members(source: Source) -> Iterator[Input]:
    import zipfile

    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
    except zipfile.BadZipFile as error:
        raise InputError(f"{source.shown}: not a whole zip archive: {error}") from error
    if {"header.json", "_journal/start.json"} & {info.filename for info in names}:
        yield Input(source.shown, source.open, source.size)  # a log format of its own
        return
    for info in names:
        yield Input(f"{source.shown}!{info.filename}", _member(source, info.filename), None)


def _member(source: Source, name: str) -> Callable[[], BinaryIO]:
    def open_() -> BinaryIO:
        import zipfile

        with source.open() as file, zipfile.ZipFile(file) as archive:
            return io.BytesIO(archive.read(name))

    return open_


def _place(shown: str, line: int | None) -> str:
    return shown if line is None else f"{shown}:{line}"
