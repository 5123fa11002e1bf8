"""`minimax`: MiniMax M2, M3."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.ratio import SCALED, ratio_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="minimax",
    models="MiniMax M2, M3",
    method="ratio",
    vocabulary=SCALED,
    licence="none",
    make=ratio_engine(latin=1.0, code=1.02, cjk=0.9, other=1.1),
    error=0.15,
)
