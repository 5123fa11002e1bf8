"""The files of a tar archive, read one after the other: a packed one cannot be read otherwise."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import Input

HEAD: Final = 512  # bytes of the header of a member
_MAGIC: Final = slice(257, 262)


def is_tar(head: bytes) -> bool:
    """Whether a file begins with the header of a tar archive (POSIX or GNU)."""
    return head[_MAGIC] == b"ustar"


def tar_members(label: str, open_: Callable[[], BinaryIO]) -> Iterator[Input]:
    """Yield the files of a tar archive, each held in memory only while it is read.

    `open_`: opens the archive, unpacked. Raise `InputError` where it is damaged; the files before
    that were yielded.
    """
    for name, data in _files(label, open_):
        yield _input(label, open_, name, data)


def _files(
    label: str, open_: Callable[[], BinaryIO], wanted: Callable[[str], bool] = bool
) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of the files with wanted names."""
    import tarfile

    with open_() as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    file = archive.extractfile(member) if wanted(member.name) else None
                    if file is not None:
                        yield member.name, file.read()
        except tarfile.TarError as error:
            raise InputError(f"not a complete tar archive: {error}", file=label) from error


def _input(label: str, open_: Callable[[], BinaryIO], name: str, data: bytes) -> Input:
    def near(other: str) -> Input | None:
        place = posixpath.normpath(posixpath.join(posixpath.dirname(name), other))
        return _member(label, open_, place)

    return Input(f"{label}!{name}", lambda: io.BytesIO(data), len(data), near=near)


def _member(label: str, open_: Callable[[], BinaryIO], place: str) -> Input | None:
    """Return one file of the archive, which is read anew up to it."""
    for name, data in _files(label, open_, lambda name: posixpath.normpath(name) == place):
        return _input(label, open_, name, data)
    return None
