"""`claude-2`: Claude 2, Instant."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.ratio import SCALED, ratio_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="claude-2",
    models="Claude 2, Instant",
    method="ratio",
    vocabulary=SCALED,
    licence="none",
    make=ratio_engine(latin=1.04, code=1.1, cjk=1.3, other=2.0),
    error=0.25,
)
