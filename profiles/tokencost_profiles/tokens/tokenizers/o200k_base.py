"""`o200k_base`: GPT-4o, GPT-4.1, GPT-5, GPT-6, o1 to o4."""

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
    name="o200k_base",
    models="GPT-4o, GPT-4.1, GPT-5, GPT-6, o1 to o4",
    method="exact",
    vocabulary=VOCABULARY,
    licence=LICENCE,
    make=indexed_engine(ENCODINGS["o200k_base"]),
    checksum=PUBLISHED_SHA256["o200k_base"],
)
