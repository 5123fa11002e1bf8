"""`kimi-k2`: Kimi K2, K3, Moonshot v1."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.open_models import BUNDLED, bundled_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="kimi-k2",
    models="Kimi K2, K3, Moonshot v1",
    method="exact",
    vocabulary=BUNDLED,
    licence="Modified MIT",
    make=bundled_engine("kimi_k2"),
)
