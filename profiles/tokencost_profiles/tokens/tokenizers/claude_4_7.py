"""`claude-4.7`: Claude Opus 4.7."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.claude import CREDIT, LICENCE, claude_engine
from tokencost_profiles.tokens.encoders.claude_stream import Rules
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="claude-4.7",
    models="Claude Opus 4.7",
    method="reconstructed",
    vocabulary=CREDIT,
    licence=LICENCE,
    make=claude_engine(
        "claude-4.7",
        Rules(fold_quotes=False, caps_from=None, frame_bow=True, free_tail=False),
    ),
    error=0.001,
)
