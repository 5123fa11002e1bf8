"""`glm-4`: GLM-4, 4.5, 4.6, 5."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="glm-4",
    models="GLM-4, 4.5, 4.6, 5",
    method="exact",
    vocabulary=BUNDLED,
    licence="MIT",
    make=bundled_engine("glm4"),
)
