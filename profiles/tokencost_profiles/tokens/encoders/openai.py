"""The OpenAI encodings: patterns and published checksums."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders import split
from tokencost_profiles.tokens.encoders.indexed import Encoding

VOCABULARY: Final = "inside the install, as OpenAI publishes it"
LICENCE: Final = "MIT (tiktoken)"

# As published in tiktoken's `openai_public.py`.
PUBLISHED_SHA256: Final = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "p50k_base": "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
    "r50k_base": "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
}
_O200K_PATTERN: Final = "|".join(
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
_CL100K_PATTERN: Final = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
_R50K_PATTERN: Final = (
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"
)

_GPT2_PATTERN: Final = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

ENCODINGS: Final = {
    encoding.name: encoding
    for encoding in (
        Encoding("o200k_base", "o200k_base", _O200K_PATTERN, split.O200K, splintr="o200k_base"),
        Encoding(
            "cl100k_base", "cl100k_base", _CL100K_PATTERN, split.CL100K, splintr="cl100k_base"
        ),
        Encoding("p50k_base", "p50k_base", _R50K_PATTERN, split.R50K, plain_pattern=_GPT2_PATTERN),
        Encoding(
            "r50k_base",
            "p50k_base",
            _R50K_PATTERN,
            split.R50K,
            limit=50_256,
            plain_pattern=_GPT2_PATTERN,
        ),
    )
}
