"""What tells whether a file is still what it was when it was read.

A change of a file changes the time of its inode, which no program can set: where that is equal no
byte is read. Where a system has no such time, the beginning and the end are compared, too.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Final, NamedTuple

END_BYTES: Final = 1 << 12  # at either end
_HASH_BYTES: Final = 16
# A clock ticks no finer than this, in nanoseconds. A file that was changed in the tick in which it
# is looked at may be changed again, and its times would not say so.
_TICK: Final = 20_000_000
_SECOND: Final = 1_000_000_000
_COARSE_TICK: Final = 2 * _SECOND  # of file systems that store no fractions of seconds
_HAS_INODE_TIME: Final = os.name != "nt"


class Stamp(NamedTuple):
    """What the file system says of a file: all 0 where there is none."""

    device: int = 0
    inode: int = 0
    size: int = 0
    modified: int = 0  # nanoseconds
    changed: int = 0  # the time of the inode, nanoseconds

    def is_settled(self, now: int) -> bool:
        """Whether a change after `now`, in nanoseconds, would show in the times of the file."""
        last = max(self.modified, self.changed)
        return now - last > (_TICK if last % _SECOND else _COARSE_TICK)


class Ends(NamedTuple):
    """Hashes of the first bytes of a file, and of the last ones up to some place."""

    head: bytes
    tail: bytes


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a file; None where there is none that can be read again."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if not S_ISREG(status.st_mode):
        return None
    return Stamp(
        status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )


def ends_of(file: BinaryIO, size: int) -> Ends:
    """Return the hashes of the ends of the first `size` bytes of a file."""
    file.seek(0)
    head = file.read(min(size, END_BYTES))
    file.seek(max(0, size - END_BYTES))
    return Ends(_hash(head), _hash(file.read(min(size, END_BYTES))))


def is_unchanged(path: Path, known: Stamp, now: Stamp, ends: Ends) -> bool:
    """Whether a file is what it was. `known`, `ends`: then; `now`: its stamp of today."""
    if known != now:
        return False
    return _HAS_INODE_TIME or _has_ends(path, known.size, ends)


def is_appended(path: Path, known: Stamp, now: Stamp, ends: Ends) -> bool:
    """Whether a file is what it was, and more behind it."""
    is_same_file = (known.device, known.inode) == (now.device, now.inode)
    return is_same_file and known.size < now.size and _has_ends(path, known.size, ends)


def _has_ends(path: Path, size: int, ends: Ends) -> bool:
    try:
        with path.open("rb", buffering=0) as file:
            return ends_of(file, size) == ends
    except OSError:
        return False


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=_HASH_BYTES).digest()
