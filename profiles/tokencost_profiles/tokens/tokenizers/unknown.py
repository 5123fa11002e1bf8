"""`unknown`: every other model."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.ratio import SCALED, ratio_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="unknown",
    models="every other model",
    method="ratio",
    vocabulary=SCALED,
    licence="none",
    make=ratio_engine(latin=1.05, code=1.1, cjk=1.05, other=1.2),
    error=0.35,
)
