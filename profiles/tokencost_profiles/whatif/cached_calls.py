"""Calls with the provider's cache replayed: from portions to the simulator and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.caching import cache_rules
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_pricing.offer import Offer
from tokencost_pricing.rate_card import Card
from tokencost_pricing.units import CACHE_WRITE_UNITS
from tokencost_profiles.calls.content import Part
from tokencost_profiles.costs.rate_cards import name_of
from tokencost_profiles.whatif.call_set import Entry
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.prompt_cache.blocks import (
    HEAD_ROLES,
    BlockMaker,
    CacheBlock,
    CacheRequest,
    TokenFitter,
)
from tokencost_profiles.whatif.prompt_cache.cache_outcome import UNCACHED, CacheOutcome
from tokencost_profiles.whatif.prompt_cache.recorded_policies import (
    AS_RECORDED,
    RecordedPolicies,
    reads_cache,
)
from tokencost_profiles.whatif.prompt_cache.rules import OFF
from tokencost_profiles.whatif.prompt_cache.simulator import Price, Result, price_with, simulate
from tokencost_profiles.whatif.replay_state import RECORDED, REPLAYED, Portion, ReplayState

_DAY: Final = 86_400
_TEXT_UNITS: Final = ("input", "cache_read", "cache_read_explicit", *CACHE_WRITE_UNITS)
_STORAGE: Final = Decimal(3600 * 1_000_000)
_NOT_REPLAYED: Final = "its cache cannot be replayed: what a shorter prompt saves is not known"


class _Simulated(NamedTuple):
    """Entries as a cache would have served them, in their order."""

    entries: list[Entry]
    replayed: frozenset[int]  # positions of the entries whose cache was replayed
    notes: Mapping[str, int]  # why what was not read -> calls
    storage: Decimal  # USD


def replay_caches(policy: str, portions: list[Portion], state: ReplayState) -> list[Portion]:
    """Replay the caches of the providers over what is sent, in the order of the calls' times.

    Where the text or the time of a call is not known, its cache stays as it was logged.
    """
    if policy == OFF:
        return [portion._replace(entry=_uncached(portion.entry)) for portion in portions]
    run = _CacheRun(state.models)
    for at, portion in enumerate(portions):
        run.add(at, portion.entry)
    done = run.simulate([portion.entry for portion in portions], policy)
    for text, calls in done.notes.items():
        state.note(text, calls)
    state.totals.add_extra("cache storage", done.storage)
    state.cache = REPLAYED if done.replayed else RECORDED
    not_replayed = [
        portion.entry
        for at, portion in enumerate(portions)
        if at not in done.replayed and portion.entry.call.usage
    ]
    uncertain = [entry for entry in not_replayed if reads_cache(entry.recorded)]
    for entry in uncertain:
        state.note(_NOT_REPLAYED, entry.calls)
    if uncertain or (not_replayed and not done.replayed):
        state.is_cost_unknown = True
    return [
        portion._replace(entry=entry) for portion, entry in zip(portions, done.entries, strict=True)
    ]


class _CacheRun:
    """One simulation of the caches over many entries."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._fit = TokenFitter()
        self._makers: dict[str | None, BlockMaker] = {}
        self._prices: dict[str, Price] = {}
        self._cards: dict[int, Card] = {}  # by turn
        self._of: list[tuple[int, int]] = []  # of each turn: its entry, and how often it counts
        self._recorded = RecordedPolicies()
        self.requests: list[CacheRequest] = []
        self.notes: dict[str, int] = {}

    def add(self, at: int, entry: Entry) -> None:
        """Add the turns of an entry, where its text and its time are known."""
        call = entry.call
        offer = self._models.offer(call)
        parts = self._parts(entry)
        if offer is None or call.usage is None or call.at is None or not parts:
            unknown = "time" if parts and call.at is None else "text"
            self._note(f"its {unknown} is not known: cached as it was logged", entry.calls)
            return
        if entry.calls == 1:
            billed = sum(call.usage.get(unit, 0) for unit in _TEXT_UNITS)
            session = call.session or call.file or ""
            blocks = self._fit(session, self._blocks(parts, offer), billed)
            self._turn(at, entry, offer, blocks, call.at, 1, session)
        else:
            self._even(at, entry, offer, parts, call.at)

    def _even(
        self, at: int, entry: Entry, offer: Offer, parts: Sequence[Part], start: float
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
            sent = tuple(
                block._replace(digest=f"{number} {block.digest!r}".encode())
                if fixed and block.role not in HEAD_ROLES
                else block
                for block in blocks
            )
            moment = start + number * _DAY / entry.calls
            self._turn(at, entry, offer, sent, moment, count, session)

    def _turn(
        self,
        at: int,
        entry: Entry,
        offer: Offer,
        blocks: tuple[CacheBlock, ...],
        moment: float,
        count: int,
        session: str,
    ) -> None:
        day = datetime.fromtimestamp(moment, UTC)
        request = CacheRequest(moment, cache_rules(offer, day), blocks, offer.key, session)
        self._recorded.add(session, entry.recorded or entry.call.usage or {}, request.rules)
        self.requests.append(request)
        self._of.append((at, count))
        card = entry.card or self._models.pricer.rate(entry.call, entry.prompt).card
        self._cards[id(request)] = card

    def _policies(self, policy: str) -> str | dict[str, str]:
        """Return the policy of each session, where those of the record are asked for."""
        if policy != AS_RECORDED:
            return policy
        return {request.history: self._recorded.of(request.history) for request in self.requests}

    def _parts(self, entry: Entry) -> Sequence[Part]:
        parts = entry.parts()
        if entry.left is None:
            return parts
        return tuple(part for part, left in zip(parts, entry.left, strict=True) if left)

    def _blocks(self, parts: Sequence[Part], offer: Offer) -> tuple[CacheBlock, ...]:
        family = self._models.counter.family(offer.model)
        maker = self._makers.get(family)
        if maker is None:
            counter = self._models.counter
            maker = self._makers[family] = BlockMaker(lambda text: counter.text(text, family))
        return maker(parts)

    def price(self, request: CacheRequest, outcome: CacheOutcome) -> Decimal:
        """Return what the prompt of a turn costs under an outcome."""
        card = self._cards[id(request)]
        name = name_of(card)
        price = self._prices.get(name)
        if price is None:
            price = self._prices[name] = price_with(card.rates)
        return price(request, outcome) if card.rates else ZERO

    def _note(self, text: str, calls: int) -> None:
        self.notes[text] = self.notes.get(text, 0) + calls

    def simulate(self, entries: Sequence[Entry], policy: str) -> _Simulated:
        """Return the entries as their caches would have served them."""
        return self._settled(
            entries, simulate(self.requests, self._policies(policy), price=self.price)
        )

    def _settled(self, entries: Sequence[Entry], result: Result) -> _Simulated:
        usages: dict[int, dict[str, int]] = {}
        storage = ZERO
        for (at, count), request, outcome in zip(
            self._of, self.requests, result.outcomes, strict=True
        ):
            usage = usages.setdefault(at, {})
            for unit, tokens in outcome.usage.items():
                usage[unit] = usage.get(unit, 0) + tokens * count
            if outcome.missed is not None and outcome.missed != UNCACHED:
                role = f": {outcome.role}" if outcome.role else ""
                self._note(f"not read from the cache: {outcome.missed}{role}", count)
            storage = add(storage, _stored(outcome, self._cards[id(request)], count))
        served = [
            _with_input(entry, usages[at]) if at in usages else entry
            for at, entry in enumerate(entries)
        ]
        return _Simulated(served, frozenset(usages), self.notes, storage)


def _stored(outcome: CacheOutcome, card: Card, count: int) -> Decimal:
    rate = card.rates.get("cache_storage_hour")
    if not outcome.storage or rate is None:
        return ZERO
    return divide(multiply(Decimal(outcome.storage * count), rate), _STORAGE)


def _with_input(entry: Entry, usage: Mapping[str, int]) -> Entry:
    """Return an entry with other tokens on the side of its text input."""
    other = {
        unit: count for unit, count in (entry.call.usage or {}).items() if unit not in _TEXT_UNITS
    }
    call = msgspec.structs.replace(entry.call, usage={**usage, **other})
    return entry._replace(call=call)


def _uncached(entry: Entry) -> Entry:
    usage = entry.call.usage
    if usage is None or not any(usage.get(unit) for unit in _TEXT_UNITS if unit != "input"):
        return entry
    return _with_input(entry, {"input": sum(usage.get(unit, 0) for unit in _TEXT_UNITS)})
