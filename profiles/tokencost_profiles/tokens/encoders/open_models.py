"""Open vocabularies bundled by `splintr-rs`: loaded when first asked, nothing downloaded."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders.tokenizer import Engine

BUNDLED: Final = "bundled by splintr-rs"


class Open:
    """One bundled vocabulary."""

    def __init__(self, vocabulary: str, *, nfc: bool = False) -> None:
        self._vocabulary = vocabulary
        self._nfc = nfc
        self._engine: Engine | None = None

    def count(self, text: str) -> int:
        """Return how many tokens `text` has."""
        if self._engine is None:
            from tokencost_profiles.tokens.encoders.native import Splintr

            self._engine = Splintr.from_bundle(self._vocabulary)
        if self._nfc and not text.isascii():
            text = unicodedata.normalize("NFC", text)
        return self._engine.count(text)


def bundled_engine(vocabulary: str, *, nfc: bool = False) -> Callable[[Path | None], Engine]:
    """Return the maker of an engine over a bundled vocabulary.

    `nfc`: the tokenizer composes characters first (Qwen does).
    """
    return lambda _cache: Open(vocabulary, nfc=nfc)
