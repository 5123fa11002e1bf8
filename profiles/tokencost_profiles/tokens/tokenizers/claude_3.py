"""`claude-3`: Claude 3 to 4.6."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.tokens.encoders.claude import CREDIT, LICENCE, claude_engine
from tokencost_profiles.tokens.encoders.claude_stream import Rules
from tokencost_profiles.tokens.encoders.tokenizer import Family

FAMILY: Final = Family(
    name="claude-3",
    models="Claude 3 to 4.6",
    method="reconstructed",
    vocabulary=CREDIT,
    licence=LICENCE,
    make=claude_engine(
        "claude-3",
        Rules(fold_quotes=True, caps_from=4, frame_bow=True, free_tail=False),
    ),
    error=0.001,
)
