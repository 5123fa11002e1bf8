"""The native engines: splintr for bulk, tiktoken as the second and the reference.

Both give the counts of the published vocabulary; each has inputs that it fails on, which are
handled here.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

from tokencost_profiles.tokens.encoders.cut import blocks

# A run of white space this long makes tiktoken panic (its expression hits a backtracking limit).
_LONG_RUN: Final = re.compile(r"[^\S\r\n]{100000,}")


class Splintr:
    """`splintr-rs`: 20 to 130 MB/s, over a bundled vocabulary or one of ours."""

    def __init__(self, tokenizer: Any, special: Iterable[str] = ()) -> None:
        self._tokenizer = tokenizer
        self._special = special_probes(special)

    @classmethod
    def from_bundle(cls, vocabulary: str) -> Splintr:
        """Return the engine of a vocabulary that the library carries."""
        import splintr

        tokenizer = splintr.Tokenizer.from_pretrained(vocabulary)
        return cls(tokenizer, tokenizer.special_tokens())

    @classmethod
    def of_ranks(cls, ranks: Iterable[tuple[bytes, int]], pattern: str) -> Splintr:
        """Return the engine of a vocabulary of ours (the library knows no possessive `++`)."""
        import splintr

        written = b"".join(
            b64encode(token) + b" %d\n" % rank
            for token, rank in sorted(ranks, key=lambda item: item[1])
        )
        return cls(splintr.Tokenizer.from_bytes(written, pattern))

    def count(self, text: str) -> int:
        """Count by blocks. Text that looks like a special token takes the slower, plain path."""
        return sum(map(self._count, blocks(text)))

    def count_many(self, texts: Sequence[str]) -> int:
        """Return the tokens of several texts, counted by all cores; Python runs on meanwhile."""
        plain: list[str] = []
        tokens = 0
        for block in chain.from_iterable(map(blocks, texts)):
            if self._may_be_special(block):
                tokens += self._count(block)
            else:
                plain.append(block)
        flat, _ = self._tokenizer.encode_batch_flat(plain)
        return tokens + len(flat) // 4

    def _may_be_special(self, text: str) -> bool:
        return any(probe in text for probe in self._special)

    def _count(self, text: str) -> int:
        if self._may_be_special(text):
            return len(self._tokenizer.encode_ordinary(text))
        # Four bytes a token, and no special token can be met: the same tokens, much faster.
        return len(self._tokenizer.encode_flat(text)) // 4


def special_probes(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the shortest list of strings of which a text with a special token holds one."""
    return tuple(sorted({token[:2] if token.startswith("<|") else token for token in tokens}))


class Tiktoken:
    """`tiktoken.Encoding`, built from our copy of the vocabulary: no network, no variable."""

    def __init__(self, name: str, pattern: str, ranks: dict[bytes, int]) -> None:
        import tiktoken

        self._encoding = tiktoken.Encoding(
            name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={}
        )

    def count(self, text: str) -> int:
        """Count by blocks. Raise `ValueError` on a run of white space it would not survive."""
        if _LONG_RUN.search(text):
            raise ValueError("a run of white space that tiktoken cannot take")
        return sum(len(self._encoding.encode_ordinary(block)) for block in blocks(text))
