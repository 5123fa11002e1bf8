"""`claude-4.8`: Claude Opus 4.8, Sonnet 5, Fable 5, Mythos 5."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.claude import CREDIT, LICENCE, claude_engine
from tokencost_profiles.tokens.encoders.claude_stream import Rules
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="claude-4.8",
    models="Claude Opus 4.8, Sonnet 5, Fable 5, Mythos 5",
    method="reconstructed",
    vocabulary=CREDIT,
    licence=LICENCE,
    make=claude_engine(
        "claude-4.7",
        Rules(fold_quotes=False, caps_from=None, frame_bow=False, free_tail=False),
    ),
    error=0.001,
)
