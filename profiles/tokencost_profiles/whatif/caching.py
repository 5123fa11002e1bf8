"""Calls with the provider's cache replayed: from a book's entries to the simulator and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.caching import cache_rules
from tokencost_pricing.cost import Card
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_pricing.offer import Offer
from tokencost_pricing.units import CACHE_WRITE_UNITS
from tokencost_profiles.calls.content import Part
from tokencost_profiles.costs.rate_cards import name_of
from tokencost_profiles.whatif.call_set import Entry
from tokencost_profiles.whatif.other_model import Desk
from tokencost_profiles.whatif.prompt_cache.blocks import HEAD_ROLES
from tokencost_profiles.whatif.prompt_cache.simulator import (
    Block,
    BlockMaker,
    Fitter,
    Outcome,
    Price,
    Result,
    Turn,
    price_with,
    simulate,
)
from tokencost_profiles.whatif.prompt_cache.summary import UNCACHED
from tokencost_profiles.whatif.recorded_cache import AS_RECORDED, RecordedPolicies

_DAY: Final = 86_400
_TEXT_UNITS: Final = ("input", "cache_read", "cache_read_explicit", *CACHE_WRITE_UNITS)
_STORAGE: Final = Decimal(3600 * 1_000_000)


class Replayed(NamedTuple):
    """Entries as a cache would have served them, in their order."""

    entries: list[Entry]
    simulated: frozenset[int]  # places of the entries that were replayed
    notes: Mapping[str, int]  # why what was not read -> calls
    extras: Mapping[str, Decimal]  # USD beside tokens


def replayed(entries: Sequence[Entry], policy: str, desk: Desk) -> Replayed:
    """Replay the caches over calls in the order of their times.

    Where the text or the time of a call is not known, its cache stays as it was logged.
    """
    if policy == "off":
        return Replayed([_without_cache(entry) for entry in entries], frozenset(), {}, {})
    run = _Run(desk)
    for at, entry in enumerate(entries):
        run.take(at, entry)
    result = simulate(run.turns, run.policies(policy), price=run.price)
    return run.settled(entries, result)


class _Run:
    """One replay over many entries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._fit = Fitter()
        self._makers: dict[str | None, BlockMaker] = {}
        self._prices: dict[str, Price] = {}
        self._cards: dict[int, Card] = {}  # by turn
        self._of: list[tuple[int, int]] = []  # of each turn: its entry, and how often it counts
        self._recorded = RecordedPolicies()
        self.turns: list[Turn] = []
        self.notes: dict[str, int] = {}

    def take(self, at: int, entry: Entry) -> None:
        """Make the turns of an entry, where that can be done."""
        call = entry.call
        offer = self._desk.offer(call)
        parts = self._parts(entry)
        if offer is None or call.usage is None or call.at is None or not parts:
            why = "its time is" if parts and call.at is None else "its text is"
            self._note(f"{why} not known: cached as it was logged", entry.calls)
            return
        if entry.calls == 1:
            billed = sum(call.usage.get(unit, 0) for unit in _TEXT_UNITS)
            session = call.session or call.file or ""
            blocks = self._fit(session, self._blocks(parts, offer), billed)
            self._turn(at, entry, offer, blocks, call.at, 1, session)
        else:
            self._even(at, entry, offer, parts, call.at)

    def _even(
        self, at: int, entry: Entry, offer: Offer, parts: tuple[Part, ...], start: float
    ) -> None:
        """Make the first and the second of calls that come at even times: the others are alike.

        What stands before the messages is the same in all of them; where nothing does, all is.
        """
        usage = entry.call.usage or {}
        billed = sum(usage.get(unit, 0) for unit in _TEXT_UNITS) // entry.calls
        session = f"{entry.call.file} {at}"
        blocks = self._fit(session, self._blocks(parts, offer), billed)
        fixed = any(block.role in HEAD_ROLES for block in blocks)
        for number, count in ((0, 1), (1, entry.calls - 1)):
            own = tuple(
                block._replace(digest=f"{number} {block.digest!r}".encode())
                if fixed and block.role not in HEAD_ROLES
                else block
                for block in blocks
            )
            moment = start + number * _DAY / entry.calls
            self._turn(at, entry, offer, own, moment, count, session)

    def _turn(
        self,
        at: int,
        entry: Entry,
        offer: Offer,
        blocks: tuple[Block, ...],
        moment: float,
        count: int,
        session: str,
    ) -> None:
        day = datetime.fromtimestamp(moment, UTC)
        turn = Turn(moment, cache_rules(offer, day), blocks, offer.key, session)
        self._recorded.see(session, entry.recorded or entry.call.usage or {}, turn.rules)
        self.turns.append(turn)
        self._of.append((at, count))
        card = entry.card or self._desk.pricer.rate(entry.call, entry.prompt).card
        self._cards[id(turn)] = card

    def policies(self, policy: str) -> str | dict[str, str]:
        """Return the policy of each session, where those of the record are asked for."""
        if policy != AS_RECORDED:
            return policy
        return {turn.history: self._recorded.of(turn.history) for turn in self.turns}

    def _parts(self, entry: Entry) -> tuple[Part, ...]:
        parts = entry.parts()
        if entry.left is None:
            return parts
        return tuple(part for part, left in zip(parts, entry.left, strict=True) if left)

    def _blocks(self, parts: tuple[Part, ...], offer: Offer) -> tuple[Block, ...]:
        family = offer.model.tokenizer
        maker = self._makers.get(family)
        if maker is None:
            counter = self._desk.counter
            maker = self._makers[family] = BlockMaker(lambda text: counter.text(text, family))
        return maker(parts)

    def price(self, turn: Turn, outcome: Outcome) -> Decimal:
        """Return what the prompt of a turn costs under an outcome."""
        card = self._cards[id(turn)]
        name = name_of(card)
        found = self._prices.get(name)
        if found is None:
            found = self._prices[name] = price_with(card.rates)
        return found(turn, outcome) if card.rates else ZERO

    def _note(self, text: str, calls: int) -> None:
        self.notes[text] = self.notes.get(text, 0) + calls

    def settled(self, entries: Sequence[Entry], result: Result) -> Replayed:
        """Return the entries with what the simulation gave them."""
        usages: dict[int, dict[str, int]] = {}
        storage = ZERO
        for (at, count), turn, outcome in zip(self._of, self.turns, result.outcomes, strict=True):
            own = usages.setdefault(at, {})
            for unit, tokens in outcome.usage.items():
                own[unit] = own.get(unit, 0) + tokens * count
            if outcome.missed is not None and outcome.missed != UNCACHED:
                role = f": {outcome.role}" if outcome.role else ""
                self._note(f"not read from the cache: {outcome.missed}{role}", count)
            storage = add(storage, _stored(outcome, self._cards[id(turn)], count))
        found = [
            _with(entry, usages[at]) if at in usages else entry for at, entry in enumerate(entries)
        ]
        extras = {"cache storage": storage} if storage else {}
        return Replayed(found, frozenset(usages), self.notes, extras)


def _stored(outcome: Outcome, card: Card, count: int) -> Decimal:
    rate = card.rates.get("cache_storage_hour")
    if not outcome.storage or rate is None:
        return ZERO
    return divide(multiply(Decimal(outcome.storage * count), rate), _STORAGE)


def _with(entry: Entry, usage: Mapping[str, int]) -> Entry:
    """Return an entry with other tokens on the side of its text input."""
    kept = {
        unit: count for unit, count in (entry.call.usage or {}).items() if unit not in _TEXT_UNITS
    }
    call = msgspec.structs.replace(entry.call, usage={**usage, **kept})
    return entry._replace(call=call)


def _without_cache(entry: Entry) -> Entry:
    usage = entry.call.usage
    if usage is None or not any(usage.get(unit) for unit in _TEXT_UNITS if unit != "input"):
        return entry
    return _with(entry, {"input": sum(usage.get(unit, 0) for unit in _TEXT_UNITS)})
