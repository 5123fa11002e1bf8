"""`claude-5`: Claude Opus 5, and 5.5 (assumed)."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.claude import CREDIT, LICENCE, claude_engine
from tokencost_profiles.tokens.encoders.claude_stream import Rules
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="claude-5",
    models="Claude Opus 5, and 5.5 (assumed)",
    method="reconstructed",
    vocabulary=CREDIT,
    licence=LICENCE,
    make=claude_engine(
        "claude-4.7",
        Rules(fold_quotes=False, caps_from=None, frame_bow=False, free_tail=True),
    ),
    error=0.001,
)
