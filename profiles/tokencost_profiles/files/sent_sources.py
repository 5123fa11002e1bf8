"""Sources as they are sent to another machine: where their bytes are, or the bytes themselves."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.objects import StoredObject
from tokencost_profiles.files.paths import Source, from_bytes, from_file, from_object


class SentSource(NamedTuple):
    """A source that can be pickled. It is an object, a file, or bytes."""

    label: str
    size: int
    named: bool
    copies: tuple[str, ...]
    stored: StoredObject | None = None
    path: Path | None = None  # complete: the other machine has other working folders
    data: bytes = b""

    @classmethod
    def of(cls, source: Source) -> SentSource:
        """Return a source to send. What only this process can read, such as a pipe, is read."""
        sent = cls(source.label, source.size, source.named, source.copies)
        if source.stored is not None:
            return sent._replace(stored=source.stored)
        if source.path is not None and _is_regular(source.path):
            return sent._replace(path=source.path.absolute())
        with source.open() as file:
            return sent._replace(data=file.read())

    def source(self) -> Source:
        """Return what is read on this machine. Its file may be missing here: reading states it."""
        if self.stored is not None:
            source = from_object(self.stored)
        elif self.path is not None:
            source = self._of_file(self.path)
        else:
            source = from_bytes(self.data, self.label)
        return source._replace(named=self.named, copies=self.copies)

    def _of_file(self, path: Path) -> Source:
        try:
            return from_file(path, self.label)._replace(size=self.size)
        except InputError as error:
            return Source(self.label, _Raising(error), self.size, path=path)


class _Raising:
    """Opens nothing."""

    def __init__(self, error: InputError) -> None:
        self._error = error

    def __call__(self) -> io.BytesIO:
        raise self._error


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True  # whoever reads it states that it is gone
