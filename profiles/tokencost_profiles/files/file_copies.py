"""Files that are the very same, byte for byte, under several names.

Sizes are compared first, then heads and tails; contents are read only where those are equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import BinaryIO, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.fingerprints import ends
from tokencost_profiles.files.log_file import SQLITE
from tokencost_profiles.files.paths import Source

_BLOCK: Final = 1 << 20


def drop_copies(sources: Iterable[Source]) -> list[Source]:
    """Return sources, each content once, in the order of the arguments.

    One that was asked for by name stands for its copies, else the first by name; it knows theirs.
    Empty files are no copies of each other. A source that cannot be read is left as it is.
    """
    candidates = list(sources)
    copies: dict[int, tuple[str, ...]] = {}  # by place of the one that stands for them
    dropped: set[int] = set()
    for group in _equal_groups(candidates):
        first, *others = sorted(
            group, key=lambda at: (not candidates[at].named, candidates[at].label)
        )
        copies[first] = tuple(candidates[at].label for at in others)
        dropped.update(others)
    return [
        source._replace(copies=copies.get(at, ()))
        for at, source in enumerate(candidates)
        if at not in dropped
    ]


def _equal_groups(sources: Sequence[Source]) -> list[list[int]]:
    """Return the places of sources with one content, each group of two or more."""
    groups = [[at for at, source in enumerate(sources) if source.size]]
    for of in (_size, ends, _content):
        groups = [part for group in groups for part in _split_by(sources, group, of)]
    return groups


def _split_by(
    sources: Sequence[Source], group: list[int], of: Callable[[Source], object]
) -> list[list[int]]:
    """Return the parts of a group that are alike in something, and of two or more."""
    parts: dict[object, list[int]] = defaultdict(list)
    for at in group:
        try:
            parts[of(sources[at])].append(at)
        except (OSError, InputError):
            continue
    return [part for part in parts.values() if len(part) > 1]


def _size(source: Source) -> int:
    return source.size


def _content(source: Source) -> tuple[bytes, ...]:
    """Return what stands in a source, and in the log beside it where it is a database."""
    digests = [_digest(source.open)]
    with source.open() as file:
        is_database = file.read(len(SQLITE)) == SQLITE
    log = source.path and source.path.with_name(f"{source.path.name}-wal")
    if is_database and log and log.is_file():
        digests.append(_digest(lambda: log.open("rb")))
    return tuple(digests)


def _digest(open_: Callable[[], BinaryIO]) -> bytes:
    digest = blake2b(digest_size=16)
    with open_() as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.digest()
