"""`llama-2`: Llama 2."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="llama-2",
    models="Llama 2",
    method="exact",
    vocabulary=BUNDLED,
    licence="Llama 2 Community",
    make=bundled_engine("llama2"),
)
