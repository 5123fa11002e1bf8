"""What distinguishes two states of a file, reading little of it: size, head and tail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source

END_BYTES: Final = 1 << 12  # at either end
_UNREADABLE: Final = "unreadable"


def ends(source: Source) -> tuple[bytes, bytes]:
    """Return the first and the last bytes of a source. Raise `OSError` or `InputError`."""
    with source.open() as file:
        head = file.read(END_BYTES)
        if source.size <= len(head):
            return head, head
        file.seek(max(0, source.size - END_BYTES))
        return head, file.read(END_BYTES)


def ends_sha256(source: Source) -> str:
    """Return the hash of the head and the tail of a source; `unreadable` for what cannot be read.

    At most 8 KB are read, whatever the size; of an object whose store states a digest, nothing.
    """
    from hashlib import sha256  # loads a library of ciphers: only a document states hashes

    if source.stored is not None and source.stored.md5:
        return sha256(source.stored.md5.encode()).hexdigest()
    try:
        head, tail = ends(source)
    except (OSError, InputError):
        return _UNREADABLE
    return sha256(head + b"\0" + tail).hexdigest()


def inputs_sha256(fingerprints: Iterable[tuple[int, str]]) -> str:
    """Return one hash for files in any order, each as its size and the hash of its ends."""
    from hashlib import sha256

    lines = sorted(f"{size} {digest}" for size, digest in fingerprints)
    return sha256("\n".join(lines).encode()).hexdigest()
