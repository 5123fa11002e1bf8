"""`r50k_base`: GPT-3, GPT-2."""

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
    name="r50k_base",
    models="GPT-3, GPT-2",
    method="exact",
    vocabulary=VOCABULARY,
    licence=LICENCE,
    make=indexed_engine(ENCODINGS["r50k_base"]),
    checksum=PUBLISHED_SHA256["r50k_base"],
)
