"""Members of a hostile archive: a path that stays inside, a size that a price list can have."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Final, NamedTuple

from tokencost_pricing.errors import InputError

LARGEST_MEMBER: Final = 64_000_000
LARGEST_FILE: Final = 200_000_000
_LARGEST_TOTAL: Final = 500_000_000
_MOST_MEMBERS: Final = 20_000
_HIGHEST_RATIO: Final = 200  # price lists pack 10 to 30 times
_ALWAYS_SMALL: Final = 1_000_000
_LINK: Final = 0xA  # the kind of a file in its Unix mode
# What a tar archive keeps in memory: the rest of it is passed over.
_DATA: Final = (".json", ".gz", ".yaml", ".yml", ".py", "/PKG-INFO")
_OUTSIDE: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\x00")


class Member(NamedTuple):
    """One file of an archive: its day as the archive states it, and how to read it."""

    day: str
    read: Callable[[], bytes]


def unpack(path: Path) -> dict[str, Member]:
    """Return the members of an archive by path, or a plain file as the only one.

    Nothing is written. Raise `InputError` for an archive that is hostile or broken.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise InputError(f"{size:,} bytes: more than a price list needs", file=path)
    try:
        if path.suffix in (".whl", ".zip"):
            return _unzip(path)
        if path.name.endswith((".tgz", ".tar.gz")):
            return _untar(path)
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
        NotImplementedError,
    ) as error:
        raise InputError(f"not an archive: {error}", file=path) from error
    if size > LARGEST_MEMBER:
        raise InputError(f"{size:,} bytes: more than a price list needs", file=path)
    return {path.name: Member("", path.read_bytes)}


def _unzip(path: Path) -> dict[str, Member]:
    members: dict[str, Member] = {}
    total = 0
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    for info in infos:
        total += info.file_size
        _check(path, info.filename, members, total)
        if (info.external_attr >> 28) == _LINK:
            raise InputError(f"refused: '{info.filename}' is a link", file=path)
        if not info.is_dir():
            day = "{:04}-{:02}-{:02}".format(*info.date_time[:3])
            members[info.filename] = Member(day, partial(_read_zipped, path, info))
    return members


def _read_zipped(path: Path, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > max(info.compress_size * _HIGHEST_RATIO, _ALWAYS_SMALL):
        raise InputError(f"refused: '{info.filename}' is packed too tightly", file=path)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(info) as file:
            return _limited(path, info.filename, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise InputError(f"cannot unpack '{info.filename}': {error}", file=path) from error


def _untar(path: Path) -> dict[str, Member]:
    members: dict[str, Member] = {}
    total = in_memory = 0
    with _Metered(path) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        for info in tar:
            total += info.size
            _check(path, info.name, members, total)
            if not (info.isfile() or info.isdir()):
                raise InputError(f"refused: '{info.name}' is a link or a device", file=path)
            file = tar.extractfile(info) if info.name.endswith(_DATA) else None
            if file is not None:
                data = _limited(path, info.name, file)
                in_memory += len(data)
                if in_memory > LARGEST_FILE:
                    raise _too_large(path)
                members[info.name] = Member("", io.BytesIO(data).getvalue)
    return members


class _Metered(gzip.GzipFile):
    """A packed stream that refuses to give more than an archive of prices can hold."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self._path = path
        self._total = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self._total += len(data)
        if self._total > _LARGEST_TOTAL:
            raise _too_large(self._path)
        return data


def _limited(path: Path, name: str, file: IO[bytes]) -> bytes:
    data = file.read(LARGEST_MEMBER + 1)
    if len(data) > LARGEST_MEMBER:
        raise InputError(f"refused: '{name}' is larger than {LARGEST_MEMBER:,} bytes", file=path)
    return data


def _check(path: Path, name: str, members: dict[str, Member], total: int) -> None:
    if _OUTSIDE.search(name):
        raise InputError(f"refused: the path {name!r} leaves the archive", file=path)
    if name in members:
        raise InputError(f"refused: '{name}' is there twice", file=path)
    if len(members) >= _MOST_MEMBERS:
        raise InputError(f"refused: more than {_MOST_MEMBERS:,} files", file=path)
    if total > _LARGEST_TOTAL:
        raise _too_large(path)


def _too_large(path: Path) -> InputError:
    return InputError("refused: unpacks to more than a price list needs", file=path)
