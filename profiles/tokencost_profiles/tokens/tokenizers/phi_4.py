"""`phi-4`: Phi-4."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="phi-4",
    models="Phi-4",
    method="exact",
    vocabulary=BUNDLED,
    licence="MIT",
    make=bundled_engine("phi4"),
)
