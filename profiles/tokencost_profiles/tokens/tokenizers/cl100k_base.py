"""`cl100k_base`: GPT-4, GPT-3.5, text-embedding-3."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.indexed import indexed_engine
from tokencost_profiles.tokens.encoders.openai import (
    ENCODINGS,
    LICENCE,
    PUBLISHED_SHA256,
    VOCABULARY,
)
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="cl100k_base",
    models="GPT-4, GPT-3.5, text-embedding-3",
    method="exact",
    vocabulary=VOCABULARY,
    licence=LICENCE,
    make=indexed_engine(ENCODINGS["cl100k_base"]),
    checksum=PUBLISHED_SHA256["cl100k_base"],
)
