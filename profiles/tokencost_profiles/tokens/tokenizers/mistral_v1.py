"""`mistral-v1`: Mistral 7B v0.1 and v0.2, Mixtral 8x7B."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="mistral-v1",
    models="Mistral 7B v0.1 and v0.2, Mixtral 8x7B",
    method="exact",
    vocabulary=BUNDLED,
    licence="Apache-2.0",
    make=bundled_engine("mistral_v1"),
)
