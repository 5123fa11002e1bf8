"""What the same calls would have cost otherwise: a scenario, replayed call by call.

Steps, in this order: what is not sent at all (retries, answers from a cache), shorter prompts,
where calls go, shorter answers, how they are served, and the provider's own cache last, since it
sees what is sent in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import ONE, ZERO, add, multiply
from tokencost_pricing.offer import Offer
from tokencost_pricing.units import INPUT_UNITS
from tokencost_profiles.calls.call import Call
from tokencost_profiles.whatif.bill import NO_USAGE, Bill
from tokencost_profiles.whatif.call_set import Book, Entry
from tokencost_profiles.whatif.hardware import break_even
from tokencost_profiles.whatif.other_model import Desk, moved, served
from tokencost_profiles.whatif.outcome import BASE, RECORDED, REPLAYED, Outcome
from tokencost_profiles.whatif.prompt_cache.rules import OFF
from tokencost_profiles.whatif.recorded_cache import AS_RECORDED, reads_cache
from tokencost_profiles.whatif.reshape import reshaped, unused_tools
from tokencost_profiles.whatif.retries import without_retries
from tokencost_profiles.whatif.scenario import Scenario
from tokencost_profiles.whatif.waiting import waiting

_OUTPUT: Final = ("output", "reasoning")
# What a log cannot say of a scenario: then its tokens are shown, and no cost.
_NO_TEXT: Final = "no text in the log: what is left of the prompt cannot be told"
_NOT_REPLAYED: Final = "its cache cannot be replayed: what a shorter prompt saves is not known"
_WAITING: Final = (
    "each waits for another call of its session, and a batch may take 24 hours for each"
)


class _Piece(NamedTuple):
    """Some share of an entry, on its way to a bill."""

    entry: Entry
    share: Decimal = ONE
    at: int = 0  # which entry of the book: pieces of one are still one call


def replay(book: Book, scenario: Scenario, desk: Desk) -> Outcome:
    """Replay the calls under a scenario. Raise `UsageError` for what cannot be done at all."""
    if not book.whole and (scenario.needs_text or scenario.needs_calls):
        raise UsageError(
            f"'{scenario.name}' needs the calls themselves: a saved profile holds sums",
            hint="give the logs instead",
        )
    run = _Run(book, scenario, desk)
    blocks = run.blocks()
    policy = cache_policy(book, scenario)
    if policy is not None:
        blocks = run.cached(blocks, policy)
    for block in blocks:
        run.bill_one(block)
    return run.outcome()


def cache_policy(book: Book, scenario: Scenario) -> str | None:
    """Return the policy under which a scenario's caches are replayed; None: they are as recorded.

    What shortens prompts moves their beginning, and with it what the cache can read: where the log
    shows reads, its own policy is replayed unless another is asked for.
    """
    if scenario.cache is not None:
        return None if scenario.cache == "as-logged" else scenario.cache
    return AS_RECORDED if scenario.needs_text and book.reads_cache else None


class _Run:
    """One replay."""

    def __init__(self, book: Book, scenario: Scenario, desk: Desk) -> None:
        self.book, self.scenario, self.desk = book, scenario, desk
        self.bill = Bill(desk.pricer)
        self.notes: dict[str, int] = {}
        self.window: float | None = None
        self.over_window = self.over_output = 0
        self._at: int | None = None  # the entry that is on its way
        self._waiting: frozenset[int] = frozenset()  # entries that wait for others
        self._cache = RECORDED
        self._undecided = False
        self._unshaped = self._unserved = 0  # calls that the scenario could not be applied to
        self._noted: set[tuple[str, int]] = set()
        self._weighted_error = 0.0
        self._tokens = 0
        self.hosted = [ZERO, ZERO]  # tokens in and out on hardware of one's own

    def note(self, text: str, calls: int = 1) -> None:
        """Note something about some calls, once where several pieces are shares of them."""
        if self._at is not None:
            if (text, self._at) in self._noted:
                return
            self._noted.add((text, self._at))
        self.notes[text] = self.notes.get(text, 0) + calls

    def blocks(self) -> list[_Piece]:
        """Return every call as it would be sent, and to whom."""
        scenario = self.scenario
        entries: Sequence[Entry] = self.book.entries
        if scenario.no_retries:
            entries, dropped = without_retries(entries)
            if dropped:
                self.note("retries left out", dropped)
        if scenario.mode == "batch":
            self._waiting = waiting(entries)
        unused = unused_tools(self.book) if scenario.prune_tools else frozenset()
        if scenario.prune_tools and not unused:
            self.note("no call defines a tool that none of them uses", self.book.calls)
        found: list[_Piece] = []
        for at, entry in enumerate(entries):
            self._at = at
            shaped = self._shaped(entry, unused)
            missed = ONE - scenario.hit_rate if scenario.hit_rate is not None else ONE
            if scenario.lookup is not None:
                self.bill.extra("cache lookups", multiply(scenario.lookup, Decimal(entry.calls)))
            if missed:
                found += [
                    _Piece(self._ended(one.entry), multiply(one.share, missed), at)
                    for one in self._sent(shaped)
                ]
        self._at = None
        return found

    def _shaped(self, entry: Entry, unused: frozenset[str]) -> Entry:
        if not self.scenario.needs_text or entry.call.usage is None:
            return entry
        offer = self.desk.offer(entry.call)
        family = offer.model.tokenizer if offer else None
        done = reshaped(
            entry, self.scenario, unused, lambda text: self.desk.counter.text(text, family)
        )
        if done is None:
            self._unshaped += entry.calls
            self.note(_NO_TEXT, entry.calls)
            return entry
        self.bill.extra("compressor", done.spent)
        return done.entry

    def _sent(self, entry: Entry) -> list[_Piece]:
        """Return where a call goes, with the share of it that goes there."""
        scenario = self.scenario
        if scenario.cascade is not None:
            rate = scenario.cascade.rate
            blocks = [_Piece(self._moved(entry, scenario.cascade.first))]
            return blocks + (
                [_Piece(self._moved(entry, scenario.cascade.then), rate)] if rate else []
            )
        if scenario.route and scenario.route[0].share is not None:
            return [
                _Piece(self._moved(entry, route.model), route.share)
                for route in scenario.route
                if route.share
            ]
        for route in scenario.route:
            if route.takes(entry.one()):
                return [_Piece(self._moved(entry, route.model))]
        return [_Piece(self._moved(entry, scenario.model) if scenario.model else entry)]

    def _moved(self, entry: Entry, model: str) -> Entry:
        done = moved(entry, model, self.desk, keep_reasoning=self.scenario.keep_reasoning)
        for note in done.notes:
            self.note(note, entry.calls)
        self._weigh(done.entry, done.error)
        return done.entry

    def _weigh(self, entry: Entry, error: float) -> None:
        tokens = sum((entry.call.usage or {}).values())
        self._weighted_error += error * tokens
        self._tokens += tokens

    def _ended(self, entry: Entry) -> Entry:
        """Return a call with its answer cut, and served as the scenario says."""
        scenario, call = self.scenario, entry.call
        if scenario.max_output is not None and call.usage:
            most = scenario.max_output * entry.calls
            written = sum(call.usage.get(unit, 0) for unit in _OUTPUT)
            if written > most:
                self.note("answers cut", entry.calls)
                entry = entry._replace(call=_cut(call, written - most), card=None)
        if scenario.mode is not None or scenario.region is not None:
            entry = self._served(entry)
        return entry

    def _served(self, entry: Entry) -> Entry:
        """Return a call in the mode and the region of the scenario."""
        scenario = self.scenario
        mode = scenario.mode
        if self._at in self._waiting:
            if scenario.only_independent:
                mode = None
            elif not entry.call.batch:
                self.note(_WAITING, entry.calls)
        if mode is None and scenario.region is None:
            return entry
        served_entry, problem = served(entry, mode, scenario.region, self.desk)
        if problem:
            self.note(problem, entry.calls)
            self._unserved += entry.calls if mode is not None else 0
        return served_entry

    def cached(self, blocks: list[_Piece], policy: str) -> list[_Piece]:
        """Replay the caches of the providers over what is sent: every change comes by here."""
        from tokencost_profiles.whatif.caching import replayed

        done = replayed([block.entry for block in blocks], policy, self.desk)
        for text, calls in done.notes.items():
            self.note(text, calls)
        for what, amount in done.extras.items():
            self.bill.extra(what, amount)
        if policy != OFF:
            self._cache = REPLAYED if done.simulated else RECORDED
            lost = [
                block.entry
                for at, block in enumerate(blocks)
                if at not in done.simulated and block.entry.call.usage
            ]
            unsure = [entry for entry in lost if entry.recorded and reads_cache(entry.recorded)]
            for entry in unsure:
                self.note(_NOT_REPLAYED, entry.calls)
            self._undecided = bool(unsure) or (bool(lost) and not done.simulated)
        return [
            block._replace(entry=entry) for block, entry in zip(blocks, done.entries, strict=True)
        ]

    def bill_one(self, block: _Piece) -> None:
        """Add a call to the bill, and see whether it fits."""
        entry, call = block.entry, block.entry.call
        if self.scenario.self_hosted is not None:
            self._host(block)
            return
        self.bill.take(
            call, entry.prompt, count=entry.calls, share=block.share, card=entry.card, at=block.at
        )
        offer = self.desk.offer(call)
        if offer is not None and call.usage is not None:
            self._fit(entry, offer)

    def _fit(self, entry: Entry, offer: Offer) -> None:
        usage = entry.call.usage or {}
        output = sum(usage.get(unit, 0) for unit in _OUTPUT) // max(1, entry.calls)
        limit = offer.model.context_window
        if limit and entry.prompt and self.book.whole:  # of sums no single length is known
            share = (entry.prompt + output) / limit
            self.window = max(self.window or 0.0, share)
            self.over_window += entry.calls if share > 1 else 0
        most = offer.model.limits.get("output")
        if most is not None and output > most and self.book.whole:
            self.over_output += entry.calls

    def _host(self, block: _Piece) -> None:
        usage = block.entry.call.usage
        self.bill.calls = add(self.bill.calls, Decimal(block.entry.calls))
        if usage is None or self.scenario.self_hosted is None:
            self.bill.miss(NO_USAGE, block.entry.calls, block.at)
            return
        self.bill.beside(usage, block.share)
        read = sum(usage.get(unit, 0) for unit in INPUT_UNITS)
        written = sum(usage.get(unit, 0) for unit in _OUTPUT)
        for side, tokens in enumerate((read, written)):
            self.hosted[side] = add(self.hosted[side], multiply(block.share, Decimal(tokens)))
        cost = self.scenario.self_hosted.cost(read, written)
        self.bill.extra("hardware", multiply(block.share, cost))

    def outcome(self) -> Outcome:
        """Return what it came to."""
        for text, calls in (*self.bill.unpriced.items(), *self.bill.notes.items()):
            self.note(text, calls)
        counted = sum(entry.calls for entry in self.book.entries if entry.call.usage is not None)
        nowhere = bool(counted) and counted in (self._unshaped, self._unserved)
        even = None
        if self.scenario.self_hosted is not None:
            before = replay(self.book, Scenario(BASE), self.desk)
            # What calls cost is not known where some of them have no price.
            api = (before.cost or ZERO) if not before.bill.unpriced_calls else ZERO
            even = break_even(self.scenario.self_hosted, self.book.calls, api, *self.hosted)
        return Outcome(
            self.scenario,
            self.bill,
            self.book.calls,
            self.notes,
            self._weighted_error / self._tokens if self._tokens else 0.0,
            self.window,
            self.over_window,
            self.over_output,
            even,
            self._cache,
            self._undecided or nowhere,
        )


def _cut(call: Call, tokens: int) -> Call:
    """Take tokens from the end of an answer: what is said first, what is thought then."""
    usage = dict(call.usage or {})
    for unit in _OUTPUT:
        taken = min(tokens, usage.get(unit, 0))
        if taken:
            usage[unit] -= taken
            tokens -= taken
    return msgspec.structs.replace(call, usage=usage)
