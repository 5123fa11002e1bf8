"""Reasoning is billed on models that do not think, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokencost_profiles.whatif.change import Change, Flag, Step
from tokencost_profiles.whatif.parse_numbers import switch

if TYPE_CHECKING:
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState


def _apply(wanted: bool, portions: list[Portion], state: ReplayState) -> list[Portion]:
    state.keep_reasoning = wanted
    return portions


CHANGE = Change(
    key="keep_reasoning",
    order=160,
    step=Step.CALLS,
    title="reasoning",
    explanation=(
        "tokens of reasoning stay where a model, a route or a cascade goes to a model that does "
        "not think; as a flag it holds for every scenario that a flag makes"
    ),
    example="",
    flag=Flag(help="Bill thinking on models that do not think, too.", everywhere=True),
    parse=switch,
    apply=_apply,
    no_ideas="it only raises the cost of other changes",
)
