"""Results of tools older than a number of turns are dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tokencost_profiles.whatif.change import Change, Flag, Idea, Step
from tokencost_profiles.whatif.parse_numbers import turns

if TYPE_CHECKING:
    from tokencost_profiles.calls.content import Part
    from tokencost_profiles.whatif.call_set import CallSet
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_RESULT: Final = "tool_result"


def _apply(newest: int, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_profiles.whatif.shorter_prompts import shorten, turn_ages

    def shares_left(parts: Sequence[Part]) -> list[Decimal]:
        return [
            Decimal(part.role != _RESULT or age < newest)
            for part, age in zip(parts, turn_ages(parts), strict=True)
        ]

    return shorten(CHANGE.key, shares_left, portions, state)


def _ideas(calls: CallSet, models: Models) -> Iterator[Idea]:
    if any(part.role == _RESULT for entry in calls.entries for part in entry.parts()):
        yield Idea(
            "drop-results 3",
            3,
            "an agent loop that drops results of tools after three turns",
            "the model may ask for a result again",
        )


CHANGE = Change(
    key="drop_results",
    order=100,
    step=Step.PROMPT,
    title="fewer tool results",
    explanation="results of tools are dropped after so many turns",
    example="3",
    flag=Flag(help="Drop tool results older than N turns.", metavar="N", least=1),
    parse=turns,
    apply=_apply,
    ideas=_ideas,
    moves_prefix=True,
)
