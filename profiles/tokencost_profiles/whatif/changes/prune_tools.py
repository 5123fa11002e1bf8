"""Definitions of tools that no call of the log uses are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tokencost_profiles.whatif.change import Change, Flag, Idea, Step
from tokencost_profiles.whatif.parse_numbers import switch

if TYPE_CHECKING:
    from tokencost_profiles.calls.content import Part
    from tokencost_profiles.whatif.call_set import CallSet
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_ALL_USED: Final = "no call defines a tool that none of them uses"


def _apply(_: bool, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_profiles.whatif.shorter_prompts import shorten

    unused = _unused_tools(state.calls)
    if not unused:
        state.note(_ALL_USED, state.calls.calls)

    def shares_left(parts: Sequence[Part]) -> list[Decimal]:
        return [Decimal(not _defines_only(part, unused)) for part in parts]

    return shorten(CHANGE.key, shares_left, portions, state)


def _unused_tools(calls: CallSet) -> frozenset[str]:
    """Return the names of tools that calls define and none of them ever calls."""
    defined: set[str] = set()
    called: set[str] = set()
    for entry in calls.entries:
        called.update(entry.call.tools)
        for part in (*entry.parts(), *(entry.call.answer or ())):
            if part.role == "tools":
                defined.update(_names(part))
            elif part.role == "tool_call":
                called.add(part.text.partition("{")[0].strip())
    return frozenset(defined - called)


def _names(part: Part) -> list[str]:
    """Return the names of the tools in a definition."""
    from tokencost_profiles.tokens.logged_requests import tools_of

    return [tool.name for tool in tools_of(part) if tool.name]


def _defines_only(part: Part, unused: frozenset[str]) -> bool:
    names = _names(part) if part.role == "tools" else []
    return bool(names) and unused.issuperset(names)


def _ideas(calls: CallSet, models: Models) -> Iterator[Idea]:
    if calls.by_call and _unused_tools(calls):
        yield Idea(
            "prune-tools",
            True,
            "leave out the tools that these calls never used",
            "a rare case may need one",
        )


CHANGE = Change(
    key="prune_tools",
    order=110,
    step=Step.PROMPT,
    title="fewer tools",
    explanation="definitions of tools that no call of the log uses are left out",
    example="",
    flag=Flag(help="Leave out tools that are never called."),
    parse=switch,
    apply=_apply,
    ideas=_ideas,
    moves_prefix=True,
)
