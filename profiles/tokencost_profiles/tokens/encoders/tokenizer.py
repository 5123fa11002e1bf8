"""What every tokenizer family answers, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

from tokencost_profiles.calls.token_count import Count
from tokencost_profiles.tokens.encoders.cut import rejoin_blocks


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


class Tokenizer:
    """A family, ready to count."""

    def __init__(self, family: Family, engine: Engine) -> None:
        self.family = family
        self._engine = engine

    @property
    def name(self) -> str:
        """The family name, such as `o200k_base`."""
        return self.family.name

    def count(self, text: str) -> Count:
        """Count the tokens of a text as content: no message frame, no special tokens."""
        if not text:
            return Count(0, self.family.method, 0.0)
        tokens = self._engine.count(replace_surrogates(text))
        return Count(tokens, self.family.method, self.family.error)

    def count_blocks(self, chunks: Iterable[str]) -> Count:
        """Count one text that comes in chunks, cut anywhere. Memory does not grow with it."""
        clean = (replace_surrogates(block) for block in rejoin_blocks(chunks))
        count_all = getattr(self._engine, "count_blocks", None)
        tokens: int = count_all(clean) if count_all else sum(map(self._engine.count, clean))
        return Count(tokens, self.family.method, self.family.error)


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON logs hold and UTF-8 cannot, as tiktoken does."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
