"""How long answers were taken to be that nobody chose, as reports write it."""

from __future__ import annotations

from collections.abc import Iterable

from tokencost_cli.output.formatting import count
from tokencost_profiles.estimates.output_length import ASSUMED, CEILING
from tokencost_profiles.gate.items import Side


def answer_length(sides: Iterable[Side]) -> str:
    """Write how many tokens the answers of some sides have: `500 tokens`, `100 to 200 tokens`."""
    lengths = sorted({side.output_tokens for side in sides})
    if len(lengths) == 1:
        return f"{count(lengths[0])} token{'' if lengths[0] == 1 else 's'}"
    return f"{count(lengths[0])} to {count(lengths[-1])} tokens"


def answers_in(sides: Iterable[Side]) -> str:
    """Say which part of a cost is an answer that nobody chose; empty where there is none."""
    sides = [side for side in sides if side.output_tokens]
    assumed = [side for side in sides if side.output_source == ASSUMED]
    capped = [side for side in sides if side.output_source == CEILING]
    texts = []
    if assumed:
        texts.append(f"an assumed answer of {answer_length(assumed)}")
    if capped:
        texts.append(f"an answer capped at {answer_length(capped)}")
    return f", {' and '.join(texts)} included" if texts else ""
