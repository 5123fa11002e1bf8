"""Byte-pair encodings whose vocabulary is inside the install: which engine counts what.

Small inputs go to the mapped index (no load, 1 to 5 MB/s), large ones to a native library (0.2 s of
load, 20 MB/s and more). The choice is by size and script and never changes a count.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tokencost_profiles.tokens.encoders.bpe import IndexEngine, TooLong
from tokencost_profiles.tokens.encoders.cut import blocks
from tokencost_profiles.tokens.encoders.split import Unassigned
from tokencost_profiles.tokens.encoders.tokenizer import Engine
from tokencost_profiles.tokens.encoders.vocabulary import open_index, tokens_of


class Encoding(NamedTuple):
    """One encoding: its vocabulary (or the front part of one) and how text is cut for it."""

    name: str
    vocabulary: str
    pattern: str  # as published, for the native engines
    split: str  # the same over stand-ins, for the index
    limit: int | None = None  # ranks that count, where it is the front part of a vocabulary
    splintr: str | None = None  # its name in splintr-rs, if bundled there
    plain_pattern: str | None = None  # the pattern with no possessive quantifiers, if it has any
    nfc: bool = False  # characters are composed first


# The index costs about 0.35 us a byte of ASCII, several us a character of other scripts; a native
# engine costs 0.25 s before its first answer and next to nothing after.
_NATIVE_LOAD: Final = 0.25
_ASCII_BYTE: Final = 0.35e-6
_OTHER_BYTE: Final = 3e-6
_MERGED_BYTES: Final = 60_000
_LONG_S: Final = "\u017f"


class Indexed:
    """Counts one encoding with whichever engine is cheapest for the text at hand."""

    def __init__(self, encoding: Encoding, cache: Path | None) -> None:
        self._encoding = encoding
        self._spent = 0.0  # seconds the index has used so far, by estimate
        self._native: Engine | None = None
        ranks = open_index(encoding.vocabulary, cache)
        self._index = IndexEngine(ranks, encoding.split, limit=encoding.limit) if ranks else None

    def expect(self, size: int) -> None:
        """Take how many characters will come: for many the index is not worth its time."""
        if size * _ASCII_BYTE >= _NATIVE_LOAD:
            self._spent = _NATIVE_LOAD

    def count(self, text: str) -> int:
        """Return how many tokens `text` has."""
        if self._encoding.nfc and not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if self._index is not None and self._native is None:
            self._spent += _cost(text)
            if self._spent < _NATIVE_LOAD:
                try:
                    return self._index.count(text, most_merged=_MERGED_BYTES)
                except (TooLong, Unassigned):
                    pass
        if self._native is None:
            self._native = native_engine(self._encoding)
        if _LONG_S not in text:
            return self._native.count(text)
        return sum(map(self._careful, blocks(text)))

    def count_many(self, texts: Sequence[str]) -> int:
        """Return the tokens of several texts, by all cores where the native engine is at work."""
        count_many = getattr(self._native, "count_many", None)
        if count_many is None or self._encoding.nfc or any(_LONG_S in text for text in texts):
            return sum(map(self.count, texts))
        tokens: int = count_many(texts)
        return tokens

    def _careful(self, block: str) -> int:
        """Count a block that may hold the long s, which splintr takes differently after `'`."""
        if _LONG_S in block and self._index is not None:
            try:
                return self._index.count(block)
            except Unassigned:
                pass
        assert self._native is not None
        return self._native.count(block)


def indexed_engine(encoding: Encoding) -> Callable[[Path | None], Engine]:
    """Return the maker of an engine for an encoding."""
    return lambda cache: Indexed(encoding, cache)


def native_engine(encoding: Encoding) -> Engine:
    """Return the fastest compiled engine of an encoding."""
    from tokencost_profiles.tokens.encoders.native import Splintr

    if encoding.splintr is not None:
        return Splintr.from_bundle(encoding.splintr)
    return Splintr.of_ranks(ranks_of(encoding), encoding.plain_pattern or encoding.pattern)


def ranks_of(encoding: Encoding) -> Iterator[tuple[bytes, int]]:
    """Yield the tokens of an encoding with their ranks, up to its limit."""
    limit = encoding.limit or 1 << 31
    for rank, token in tokens_of(encoding.vocabulary).items():
        if rank < limit:
            yield token, rank


def _cost(text: str) -> float:
    """Estimate the seconds that the index needs for a text."""
    seconds = len(text) * _ASCII_BYTE
    if not text.isascii():
        seconds += (len(text.encode()) - len(text)) * _OTHER_BYTE
    return seconds
