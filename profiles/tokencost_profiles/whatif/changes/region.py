"""All calls served in a region, which may have another price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles.whatif.change import Change, Flag, Step
from tokencost_profiles.whatif.parse_numbers import text

if TYPE_CHECKING:
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState


def _parse(value: Any, where: str) -> str:
    from tokencost_pricing.regions import AREAS, REGIONS, is_region

    name = text(value, where).casefold()
    if not is_region(name):
        raise UsageError(f"{where}: no region '{name}'{did_you_mean(name, AREAS)}", hint=REGIONS)
    return name


def _apply(region: str, portions: list[Portion], state: ReplayState) -> list[Portion]:
    return [_served(portion, region, state) for portion in portions]


def _served(portion: Portion, region: str, state: ReplayState) -> Portion:
    import msgspec

    call = portion.entry.call
    offer = state.models.offer(call)
    if offer is None:
        state.note_portion(f"no table has {call.model or 'its model'}: served as it was", portion)
        return portion
    conditions = {**dict(offer.conditions), "region": region, "inference_geo": region}
    moment = state.models.moment(call)
    if not offer.differs_under(conditions, moment):
        state.note_portion(
            f"{offer.key} has no price of its own in {region}: served as it was", portion
        )
        return portion
    call = msgspec.structs.replace(call, region=region)
    return portion._replace(entry=portion.entry._replace(call=call, card=None))


CHANGE = Change(
    key="region",
    order=30,
    step=Step.SERVICE,
    title="region",
    explanation="the provider's regional factor",
    example="eu",
    flag=Flag(help="Served there, such as us or eu. Repeatable.", metavar="NAME", repeatable=True),
    parse=_parse,
    apply=_apply,
    no_ideas="where data may be processed is decided by law or contract, not by price",
)
