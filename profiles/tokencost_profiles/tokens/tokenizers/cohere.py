"""`cohere`: Command, Embed, Rerank."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.ratio import SCALED, ratio_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="cohere",
    models="Command, Embed, Rerank",
    method="ratio",
    vocabulary=SCALED,
    licence="none",
    make=ratio_engine(latin=1.0, code=1.0, cjk=1.1, other=1.2),
    error=0.2,
)
