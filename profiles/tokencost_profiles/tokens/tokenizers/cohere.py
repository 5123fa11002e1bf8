"""`cohere`: Command, Embed, Rerank.

Its vocabulary is not public in a form that can be shipped, how it cuts text is: as GPT-2 does,
every digit alone. So the pieces are exact, and only rare words are estimated, by o200k_base.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders import split
from tokencost_profiles.tokens.encoders.indexed import Encoding, Indexed
from tokencost_profiles.tokens.encoders.tokenizer import Engine, Family

_PATTERN: Final = (
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+"
    r"|\s+(?![^\s\p{N}])|\s+(?!\S)|\s"
)
ENCODING: Final = Encoding("cohere", "o200k_base", _PATTERN, split.SINGLE_DIGITS, nfc=True)
# A line end with the indent after it is one token here, which o200k_base never has.
_INDENT: Final = re.compile(r"(?<=\n) +(?= [^\s0-9])")
# Marks of JSON that have one token less here, by recorded tools.
_MARKS: Final = re.compile(
    r"""(?<=[A-Za-z0-9])(?:"\],"|":\{\},"|\)"\},"|\)"\}\},"|":\[\{"|"\]\},\{")(?=[A-Za-z0-9])"""
)


class Approximate:
    """Counts the pieces of Cohere's tokenizer with another vocabulary."""

    def __init__(self, cache: Path | None) -> None:
        self._chunks = Indexed(ENCODING, cache)

    def count(self, text: str) -> int:
        """Return the estimated number of tokens of `text`."""
        less = len(_MARKS.findall(text)) if '"' in text else 0
        return self._chunks.count(_INDENT.sub("", text)) - less


def _make(cache: Path | None) -> Engine:
    return Approximate(cache)


FAMILY: Final = Family(
    name="cohere",
    models="Command, Embed, Rerank",
    method="ratio",
    vocabulary="none public: pieces as published, o200k_base for each",
    licence="MIT (tiktoken)",
    make=_make,
    error=0.05,
)
