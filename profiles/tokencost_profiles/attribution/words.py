"""Which distinctive words a text has, to tell whether an answer quotes or names a tool's result.

Words are held as hashes: what was read is not kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

Words = frozenset[int]

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]{6,}")
_HEAD: Final = 6_000  # characters of a text that are looked at
_RARE: Final = 2  # results of a thread that a word stands in, so that it tells which is meant
_LEAST_SHARED: Final = 2  # rare words that an answer has in common with a result


def words_of(text: str) -> Words:
    """Return the hashes of the distinctive words at the head of a text: names, paths, long words.

    The head is enough to know a text by, and keeps the time in proportion.
    """
    words = set(_WORD.findall(text, 0, _HEAD))
    return frozenset(hash(word.strip("./-")) for word in words)


def names_of(target: str) -> Words:
    """Return the hashes of what a file or URL is called by: its path, its last name, its stem."""
    name = target.rstrip("/").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return frozenset(map(hash, (target.strip("./-"), name, stem)))


def rare_words(results: Iterable[Words]) -> Words:
    """Return the words that stand in few of the results of a thread."""
    counts = Counter(word for words in results for word in words)
    return frozenset(word for word, count in counts.items() if count <= _RARE)


def is_used(answer: Words, result: Words, names: Words) -> bool:
    """Whether an answer names the target of a result, or has several of its rare words."""
    return bool(answer & names) or len(answer & result) >= _LEAST_SHARED


def answer_words(hashes: Iterable[bytes], words: Mapping[bytes, Words]) -> Words:
    """Return the words of the parts of an answer together."""
    return frozenset().union(*(words.get(one, frozenset()) for one in hashes))
