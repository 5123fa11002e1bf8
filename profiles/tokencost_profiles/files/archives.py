"""Log files out of what they are packed in: gz, bz2, xz, zstd, zip, tar; other encodings."""

from __future__ import annotations

import codecs
import io
import posixpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import PROBED, ZIP, Input
from tokencost_profiles.files.paths import Source, encoding_of
from tokencost_profiles.files.tar_members import HEAD, is_tar, tar_members

_BLOCK: Final = 1 << 20
_DEEPEST: Final = 3  # archives in archives
_GZ, _BZ2, _XZ, _ZST = _PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


def open_inputs(source: Source) -> Iterator[Input]:
    """Yield the log files of a source: itself, decompressed, or the members of an archive.

    Members that are packed themselves, and archives in archives, are unpacked, too.
    """
    return _unpacked(source, 0)


def _unpacked(source: Source, depth: int) -> Iterator[Input]:
    """Yield the log files of a source that lies in archives, one in the other.

    A damaged archive among them costs no other: its error is raised when all were read.
    """
    failure: InputError | None = None
    for member in _inputs(source):
        if not member.is_member or not _is_packed(member):
            yield member
        elif depth == _DEEPEST:
            failure = InputError("too many archives in archives", file=member.label)
        else:
            packed = Source(member.label, member.open, member.size or 0)
            try:
                for one in _unpacked(packed, depth + 1):
                    near = None if one.is_member else member.beside
                    yield Input(one.label, one.open, one.size, near=near) if near else one
            except InputError as error:
                failure = error
            except damage_errors() as error:
                failure = InputError(f"cannot be unpacked: {error}", file=member.label)
    if failure is not None:
        raise failure


def _is_packed(member: Input) -> bool:
    """Whether a file of an archive is packed, or of another encoding; damaged ones are not."""
    try:
        head = member.head[:HEAD]
    except damage_errors():
        return False
    is_archive = head.startswith((*_PACKED, ZIP)) or is_tar(head)
    return is_archive or encoding_of(head) not in (None, "utf-8", "utf-8-sig")


def _inputs(source: Source) -> Iterator[Input]:
    with source.open() as file:
        beginning = file.read(HEAD if source.path is None else PROBED)
    head = beginning[:HEAD]
    plain = _decompressor(source, head) or _recoder(source, head)
    if is_tar(head if plain is None else _head(plain)):
        yield from tar_members(source.label, plain or source.open, damage_errors())
    elif plain is not None:
        yield Input(source.label, plain, source.size)
    elif head.startswith(ZIP):
        with _near_zip(source) as near:
            yield from _members(near)
    elif source.path is None:
        yield _as_it_is(source)
    else:
        yield _on_disk(source, beginning)


def _as_it_is(source: Source) -> Input:
    return Input(source.label, source.open, source.size, source.path, stored=source.stored)


def _on_disk(source: Source, beginning: bytes) -> Input:
    """Return a file whose beginning is read. One that is short is not opened again."""
    is_all = len(beginning) < PROBED
    open_ = partial(io.BytesIO, beginning) if is_all else source.open
    return Input(source.label, open_, source.size, source.path, beginning=beginning)


@contextmanager
def _near_zip(source: Source) -> Iterator[Source]:
    """Give a zip archive that is an object of a store as a copy, as each member is looked up."""
    if source.stored is None:
        yield source
        return
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="tokencost-") as folder:
        copy = Path(folder, "archive")
        with source.open() as file, copy.open("wb") as target:
            shutil.copyfileobj(file, target, _BLOCK)
        yield source._replace(open=lambda: copy.open("rb"), stored=None)


def _head(open_: Callable[[], BinaryIO]) -> bytes:
    """Return how a packed file begins; nothing where it is damaged, which reading it will state."""
    try:
        with open_() as file:
            return file.read(HEAD)
    except damage_errors():
        return b""


def damage_errors() -> tuple[type[BaseException], ...]:
    """Return the errors that damaged files of these kinds raise while they are read."""
    import lzma
    import zipfile
    import zlib

    errors: list[type[BaseException]] = [
        OSError,
        EOFError,
        UnicodeError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        RuntimeError,  # zip: encrypted, or packed in a way that is not built in
    ]
    return (*errors, *_zstd_errors())


def _decompressor(source: Source, head: bytes) -> Callable[[], BinaryIO] | None:
    if head.startswith(_GZ):
        import gzip

        return lambda: _owning_reader(lambda file: gzip.GzipFile(fileobj=file), source)
    if head.startswith(_BZ2):
        import bz2

        return lambda: _owning_reader(bz2.BZ2File, source)
    if head.startswith(_XZ):
        import lzma

        return lambda: _owning_reader(lzma.LZMAFile, source)
    if head.startswith(_ZST):
        return lambda: _zstd(source)
    return None


class _OwningReader(io.BufferedReader):
    """Reads what is unpacked, and closes what it is unpacked from."""

    def __init__(self, unpacked: Any, packed: BinaryIO) -> None:
        super().__init__(unpacked, _BLOCK)
        self._packed = packed

    def close(self) -> None:
        """Close both."""
        try:
            super().close()
        finally:
            self._packed.close()


def _owning_reader(unpack: Callable[[BinaryIO], Any], source: Source) -> BinaryIO:
    packed = source.open()
    return cast("BinaryIO", _OwningReader(unpack(packed), packed))


def _recoder(source: Source, head: bytes) -> Callable[[], BinaryIO] | None:
    """Open a file of another encoding, as its byte-order mark shows, as UTF-8."""
    encoding = encoding_of(head)
    if encoding in (None, "utf-8", "utf-8-sig"):
        return None

    def open_() -> BinaryIO:
        import tempfile

        # Whoever opens it closes it.
        recoded = cast("BinaryIO", tempfile.TemporaryFile(prefix="tokencost-"))  # noqa: SIM115
        with source.open() as file:
            for text in codecs.iterdecode(iter(lambda: file.read(_BLOCK), b""), str(encoding)):
                recoded.write(text.encode("utf-8", "surrogatepass"))
        recoded.seek(0)
        return recoded

    return open_


def _zstd(source: Source) -> BinaryIO:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]

        return _owning_reader(zstd.ZstdFile, source)
    except ImportError:
        pass
    try:
        import zstandard
    except ImportError:
        raise InputError(
            "zstd needs Python 3.14, or: pip install zstandard", file=source.label
        ) from None
    unpacker = zstandard.ZstdDecompressor()
    return _owning_reader(
        lambda file: unpacker.stream_reader(file, read_across_frames=True), source
    )


def _zstd_errors() -> Iterator[type[BaseException]]:
    import sys

    for name, error in (("zstandard", "ZstdError"), ("compression.zstd", "ZstdError")):
        if name in sys.modules:
            yield getattr(sys.modules[name], error)


def _members(source: Source) -> Iterator[Input]:
    import zipfile

    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
    except zipfile.BadZipFile as error:
        raise InputError(f"not a complete zip archive: {error}", file=source.label) from error
    if {"header.json", "_journal/start.json"} & {info.filename for info in names}:
        yield _as_it_is(source)  # a format that is an archive
        return
    members = {info.filename: info.file_size for info in names}

    def open_member(name: str) -> Input:
        def near(other: str) -> Input | None:
            place = posixpath.normpath(posixpath.join(posixpath.dirname(name), other))
            return open_member(place) if place in members else None

        return Input(f"{source.label}!{name}", _member(source, name), members[name], near=near)

    for name in members:
        yield open_member(name)


def _member(source: Source, name: str) -> Callable[[], BinaryIO]:
    def open_() -> BinaryIO:
        import zipfile

        with source.open() as file, zipfile.ZipFile(file) as archive:
            try:
                return io.BytesIO(archive.read(name))
            except ValueError as error:  # a place in the file that is none
                raise zipfile.BadZipFile(str(error)) from error

    return open_
