"""The files of a tar archive, read one after the other: a packed one cannot be read otherwise."""

from __future__ import annotations

import io
import posixpath
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, TYPE_CHECKING, BinaryIO, Final, Self

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import LARGEST_DOCUMENT, Input

if TYPE_CHECKING:
    import tarfile

HEAD: Final = 512  # bytes of the header of a member
_MAGIC: Final = slice(257, 262)
_BLOCK: Final = 1 << 20
_ENDS: Final = ("end of file header", "empty header")  # of a header where there is none


def is_tar(head: bytes) -> bool:
    """Whether a file begins with the header of a tar archive (POSIX or GNU)."""
    return head[_MAGIC] == b"ustar"


def tar_members(
    label: str, open_: Callable[[], BinaryIO], damage: tuple[type[BaseException], ...]
) -> Iterator[Input]:
    """Yield the files of a tar archive, each held in memory only while it is read.

    Links are left out: what they name is a file of the archive, too, or lies outside of it. `open_`
    opens the archive, unpacked; `damage`: what that raises of a damaged one. Raise `InputError`
    where it is damaged; the files before that were yielded.
    """
    near = _Near(label, open_, damage)
    with open_() as stream:
        archive = _opened(stream, label)
        for member in _files(archive, label):
            if member.issparse() and member.size > LARGEST_DOCUMENT:
                raise InputError(
                    f"a sparse file of more than {LARGEST_DOCUMENT >> 20} MB",
                    file=f"{label}!{member.name}",
                )
            yield near.input(member.name, _content(archive, member, label))


def _opened(stream: BinaryIO, label: str) -> tarfile.TarFile:
    import tarfile

    class Member(tarfile.TarInfo):
        """Takes a header that is none for damage, not for the end of the archive."""

        @classmethod
        def fromtarfile(cls, tarfile_: tarfile.TarFile) -> Self:
            try:
                return super().fromtarfile(tarfile_)
            except tarfile.HeaderError as error:
                if str(error) in _ENDS:
                    raise
                raise tarfile.ReadError(str(error)) from error

    try:
        return tarfile.open(fileobj=stream, mode="r|", tarinfo=Member)
    except tarfile.TarError as error:
        raise _damaged(error, label) from error


def _files(archive: tarfile.TarFile, label: str) -> Iterator[tarfile.TarInfo]:
    """Yield the headers of the files, which are read before the next one is asked for."""
    import tarfile

    try:
        yield from (member for member in archive if member.isreg())
    except tarfile.TarError as error:
        raise _damaged(error, label) from error


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, label: str) -> bytes:
    import tarfile

    try:
        file = archive.extractfile(member)
        return b"" if file is None else file.read()
    except tarfile.TarError as error:
        raise _damaged(error, label) from error


def _damaged(error: Exception, label: str) -> InputError:
    return InputError(f"not a complete tar archive: {error}", file=label)


class _Near:
    """The files of an archive by name, for readers that look for what lies beside a file.

    Once one is asked for, a plain copy of them lies on disk: archives of ten thousand files are
    not read anew for each.
    """

    def __init__(
        self, label: str, open_: Callable[[], BinaryIO], damage: tuple[type[BaseException], ...]
    ) -> None:
        self._label, self._open, self._damage = label, open_, damage
        self._copy: IO[bytes] | None = None
        self._places: dict[str, tuple[str, int, int]] = {}

    def input(self, name: str, data: bytes) -> Input:
        """Return a file of the archive."""

        def near(other: str) -> Input | None:
            return self._find(posixpath.normpath(posixpath.join(posixpath.dirname(name), other)))

        return Input(f"{self._label}!{name}", lambda: io.BytesIO(data), len(data), near=near)

    def _find(self, place: str) -> Input | None:
        if self._copy is None:
            self._copy = self._copied()
        if place not in self._places:
            return None
        name, start, size = self._places[place]
        self._copy.seek(start)
        return self.input(name, self._copy.read(size))

    def _copied(self) -> IO[bytes]:
        import tarfile

        copy = _temporary()
        weakref.finalize(self, copy.close)
        # Reading the archive states its damage.
        with suppress(InputError, tarfile.TarError, *self._damage), self._open() as stream:
            archive = _opened(stream, self._label)
            for member in _files(archive, self._label):
                file = None if member.issparse() else archive.extractfile(member)
                if file is not None:
                    start = copy.tell()
                    shutil.copyfileobj(file, copy, _BLOCK)
                    place = posixpath.normpath(member.name)
                    self._places[place] = member.name, start, copy.tell() - start
        return copy


def _temporary() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="tokencost-")
