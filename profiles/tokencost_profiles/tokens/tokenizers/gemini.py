"""`gemini`: Gemini 2.5 to 4."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.gemma import Gemma
from tokencost_profiles.tokens.encoders.open_models import BUNDLED
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="gemini",
    models="Gemini 2.5 to 4",
    method="family",
    vocabulary=BUNDLED,
    licence="Gemma Terms (Gemma 3), Apache-2.0 (Gemma 4)",
    make=Gemma,
    error=0.01,
)
