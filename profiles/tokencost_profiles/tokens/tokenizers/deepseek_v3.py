"""`deepseek-v3`: DeepSeek V3, R1, V4."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="deepseek-v3",
    models="DeepSeek V3, R1, V4",
    method="exact",
    vocabulary=BUNDLED,
    licence="MIT",
    make=bundled_engine("deepseek_v3"),
)
