"""Calls on another model, or served in another way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.errors import UnpricedError, UsageError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS, UNITS
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.call_set import Book, Entry, offer_of
from tokencost_profiles.whatif.recount import SAME, Recounter
from tokencost_profiles.whatif.reshape import scaled

_OUTPUT: Final = ("output", "reasoning")
_READS: Final = ("cache_read", "cache_read_explicit")  # of text


class Desk:
    """What a replay needs at hand."""

    def __init__(
        self, table: PriceTable, pricer: Pricer, counter: Counter, book: Book, now: datetime
    ) -> None:
        self.table, self.pricer, self.counter, self.now = table, pricer, counter, now
        self.recounter = Recounter(book, counter)
        self._targets: dict[str, Offer] = {}

    def offer(self, call: Call) -> Offer | None:
        """Return what a call was bought as, or None where no table has it."""
        return offer_of(self.table, call)

    def target(self, name: str) -> Offer:
        """Return a model to go to.

        Raise `UnknownModelError` or `UnpricedError` for one that cannot be called today.
        """
        found = self._targets.get(name)
        if found is None:
            found = self._targets[name] = self.table.find(name)
            if not found.model.is_served:
                raise UnpricedError(
                    f"{found.key} can no longer be called ({found.model.status})",
                    hint="`tokencost models --search` lists what can; for the past, --as-of DATE",
                )
            if found.model.price_on(self.now) is None:
                raise UnpricedError(
                    f"{found.key} has no price on {self.now:%Y-%m-%d}",
                    hint=f"`tokencost prices show {name}` lists its dates; --as-of moves the day",
                )
        return found


class Moved(NamedTuple):
    """A call on another model."""

    entry: Entry
    error: float  # relative, of its tokens
    notes: tuple[str, ...]


def moved(entry: Entry, model: str, desk: Desk, *, keep_reasoning: bool) -> Moved:
    """Return a call as another model would have been billed for it."""
    target = desk.target(model)
    call = entry.call
    source = desk.offer(call)
    if source is not None and source.key == target.key:
        return Moved(entry, call.error, ())
    if call.usage is None:
        return Moved(_on(entry, target, None, entry.prompt, desk), 0.0, ())
    if source is None:
        name = call.model or "a model without a name"
        note = f"{name} is in no table: its tokens are taken as they are"
        usage = _mapped(call.usage, target, desk)
        return Moved(_on(entry, target, usage, entry.prompt, desk), 0.15, (note,))
    ratio = desk.recounter.ratio(entry, source, target)
    notes: tuple[str, ...] = (
        () if ratio.how in (SAME, "counted") else (f"{target.key}: tokens {ratio.how}",)
    )
    usage = scaled(call.usage, ratio.input, INPUT_UNITS)
    usage = scaled(usage, ratio.output, _OUTPUT)
    if usage.get("reasoning") and not keep_reasoning and not target.model.thinks:
        usage = {unit: number for unit, number in usage.items() if unit != "reasoning"}
        notes += (f"{target.model.id} does not think first: its reasoning is left out",)
    usage = _mapped(usage, target, desk)
    prompt = round(entry.prompt * ratio.input)
    return Moved(_on(entry, target, usage, prompt, desk), max(ratio.error, call.error), notes)


def served(
    entry: Entry, mode: str | None, region: str | None, desk: Desk
) -> tuple[Entry, str | None]:
    """Return a call served in a mode or region; as it was, and why, where that is not offered."""
    call = entry.call
    offer = desk.offer(call)
    if offer is None:
        return entry, f"no table has {call.model or 'its model'}: served as it was"
    if mode is not None:
        if mode != "standard" and not _offers(offer, mode, _moment(call, desk)):
            return entry, f"{offer.key} has no {mode}: served as it was"
        call = msgspec.structs.replace(
            call,
            batch=mode == "batch",
            service_tier=mode if mode in ("flex", "priority") else None,
            speed=mode if mode in ("fast", "ultrafast") else None,
        )
    if region is not None:
        there = {**dict(offer.conditions), "region": region, "inference_geo": region}
        if not any(one.applies(there, _moment(call, desk)) for one in offer.modifiers):
            return entry, f"{offer.key} has no price of its own in {region}: served as it was"
        call = msgspec.structs.replace(call, region=region)
    return entry._replace(call=call, card=None), None


def refuse_mode(book: Book, mode: str, desk: Desk) -> None:
    """Raise `UsageError` where no model of the book is offered in a mode."""
    offered: dict[str, None] = {}
    for entry in book.entries:
        offer = desk.offer(entry.call)
        if offer is None:
            continue
        if mode == "standard" or _offers(offer, mode, _moment(entry.call, desk)):
            return
        offered.update(dict.fromkeys(offer.modes))
    raise UsageError(
        f"none of these models is offered in mode '{mode}'",
        hint=f"modes they have: {', '.join(offered) or 'none'}",
    )


def _offers(offer: Offer, mode: str, at: datetime) -> bool:
    entries = [entry for entry in offer.modes.get(mode, ()) if entry.start <= at]
    if not entries or entries[-1].ended:
        return False
    return entries[-1].same_as is None or _offers(offer, entries[-1].same_as, at)


def _on(
    entry: Entry, target: Offer, usage: dict[str, int] | None, prompt: int, desk: Desk
) -> Entry:
    call = msgspec.structs.replace(
        entry.call,
        provider=target.provider,
        model=f"{target.provider}/{target.model.id}",
        usage=usage,
        region=dict(target.conditions).get("region"),
        service_tier=None,
        speed=None,
        at=_priced_at(entry.call, target, desk),
    )
    return entry._replace(call=call, prompt=prompt, card=None)


def _priced_at(call: Call, target: Offer, desk: Desk) -> float | None:
    """Return the moment whose price counts: today's for calls made before the model was sold."""
    if call.at is None:
        return None
    sold = target.model.price_on(datetime.fromtimestamp(call.at, UTC)) is not None
    return call.at if sold else desk.now.timestamp()


def _mapped(usage: Mapping[str, int], target: Offer, desk: Desk) -> dict[str, int]:
    """Return a usage in the units that a model has a rate or a fee for.

    Writes that it does not charge for apart are fresh input; so are reads where it has no cache.
    """
    price = target.model.price_on(desk.now)
    rates = price.rates if price is not None else {}
    writes = [unit for unit in CACHE_WRITE_UNITS if unit in rates]
    found: dict[str, int] = {}
    for unit, number in usage.items():
        to = unit
        if unit in CACHE_WRITE_UNITS and unit not in rates:
            to = writes[0] if writes else "input"
        elif unit in _READS and unit not in rates:
            to = next((rate for rate in UNITS[unit].chain if rate in rates), "input")
        elif unit == "web_search_preview" and unit not in target.fees:
            to = "web_search"
        found[to] = found.get(to, 0) + number
    return found


def _moment(call: Call, desk: Desk) -> datetime:
    return datetime.fromtimestamp(call.at, UTC) if call.at is not None else desk.now
