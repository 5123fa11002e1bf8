"""`p50k_base`: Codex 2021, text-davinci-002 and 003."""

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
    name="p50k_base",
    models="Codex 2021, text-davinci-002 and 003",
    method="exact",
    vocabulary=VOCABULARY,
    licence=LICENCE,
    make=indexed_engine(ENCODINGS["p50k_base"]),
    checksum=PUBLISHED_SHA256["p50k_base"],
)
