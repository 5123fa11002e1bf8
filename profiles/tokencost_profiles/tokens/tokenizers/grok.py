"""`grok`: Grok."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.ratio import SCALED, ratio_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="grok",
    models="Grok",
    method="ratio",
    vocabulary=SCALED,
    licence="none",
    make=ratio_engine(latin=0.99, code=1.0, cjk=1.0, other=1.05),
    error=0.15,
)
