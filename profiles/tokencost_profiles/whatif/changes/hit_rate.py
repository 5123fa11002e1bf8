"""A cache of answers answers a share of the calls."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tokencost_profiles.whatif.change import Change, Flag, Setting, Step
from tokencost_profiles.whatif.parse_numbers import dollars, share

if TYPE_CHECKING:
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState


class HitRate(NamedTuple):
    """How many calls the cache answers, and what asking it costs."""

    share: Decimal
    lookup: Decimal | None = None  # USD for each look into the cache


def _parse(value: Any, where: str) -> HitRate:
    return HitRate(share(value, where))


def _apply(hits: HitRate, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_pricing.money import ONE, multiply

    if hits.lookup is not None:
        for portion in portions:
            calls = Decimal(portion.entry.calls)
            state.totals.add_extra("cache lookups", multiply(hits.lookup, calls))
    missed = ONE - hits.share
    if not missed:
        return []
    return [portion._replace(share=multiply(portion.share, missed)) for portion in portions]


CHANGE = Change(
    key="hit_rate",
    order=130,
    step=Step.ANSWERS,
    title="answers from a cache",
    explanation="that share of calls is not sent; each look into the cache may cost something",
    example="0.2",
    flag=Flag(help="Share of calls that a cache of answers answers.", metavar="SHARE"),
    parse=_parse,
    apply=_apply,
    no_ideas="how often one answer would do for another call, no log tells",
    settings=(
        Setting(
            "lookup",
            dollars,
            example="0.0001",
            no_flag="it changes little, so it is for scenarios only",
        ),
    ),
)
