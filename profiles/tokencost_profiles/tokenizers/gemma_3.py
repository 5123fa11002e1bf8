"""`gemma-3`: Gemma 3, Gemma 4."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokenizers._open import BUNDLED, bundled
from tokencost_profiles.tokenizers.base import Family

FAMILY: Final = Family(
    name="gemma-3",
    models="Gemma 3, Gemma 4",
    method="exact",
    vocabulary=BUNDLED,
    licence="Apache-2.0 (the Gemma 4 vocabulary, which counts the same)",
    make=bundled("gemma4"),
)
