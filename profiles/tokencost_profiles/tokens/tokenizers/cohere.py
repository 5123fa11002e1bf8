"""`cohere`: Command, Embed, Rerank.

Its vocabulary is not public in a form that can be shipped, how it cuts text is: as GPT-2 does,
every digit alone. So the pretokens are exact, and only rare words are estimated: by o200k_base, or
by Gemma's vocabulary, which is as large, where that has fewer tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders import split
from tokencost_profiles.tokens.encoders.gemma import Gemma
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
_MARKS: Final = {'"],"': 1, '":{},"': 2, ')"},"': 2, ')"}},"': 2, '":[{"': 1, '"]},{"': 1}
_LONGEST: Final = 40  # characters of a word that another vocabulary is asked for
_REMEMBERED: Final = 1 << 18


class Approximate:
    """Counts the pretokens of Cohere's tokenizer with other vocabularies."""

    def __init__(self, cache: Path | None) -> None:
        self._base = Indexed(ENCODING, cache)
        self._words = Gemma(cache, large="gemma3")
        self._pattern = re.compile(split.SINGLE_DIGITS)
        self._known = dict(_MARKS)

    def count(self, text: str) -> int:
        """Return the estimated number of tokens of `text`."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        text = _INDENT.sub("", text)
        try:
            pretokens = Counter(split.split_text(text, self._pattern))
        except split.Unassigned:
            return self._base.count(text)
        if len(self._known) > _REMEMBERED:
            self._known = dict(_MARKS)
        return sum(times * self._tokens(pretoken) for pretoken, times in pretokens.items())

    def _tokens(self, pretoken: str) -> int:
        tokens = self._known.get(pretoken)
        if tokens is None:
            tokens = self._base.count(pretoken)
            if tokens > 1 and len(pretoken) < _LONGEST and pretoken.lstrip(" ").isalpha():
                tokens = min(tokens, self._words.count(pretoken))
            self._known[pretoken] = tokens
        return tokens


def _make(cache: Path | None) -> Engine:
    return Approximate(cache)


FAMILY: Final = Family(
    name="cohere",
    models="Command, Embed, Rerank",
    method="ratio",
    vocabulary="none public: pretokens as published, o200k_base and Gemma for each",
    licence="MIT (tiktoken); Gemma Terms",
    make=_make,
    error=0.1,
)
