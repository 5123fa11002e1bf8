"""`qwen-3`: Qwen 2, 2.5, 3."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="qwen-3",
    models="Qwen 2, 2.5, 3",
    method="exact",
    vocabulary=BUNDLED,
    licence="Apache-2.0",
    make=bundled_engine("qwen3", nfc=True),
)
