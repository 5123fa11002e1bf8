"""The provider's prompt cache under another policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tokencost_profiles.whatif.change import Change, Flag, Idea, Step
from tokencost_profiles.whatif.parse_numbers import one_of

if TYPE_CHECKING:
    from tokencost_profiles.whatif.call_set import CallSet
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState


def _parse(value: Any, where: str) -> str:
    from tokencost_profiles.whatif.prompt_cache.rules import POLICIES

    return one_of(POLICIES)(value, where)


def _is_policy(term: str) -> bool:
    from tokencost_profiles.whatif.prompt_cache.rules import POLICIES

    return term in POLICIES


def _apply(policy: str, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_profiles.whatif.cached_calls import replay_caches
    from tokencost_profiles.whatif.prompt_cache.rules import AS_LOGGED

    if policy == AS_LOGGED:
        return portions
    return replay_caches(policy, portions, state)


def _ideas(calls: CallSet, models: Models) -> Iterator[Idea]:
    if calls.by_call:
        yield Idea(
            "cache best",
            "best",
            "a stable beginning of the prompt, and cache marks where the provider asks for them",
            "what changes early in the prompt breaks it",
        )


CHANGE = Change(
    key="cache",
    order=40,
    step=Step.CACHE,
    title="cache",
    explanation=(
        "the provider's cache replayed by its dated rules: [cache-simulator.md](cache-simulator.md)"
    ),
    example="5m",
    flag=Flag(
        help="The provider's cache, replayed: off, as-logged, auto, 5m, 1h, best. Repeatable.",
        metavar="POLICY",
        repeatable=True,
    ),
    parse=_parse,
    apply=_apply,
    ideas=_ideas,
    is_bare=_is_policy,
)
