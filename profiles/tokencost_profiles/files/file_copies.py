"""Files that are the very same, byte for byte, under several names.

Sizes are compared first, then heads and tails; contents are read only where those are equal. Of
objects in a store that states their MD5 none is read for this, beside one that shows whether the
store does: under some encryptions it states another number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b, md5
from typing import TYPE_CHECKING, BinaryIO, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.fingerprints import ends
from tokencost_profiles.files.log_file import SQLITE
from tokencost_profiles.files.paths import Source

if TYPE_CHECKING:
    from tokencost_profiles.files.objects import StoredObject

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
    groups = _split_by(sources, [at for at, source in enumerate(sources) if source.size], _size)
    stated, unstated = _with_digests(sources, groups)
    groups = [part for group in stated for part in _split_by(sources, group, _stated)]
    for of in (ends, _content):
        unstated = [part for group in unstated for part in _split_by(sources, group, of)]
    return groups + unstated


def _with_digests(
    sources: Sequence[Source], groups: Iterable[list[int]]
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the groups whose stores state digests of contents, and the others."""
    stated: list[list[int]] = []
    unstated: list[list[int]] = []
    is_digest: dict[str, bool] = {}  # by the URL that named objects
    for group in groups:
        objects = [stored for at in group if (stored := sources[at].stored) and stored.md5]
        for stored in objects:
            if stored.store not in is_digest:
                is_digest[stored.store] = _has_md5(stored)
        all_stated = len(objects) == len(group) and all(is_digest[one.store] for one in objects)
        (stated if all_stated else unstated).append(group)
    return stated, unstated


def _has_md5(stored: StoredObject) -> bool:
    """Whether the number that a store states for an object is the MD5 of its content."""
    digest = md5(usedforsecurity=False)
    try:
        with stored.open() as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except InputError:
        return False
    return digest.hexdigest() == stored.md5


def _stated(source: Source) -> str | None:
    return source.stored and source.stored.md5


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
