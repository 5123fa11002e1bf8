"""`gemma-2`: Gemma 1, Gemma 2."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.gemma import older
from tokencost_profiles.tokens.encoders.open_models import BUNDLED
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="gemma-2",
    models="Gemma 1, Gemma 2",
    method="exact",
    vocabulary=BUNDLED,
    licence="Gemma Terms",
    make=older,
)
