"""`gemini`: Gemini 1.5 to 4."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokenizers._open import BUNDLED, bundled
from tokencost_profiles.tokenizers.base import Family

FAMILY: Final = Family(
    name="gemini",
    models="Gemini 1.5 to 4",
    method="family",
    vocabulary=BUNDLED,
    licence="Apache-2.0 (the Gemma 4 vocabulary)",
    make=bundled("gemma4"),
    error=0.01,
)
