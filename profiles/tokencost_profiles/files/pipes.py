"""What can be read once: named pipes, as a shell writes `<(zcat log.gz)`, and devices."""

from __future__ import annotations

import os
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source, from_bytes

_IN_MEMORY: Final = 64 << 20  # bytes; more of them go into a temporary file
_BLOCK: Final = 1 << 20


class _Spool:
    """A temporary file that is removed when nothing refers to it any longer."""

    def __init__(self) -> None:
        self.handle, name = tempfile.mkstemp(prefix="tokencost-")
        self._path = Path(name)
        weakref.finalize(self, self._path.unlink, missing_ok=True)

    def open(self) -> BinaryIO:
        """Open it for reading."""
        return self._path.open("rb")


def from_pipe(path: Path, label: str) -> Source:
    """Return the source of what a pipe gives, read to its end. Raise `InputError` where it fails.

    The temporary file of a large one is there for as long as its source.
    """
    try:
        with path.open("rb") as pipe:
            head = pipe.read(_IN_MEMORY)
            if len(head) < _IN_MEMORY:
                return from_bytes(head, label)
            spool = _Spool()
            with os.fdopen(spool.handle, "wb") as file:
                size = file.write(head)
                while block := pipe.read(_BLOCK):
                    size += file.write(block)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=label) from error
    return Source(label, spool.open, size)
