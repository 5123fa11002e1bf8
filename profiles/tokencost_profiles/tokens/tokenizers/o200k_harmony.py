"""`o200k_harmony`: gpt-oss. The ranks of o200k_base; only the special tokens are more."""

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
    name="o200k_harmony",
    models="gpt-oss-20b, gpt-oss-120b",
    method="exact",
    vocabulary=VOCABULARY,
    licence=LICENCE,
    make=indexed_engine(ENCODINGS["o200k_base"]),
    checksum=PUBLISHED_SHA256["o200k_base"],
)
