"""Shorter prompts: what trimming, pruning and compressing would have left of the calls.

Tokens that go are counted in the text that the log holds and scaled to what was billed; they leave
every kind of input (fresh, cached, written) in proportion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from tokencost_pricing.money import ONE, ZERO, multiply
from tokencost_pricing.units import INPUT_UNITS
from tokencost_profiles.calls.content import Part
from tokencost_profiles.whatif.call_set import Entry
from tokencost_profiles.whatif.replay_state import Portion, ReplayState
from tokencost_profiles.whatif.token_ratios import scaled

# What a log cannot tell of a scenario: then its tokens are reported, and no cost.
_NO_TEXT: Final = "no text in the log: what is left of the prompt is not known"
_BEGINS_TURN: Final = ("user", "attachment")
_AFTER_RESULTS: Final = ("assistant", "tool_call", "reasoning")

# The share of each part's tokens that a change leaves.
SharesLeft = Callable[[Sequence[Part]], Sequence[Decimal]]


def shorten(
    key: str, shares_left: SharesLeft, portions: Sequence[Portion], state: ReplayState
) -> list[Portion]:
    """Return portions whose prompts are shortened, after other changes that shorten them too.

    `key`: of the change. Portions that have no text stay as they are, which is noted.
    """
    return [_shortened(key, shares_left, portion, state) for portion in portions]


def part_tokens(entry: Entry, state: ReplayState) -> list[int]:
    """Count the parts of a prompt with the tokenizer of its model."""
    offer = state.models.offer(entry.call)
    family = state.models.counter.family(offer.model) if offer else None
    return [state.models.counter.text(part.text, family) for part in entry.parts()]


def turn_ages(parts: Sequence[Part]) -> list[int]:
    """Return of each part how many turns ago it was sent; 0 is the newest turn.

    A turn begins with what the user writes, and with each step of an agent.
    """
    turns, turn, before = [], 0, ""
    for part in parts:
        turn += (part.role in _BEGINS_TURN and before not in _BEGINS_TURN) or (
            part.role in _AFTER_RESULTS and before == "tool_result"
        )
        before = part.role
        turns.append(turn)
    return [turn - number for number in turns]


def _shortened(key: str, shares_left: SharesLeft, portion: Portion, state: ReplayState) -> Portion:
    entry = portion.entry
    usage = entry.recorded or entry.call.usage
    if usage is None:
        return portion
    parts = entry.parts()
    if not parts:
        state.leave_unchanged(key, portion)
        state.note_portion(_NO_TEXT, portion)
        return portion
    before = entry.left or (ONE,) * len(parts)
    left = tuple(multiply(a, b) for a, b in zip(before, shares_left(parts), strict=True))
    tokens = part_tokens(entry, state)
    total = sum(tokens)
    if not total:
        return portion
    remaining = sum(
        (share * number for share, number in zip(left, tokens, strict=True)), start=ZERO
    )
    # Of several changes, the recorded usage is scaled once by what all of them leave.
    ratio = float(remaining) / total
    call = msgspec.structs.replace(entry.call, usage=scaled(usage, ratio, INPUT_UNITS))
    prompt = round(state.calls.entries[portion.at].prompt * ratio)
    return portion._replace(
        entry=entry._replace(call=call, prompt=prompt, left=left, recorded=usage)
    )
