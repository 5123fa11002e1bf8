"""Calls on another model: its token counts, in units that it has a rate for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.offer import Offer
from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS, UNITS
from tokencost_profiles.calls.call import Call
from tokencost_profiles.whatif.call_set import ANSWER_UNITS, Entry
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.replay_state import Portion, ReplayState
from tokencost_profiles.whatif.token_ratios import COUNTED, SAME, scaled

_READS: Final = ("cache_read", "cache_read_explicit")  # of text
_UNKNOWN_ERROR: Final = 0.15  # of the tokens of a model that no table has


class _Moved(NamedTuple):
    """Calls on another model."""

    entry: Entry
    error: float  # relative, of its tokens
    notes: tuple[str, ...]


def on_model(portion: Portion, model: str, state: ReplayState) -> Portion:
    """Return a portion as another model would have been billed for it, and note what is not sure.

    Raise `UnknownModelError` or `UnpricedError` for a model that cannot be called.
    """
    target = state.models.target(model)
    moved = _moved(portion.entry, target, state.models, keep_reasoning=state.keep_reasoning)
    for note in moved.notes:
        state.note_portion(note, portion)
    billed = portion._replace(entry=moved.entry, error=moved.error)
    state.add_moved(billed)
    return billed


def _moved(entry: Entry, target: Offer, models: Models, *, keep_reasoning: bool) -> _Moved:
    call = entry.call
    source = models.offer(call)
    if source is not None and source.key == target.key:
        return _Moved(entry, call.error, ())
    if call.usage is None:
        return _Moved(_billed_as(entry, target, None, entry.prompt, models), 0.0, ())
    if source is None:
        name = call.model or "an unnamed model"
        note = f"{name} {models.gap(call)}: its tokens are taken as they are"
        usage = _in_units_of(call.usage, target, models)
        entry = _billed_as(entry, target, usage, entry.prompt, models)
        return _Moved(entry, _UNKNOWN_ERROR, (note,))
    ratio = models.ratios.ratio(entry, source, target)
    notes: tuple[str, ...] = (
        () if ratio.how in (SAME, COUNTED) else (f"{target.key}: tokens {ratio.how}",)
    )
    usage = scaled(call.usage, ratio.input, INPUT_UNITS)
    usage = scaled(usage, ratio.output, ANSWER_UNITS)
    if usage.get("reasoning") and not keep_reasoning and not target.model.thinks:
        usage = {unit: number for unit, number in usage.items() if unit != "reasoning"}
        notes += (f"{target.model.id} does not think first: its reasoning is left out",)
    usage = _in_units_of(usage, target, models)
    entry = _billed_as(entry, target, usage, round(entry.prompt * ratio.input), models)
    return _Moved(entry, max(ratio.error, call.error), notes)


def _billed_as(
    entry: Entry, target: Offer, usage: dict[str, int] | None, prompt: int, models: Models
) -> Entry:
    call = msgspec.structs.replace(
        entry.call,
        provider=target.provider,
        host=None,
        model=f"{target.provider}/{target.model.id}",
        usage=usage,
        region=dict(target.conditions).get("region"),
        service_tier=None,
        speed=None,
        at=_priced_at(entry.call, target, models),
    )
    return entry._replace(call=call, prompt=prompt, card=None)


def _priced_at(call: Call, target: Offer, models: Models) -> float | None:
    """Return the moment whose price counts: today's for calls from before the model was sold."""
    if call.at is None:
        return None
    was_sold = target.model.price_on(datetime.fromtimestamp(call.at, UTC)) is not None
    return call.at if was_sold else models.now.timestamp()


def _in_units_of(usage: Mapping[str, int], target: Offer, models: Models) -> dict[str, int]:
    """Return a usage in the units that a model has a rate or a fee for.

    Writes that it does not charge for apart are fresh input; so are reads where it has no cache.
    """
    price = target.model.price_on(models.now)
    rates = price.rates if price is not None else {}
    writes = [unit for unit in CACHE_WRITE_UNITS if unit in rates]
    counts: dict[str, int] = {}
    for unit, number in usage.items():
        to = unit
        if unit in CACHE_WRITE_UNITS and unit not in rates:
            to = writes[0] if writes else "input"
        elif unit in _READS and unit not in rates:
            to = next((rate for rate in UNITS[unit].chain if rate in rates), "input")
        elif unit == "web_search_preview" and unit not in target.fees:
            to = "web_search"
        counts[to] = counts.get(to, 0) + number
    return counts
