"""All calls on a small model, a share of them again on a large one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tokencost_pricing.errors import UsageError
from tokencost_profiles.whatif.change import Change, Flag, Step
from tokencost_profiles.whatif.parse_numbers import share_of_one

if TYPE_CHECKING:
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState


class Cascade(NamedTuple):
    """Every call goes to the first model; a share of them goes on to the second."""

    first: str
    then: str
    rate: Decimal


def _parse(value: Any, where: str) -> Cascade:
    """Read `small>large:0.2`: all calls on small, a fifth of them again on large."""
    names, _, rate = str(value).rpartition(":")
    first, arrow, then = names.partition(">")
    share = share_of_one(rate)
    if not (first and arrow and then) or share is None:
        raise UsageError(f"{where}: '{value}' is not as small>large:0.2")
    return Cascade(first.strip(), then.strip(), share)


def _apply(cascade: Cascade, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_pricing.money import multiply
    from tokencost_profiles.whatif.other_model import on_model

    sent = []
    for portion in portions:
        sent.append(on_model(portion, cascade.first, state))
        if cascade.rate:
            again = portion._replace(share=multiply(portion.share, cascade.rate))
            sent.append(on_model(again, cascade.then, state))
    return sent


CHANGE = Change(
    key="cascade",
    order=60,
    step=Step.MODEL,
    title="cascade",
    explanation="all calls on the first, a share of them again on the second",
    example="gpt-6-luna>gpt-6.1-sol:0.2",
    flag=Flag(
        help="All calls on SMALL, a share of them again on LARGE. Repeatable.",
        metavar="SMALL>LARGE:RATE",
        repeatable=True,
    ),
    parse=_parse,
    apply=_apply,
    no_ideas="how often the small model's answer will not do is for an evaluation to tell",
    excludes=("model", "route", "self_hosted"),
)
