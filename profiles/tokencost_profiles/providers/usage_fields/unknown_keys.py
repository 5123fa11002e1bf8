"""Counts of a usage object that nobody reads: named, so that what may be billed is never silent.

Each usage format lists the keys that it reads and those that bill nothing (sums, repeats). A key
that is not listed, names something that providers bill and counts at least one is reported with its
path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.call import ABSURD_COUNT


class Keys(NamedTuple):
    """The keys that a usage format reads, and those that bill nothing.

    By the path of the object that they stand in: "" is the usage object itself, items of a list
    have the path of the list. A known key whose path is not listed is not looked into.
    """

    at: Mapping[str, frozenset[str]]
    containers: frozenset[str]


_NONE: Final[frozenset[str]] = frozenset()
# Beginnings of words: what providers bill, and what is no count of something bought (money, speed,
# limits, lengths of time, names).
_BILLED: Final = (
    "token", "cach", "audio", "image", "video", "search", "tool", "character", "page", "quer",
    "ground", "pixel", "citation", "context", "usage",
)  # fmt: skip
_NO_COUNT: Final = frozenset({
    "cost", "costs", "price", "prices", "pricing", "spend", "usd", "per", "rate", "rates", "limit",
    "limits", "max", "maximum", "min", "minimum", "budget", "remaining", "window", "threshold",
    "ttl", "ms", "ns", "time", "timeout", "latency", "duration", "percent", "percentage", "ratio",
    "share", "version", "id", "ids", "at", "index", "hash",
})  # fmt: skip
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MOST: Final = 20  # of one object
_LONGEST: Final = 80
_DEEPEST: Final = 6


def keys(usage: str, **inside: str) -> Keys:
    """Return the keys of a usage object, and of the objects in it, from names between spaces.

    A path is written with two underscores where it has a dot: `details__cached_details`.
    """
    at = {path.replace("__", "."): frozenset(names.split()) for path, names in inside.items()}
    return Keys({"": frozenset(usage.split()), **at}, frozenset(at))


def is_limit(key: str) -> bool:
    """Whether a key names money, a limit, a length of time: no count of something bought."""
    return not _NO_COUNT.isdisjoint(_words(key))


def _words(key: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(key)]


def unknown_counts(usage: Mapping[str, Any], known: Keys, name: str = "") -> dict[str, int] | None:
    """Return the counts under keys that are not known, by path; None where there are none.

    `name`: what the log calls the object; where that says that tokens are counted in it, every
    key is doubtful.
    """
    counts: dict[str, int] = {}
    for path, count in _unknown(usage, known, "", name):
        counts[path] = counts.get(path, 0) + count
        if len(counts) == _MOST:
            break
    return counts or None


def _unknown(
    value: Mapping[str, Any], known: Keys, path: str, outer: str
) -> Iterator[tuple[str, int]]:
    for name in _doubtful_names(
        known.at.get(path, _NONE), path, outer, known.containers, tuple(value)
    ):
        held = value[name]
        if type(held) is int or isinstance(held, (float, str)):
            # A known name may be that of a count or of an object with counts.
            count = 0 if name in known.at.get(path, _NONE) else _count(held)
            if count:
                yield ".".join(filter(None, (outer, path, str(name))))[-_LONGEST:], count
        elif isinstance(held, (dict, list)) and path.count(".") < _DEEPEST:
            inside = f"{path}.{name}" if path else str(name)
            for item in held if isinstance(held, list) else (held,):
                if isinstance(item, dict):
                    yield from _unknown(item, known, inside, outer)


@lru_cache(maxsize=4096)
def _doubtful_names(
    known: frozenset[str], path: str, outer: str, containers: frozenset[str], names: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return the names of an object that must be looked at: unknown ones, and objects to enter."""
    doubtful = []
    for name in names:
        place = f"{path}.{name}" if path else str(name)
        unknown = name not in known and not is_limit(str(name))
        if place in containers or (unknown and _is_billed(f"{outer}.{place}")):
            doubtful.append(name)
    return tuple(doubtful)


def _is_billed(place: str) -> bool:
    return any(word.startswith(_BILLED) for word in _words(place))


def _count(value: Any) -> int:
    if isinstance(value, str):
        digits = value.strip()
        return int(digits) if len(digits) < 13 and digits.isascii() and digits.isdecimal() else 0
    return int(value) if 0 < value < ABSURD_COUNT and value == int(value) else 0
