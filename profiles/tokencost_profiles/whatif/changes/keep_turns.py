"""History older than a number of turns is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tokencost_profiles.whatif.change import Change, Flag, Step
from tokencost_profiles.whatif.parse_numbers import turns

if TYPE_CHECKING:
    from tokencost_profiles.calls.content import Part
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_ALWAYS_SENT: Final = ("system", "tools")


def _apply(newest: int, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_profiles.whatif.shorter_prompts import shorten, turn_ages

    def shares_left(parts: Sequence[Part]) -> list[Decimal]:
        return [
            Decimal(part.role in _ALWAYS_SENT or age < newest)
            for part, age in zip(parts, turn_ages(parts), strict=True)
        ]

    return shorten(CHANGE.key, shares_left, portions, state)


CHANGE = Change(
    key="keep_turns",
    order=90,
    step=Step.PROMPT,
    title="shorter history",
    explanation="the newest turns are sent, and older ones dropped",
    example="5",
    flag=Flag(help="Drop history older than N turns.", metavar="N", least=1),
    parse=turns,
    apply=_apply,
    no_ideas="how far back a conversation must remember, no log tells",
    moves_prefix=True,
)
