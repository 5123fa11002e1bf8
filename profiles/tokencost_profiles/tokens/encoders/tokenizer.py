"""What every tokenizer family answers, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from tokencost_profiles.calls.token_count import Count
from tokencost_profiles.tokens.encoders.cut import rejoin_blocks

_AT_ONCE: Final = 8  # blocks of a text that several cores share
_MOST: Final = 8 << 20  # characters that one generation of known texts holds


class Engine(Protocol):
    """Counts the tokens of text."""

    def count(self, text: str) -> int:
        """Return how many tokens `text` has. Special-token text counts as plain text."""


class Family(NamedTuple):
    """One tokenizer family. `make` builds its engine, which may store files in the folder."""

    name: str
    models: str  # which models count so, for people
    method: str
    vocabulary: str  # where its data comes from
    licence: str
    make: Callable[[Path | None], Engine]
    error: float = 0.0
    checksum: str | None = None  # sha256 of the published vocabulary file


class KnownTexts:
    """Tokens by text, in bounded memory; agents send the same texts with every request.

    What has not been asked for of late is forgotten.

    By the text itself, not by a hash of it: a look-up hashes it once, 0.7 ns a byte where counting
    takes 20 or more, and no two texts can be taken for one.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._size = 0
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}

    def get(self, text: str) -> int | None:
        """Return the tokens of a text that has been counted, None of any other."""
        tokens = self._young.get(text)
        if tokens is None:
            tokens = self._old.get(text)
            if tokens is not None:
                self.put(text, tokens)
        return tokens

    def put(self, text: str, tokens: int) -> None:
        """Remember the tokens of a text, unless it is as long as all that is remembered."""
        size = len(text)
        if size > self._most:
            return
        if self._size + size > self._most:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[text] = tokens
        self._size += size


class Tokenizer:
    """A family, ready to count."""

    def __init__(self, family: Family, engine: Engine) -> None:
        self.family = family
        self._engine = engine
        self._known = KnownTexts()

    @property
    def name(self) -> str:
        """The family name, such as `o200k_base`."""
        return self.family.name

    def count(self, text: str) -> Count:
        """Count the tokens of a text as content: no message frame, no special tokens."""
        if not text:
            return Count(0, self.family.method, 0.0)
        return Count(self.tokens(text), self.family.method, self.family.error)

    def tokens(self, text: str) -> int:
        """Return the number of tokens alone. A text that came before is not counted again."""
        tokens = self._known.get(text)
        if tokens is None:
            tokens = self._engine.count(replace_surrogates(text)) if text else 0
            self._known.put(text, tokens)
        return tokens

    def expect(self, size: int) -> None:
        """Take how many characters are to be counted: an engine for many may load at once."""
        expect = getattr(self._engine, "expect", None)
        if expect is not None:
            expect(size)

    def count_blocks(self, chunks: Iterable[str]) -> Count:
        """Count one text that comes in chunks, cut anywhere. Memory does not grow with it."""
        clean = (replace_surrogates(block) for block in rejoin_blocks(chunks))
        count_all = getattr(self._engine, "count_blocks", None)
        count_many = getattr(self._engine, "count_many", None)
        if count_all:
            tokens: int = count_all(clean)
        elif count_many:
            tokens = sum(map(count_many, iter(lambda: list(islice(clean, _AT_ONCE)), [])))
        else:
            tokens = sum(map(self._engine.count, clean))
        return Count(tokens, self.family.method, self.family.error)


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON logs hold and UTF-8 cannot, as tiktoken does."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
