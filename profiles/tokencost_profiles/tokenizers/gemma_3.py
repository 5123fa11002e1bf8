"""`gemma-3`: Gemma 3, Gemma 4."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokenizers._gemma import Gemma
from tokencost_profiles.tokenizers._open import BUNDLED
from tokencost_profiles.tokenizers.base import Family

FAMILY: Final = Family(
    name="gemma-3",
    models="Gemma 3, Gemma 4",
    method="exact",
    vocabulary=BUNDLED,
    licence="Gemma Terms (Gemma 3), Apache-2.0 (Gemma 4)",
    make=Gemma,
)
