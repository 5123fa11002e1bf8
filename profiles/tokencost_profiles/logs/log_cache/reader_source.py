"""The state of the source code that decides what is read of a log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec
import stringzilla

from tokencost_pricing import _version

# What reads, counts texts where a log does not report what they are, settles and prices.
_ROOMS: Final = ("calls", "costs", "files", "logs", "providers", "tokens")
_HASH_BYTES: Final = 16


@cache
def source_hash() -> str | None:
    """Return a hash of the source of all readers and of what they use; None where there is none.

    As Python does for what it has compiled, this compares sizes and times of the source files:
    what an edit or an upgrade changes. Looking into them would take three times as long.
    """
    profiles, pricing = Path(__file__).parents[2], Path(_version.__file__).parent
    digest = blake2b(digest_size=_HASH_BYTES)
    for version in (_version.__version__, msgspec.__version__, stringzilla.__version__):
        digest.update(f"{version}\n".encode())
    try:
        for folder in (*(profiles / room for room in _ROOMS), pricing):
            for line in sorted(_states(os.fspath(folder))):
                digest.update(line.encode("utf-8", "surrogateescape"))
    except OSError:  # packed into an archive
        return None
    return digest.hexdigest()


def _states(folder: str) -> Iterator[str]:
    """Yield name, size and time of every source file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}\n"
            elif entry.name != "__pycache__" and entry.is_dir():
                yield from _states(entry.path)
