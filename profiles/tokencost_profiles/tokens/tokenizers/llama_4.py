"""`llama-4`: Llama 4."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.ratio import SCALED, ratio_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="llama-4",
    models="Llama 4",
    method="ratio",
    vocabulary=SCALED,
    licence="none",
    make=ratio_engine(latin=1.0, code=1.0, cjk=1.0, other=1.05),
    error=0.1,
)
