"""`llama-3`: Llama 3, 3.1, 3.2, 3.3."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="llama-3",
    models="Llama 3, 3.1, 3.2, 3.3",
    method="exact",
    vocabulary=BUNDLED,
    licence="Llama 3.1 Community",
    make=bundled_engine("llama3"),
)
