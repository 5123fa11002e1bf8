"""Gemma's vocabularies, which Gemini's tools use too: that of Gemma 2 up to Gemini 2.0.

Two bundled forms of the one since Gemma 3 count the same: the SentencePiece one of Gemma 3 answers
after 0.1 s and reads 1 MB/s, the byte-pair one of Gemma 4 answers after 1 s and reads 30 MB/s.
Small texts go to the first.

HTML tags are tokens of the vocabulary that no merge produces; they are counted as such.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders.open_models import Open
from tokencost_profiles.tokens.encoders.tokenizer import Engine

_NAMES: Final = (
    "table|caption|thead|tbody|tfoot|tr|th|td|h1|h2|h3|h4|h5|h6|blockquote|strong|em|b|i|u|s|sub|"
    "sup|code|a|html|body|img|span|bbox|ul|li|div|iframe|footer"
)
_TAG: Final = re.compile(f"</?(?:{_NAMES})>")
_SWITCH: Final = 700_000  # characters after which the slow start of the fast form has paid off


class Gemma:
    """Counts with the form of the vocabulary that suits the amount of text."""

    def __init__(self, _cache: Path | None, small: str = "gemma3", large: str = "gemma4") -> None:
        self._small: Engine = Open(small)
        self._large: Engine = Open(large) if large != small else self._small
        self._seen = 0

    def count(self, text: str) -> int:
        """Return how many tokens `text` has."""
        self._seen += len(text)
        engine = self._small if self._seen < _SWITCH else self._large
        if "<" not in text:
            return engine.count(text)
        parts = _TAG.split(text)
        return (
            len(parts)
            - 1
            + sum(engine.count(text_between) for text_between in parts if text_between)
        )


def older(cache: Path | None) -> Gemma:
    """Return the engine of Gemma 1 and 2, and of Gemini up to 2.0."""
    return Gemma(cache, "gemma2", "gemma2")
