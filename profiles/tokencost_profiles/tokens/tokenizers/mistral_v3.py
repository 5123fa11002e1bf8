"""`mistral-v3`: Mistral 7B v0.3, Mixtral 8x22B, Codestral."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="mistral-v3",
    models="Mistral 7B v0.3, Mixtral 8x22B, Codestral",
    method="exact",
    vocabulary=BUNDLED,
    licence="Apache-2.0",
    make=bundled_engine("mistral_v2"),
)
