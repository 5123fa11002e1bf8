"""Closed vocabularies: o200k_base, scaled by what the text consists of, with a stated error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders.indexed import Indexed
from tokencost_profiles.tokens.encoders.openai import ENCODINGS
from tokencost_profiles.tokens.encoders.tokenizer import Engine

SCALED: Final = "none public: o200k_base, scaled"

# Classes of content, by the scripts that tokenizers treat differently.
_SAMPLE: Final = 200_000  # characters looked at
_CJK: Final = re.compile("[\u3040-\u9fff\uac00-\ud7a3]+")
_LATIN: Final = re.compile("[\u00c0-\u024f]+")
_SYMBOLS: Final = b"{}[]()<>=;:_/\\\"'`|&#$%*+"


class Ratio:
    """Counts with o200k_base times a factor per class of content."""

    def __init__(self, factors: Mapping[str, float], cache: Path | None) -> None:
        self._base = Indexed(ENCODINGS["o200k_base"], cache)
        self._factors = factors

    def count(self, text: str) -> int:
        """Return the estimated number of tokens of `text`, at least 1."""
        base = self._base.count(text)
        shares = content_shares(text)
        factor = sum(share * self._factors.get(name, 1.0) for name, share in shares.items())
        return max(1, round(base * factor))


def ratio_engine(**factors: float) -> Callable[[Path | None], Engine]:
    """Return the maker of a scaled engine: factors for `latin`, `code`, `cjk` and `other`."""
    return lambda cache: Ratio(factors, cache)


def content_shares(text: str) -> dict[str, float]:
    """Return what share of a text is prose in Latin letters, code, Chinese and kin, or other."""
    sample = text[:_SAMPLE]
    ascii_text = sample.encode("ascii", "ignore")
    cjk = other = 0
    if len(ascii_text) != len(sample):
        cjk = sum(map(len, _CJK.findall(sample)))
        latin_letters = sum(map(len, _LATIN.findall(sample)))
        other = len(sample) - len(ascii_text) - cjk - latin_letters
    symbols = len(ascii_text) - len(ascii_text.translate(None, _SYMBOLS))
    plain = len(sample) - cjk - other
    code = plain if plain and symbols > 0.06 * plain else 0
    total = len(sample) or 1
    return {
        "latin": (plain - code) / total,
        "code": code / total,
        "cjk": cjk / total,
        "other": other / total,
    }
