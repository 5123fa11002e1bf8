"""Inspect logs that are zip archives: a header, and a member (or several) for each sample."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import LARGEST_DOCUMENT, decode
from tokencost_profiles.files.row_log import Log

_ZSTD: Final = 93
_LOCAL_HEADER: Final = 30  # bytes before the name of a member
_SAMPLE: Final = re.compile(r"samples/[^/]+\.json")
_SHELL: Final = re.compile(r"samples/(.+)/sample\.json")
_CHUNK: Final = re.compile(r"samples/(.+)/events/(\d+)\.json")
_HEADERS: Final = ("header.json", "_journal/start.json")  # the latter of a run that was cut


class Archive:
    """A zip log, read one sample at a time."""

    def __init__(self, label: str, file: BinaryIO, log: Log) -> None:
        self._label, self._file, self._log = label, file, log
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise InputError(f"not a complete zip archive: {error}", file=label) from error
        self._members = self._zip.infolist()

    def header(self) -> Mapping[str, Any]:
        """Return the header of the run."""
        for name in _HEADERS:
            for number, info in enumerate(self._members, 1):
                if info.filename == name:
                    header = self._json(number, info)
                    if isinstance(header, dict):
                        return header
        return {}

    def samples(self) -> Iterator[tuple[int, Any]]:
        """Yield (number of the member, sample)."""
        chunks: dict[str, list[tuple[int, int, zipfile.ZipInfo]]] = {}
        for number, info in enumerate(self._members, 1):
            if match := _CHUNK.fullmatch(info.filename):
                chunks.setdefault(match[1], []).append((int(match[2]), number, info))
        for number, info in enumerate(self._members, 1):
            if _SAMPLE.fullmatch(info.filename):
                yield number, self._json(number, info)
            elif match := _SHELL.fullmatch(info.filename):
                shell = self._json(number, info)
                if isinstance(shell, dict):
                    parts = sorted(chunks.get(match[1], []), key=lambda chunk: chunk[:2])
                    yield number, {**shell, "events": list(self._events(parts))}

    def _events(self, parts: list[tuple[int, int, zipfile.ZipInfo]]) -> Iterator[Any]:
        """Yield the events of a sample that is spread over members."""
        for _, number, info in parts:
            events = self._json(number, info)
            yield from events if isinstance(events, list) else ()

    def _json(self, number: int, info: zipfile.ZipInfo) -> Any:
        """Return a member, or None with a note in the log where it is damaged."""
        if info.file_size > LARGEST_DOCUMENT:
            self._log.skip(number, f"a sample of more than {LARGEST_DOCUMENT >> 20} MB")
            return None
        try:
            data = self._bytes(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            self._log.skip(number, "a damaged member of the archive")
            return None
        try:
            return decode(data, self._label)
        except InputError:
            self._log.skip(number, "a member that is not JSON")
            return None

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        try:
            return self._zip.read(info)
        except NotImplementedError:
            if info.compress_type == _ZSTD:
                return self._zstd(info)
            raise InputError(
                f"packed by method {info.compress_type}; deflate and zstd are read",
                file=self._label,
            ) from None
        except RuntimeError:
            raise InputError("is encrypted", file=self._label) from None

    def _zstd(self, info: zipfile.ZipInfo) -> bytes:
        """Unpack a member that Python before 3.14 does not know how to."""
        try:
            import zstandard
        except ImportError:
            raise InputError(
                "packed with zstd: needs Python 3.14, or: pip install zstandard", file=self._label
            ) from None
        self._file.seek(info.header_offset)
        head = self._file.read(_LOCAL_HEADER)
        named = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        self._file.seek(info.header_offset + _LOCAL_HEADER + named)
        packed = self._file.read(info.compress_size)
        try:
            # The frame may not state its size, which the one-step call needs.
            data: bytes = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error
        return data
