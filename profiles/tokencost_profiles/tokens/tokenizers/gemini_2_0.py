"""`gemini-2.0`: Gemini 1.0 to 2.0."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.gemma import older
from tokencost_profiles.tokens.encoders.open_models import BUNDLED
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="gemini-2.0",
    models="Gemini 1.0 to 2.0",
    method="family",
    vocabulary=BUNDLED,
    licence="Gemma Terms",
    make=older,
    error=0.01,
)
