"""`mistral-tekken`: Mistral NeMo and later, Ministral, Pixtral, Voxtral."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="mistral-tekken",
    models="Mistral NeMo and later, Ministral, Pixtral, Voxtral",
    method="exact",
    vocabulary=BUNDLED,
    licence="Apache-2.0",
    make=bundled_engine("mistral_v3"),
)
