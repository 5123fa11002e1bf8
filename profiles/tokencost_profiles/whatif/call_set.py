"""`Book`: the calls that scenarios are tried on, from logs, prompts or a saved profile alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from tokencost_pricing.cost import Card
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.logged_requests import request_of
from tokencost_profiles.calls.call import CALL, RUN, Call
from tokencost_profiles.calls.content import Part, Request
from tokencost_profiles.costs.dimensions import QUARTER
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.estimate import Item
from tokencost_profiles.whatif.recorded_cache import reads_cache


class Entry(NamedTuple):
    """Calls that are alike: one of a log or of a prompt, or all of a cell of a saved profile."""

    call: Call  # its usage is that of all of them
    prompt: int  # tokens of the prompt of one: the length that decides the tier
    calls: int = 1
    request: Request | None = None  # where the text is known
    card: Card | None = None  # the rates, where a saved profile tells them
    left: tuple[float, ...] | None = None  # of each part, where a scenario shortens them
    recorded: dict[str, int] | None = None  # the usage of the log, where a scenario changed it

    def one(self) -> Call:
        """Return one of the calls, of calls that are all alike."""
        if self.calls == 1 or self.call.usage is None:
            return self.call
        usage = {unit: count // self.calls for unit, count in self.call.usage.items()}
        return msgspec.structs.replace(self.call, usage=usage)

    @property
    def has_text(self) -> bool:
        """Whether the text of the prompt is known."""
        return self.request is not None or bool(self.call.parts)

    def parts(self) -> tuple[Part, ...]:
        """Return the parts of the prompt; none where the text is not known."""
        if self.request is not None:
            return self.request.parts
        return self.call.parts or ()

    def body(self) -> Request | None:
        """Return the request, as far as it is known."""
        if self.request is not None or not self.call.parts:
            return self.request
        return request_of(self.call.parts, self.call.api, self.call.model)


class Book(NamedTuple):
    """All entries, and the time they cover."""

    entries: tuple[Entry, ...]
    whole: bool = True  # False: sums of a saved profile, single calls are not known
    first: float | None = None
    last: float | None = None
    days: float | None = None  # that the calls stand for, where somebody said so

    @property
    def calls(self) -> int:
        """How many calls there are."""
        return sum(entry.calls for entry in self.entries)

    @property
    def reads_cache(self) -> bool:
        """Whether the log shows reads from a provider's cache, call by call."""
        return self.whole and any(reads_cache(entry.call.usage) for entry in self.entries)

    @property
    def seconds(self) -> float | None:
        """Seconds from the first call to the last, where their times are known and differ."""
        if self.first is None or self.last is None or self.first == self.last:
            return None
        return self.last - self.first

    @property
    def span(self) -> float:
        """Days that the calls cover, one at least; a month is taken as thirty of them."""
        if self.days is not None:
            return self.days
        if self.first is None or self.last is None:
            return 1.0
        return max(1.0, (self.last - self.first) / 86400)


def of_calls(calls: Iterable[Call]) -> Book:
    """Return the book of a log's calls."""
    entries = tuple(Entry(call, call.tier_tokens) for call in calls)
    return _spanned(entries, whole=True)


def of_profile(profile: Profile) -> Book:
    """Return the book of a saved profile: an entry for each cell."""
    entries = []
    for key, cell in profile.cells.items():
        known = key.quarter * QUARTER if key.quarter is not None else cell.first
        call = Call(
            usage=dict(cell.usage) if cell.calls > cell.without_usage else None,
            provider=key.provider,
            model=key.name or key.model,
            api=key.api,
            at=known,
            service_tier=key.tier if key.tier not in ("batch", None) else None,
            batch=key.tier == "batch",
            scope=CALL if cell.calls == 1 else RUN,
            status=key.status,
            session=key.session,
            project=key.project,
            user=key.user,
            team=key.team,
            branch=key.branch,
            agent=key.agent,
            tools=key.tools,
            tags=key.tags,
            usage_source=key.source,
        )
        entries.append(Entry(call, key.band, cell.calls, card=profile.cards[key.rates]))
    firsts = [cell.first for cell in profile.cells.values() if cell.first is not None]
    lasts = [cell.last for cell in profile.cells.values() if cell.last is not None]
    return Book(tuple(entries), False, min(firsts, default=None), max(lasts, default=None))


def of_items(
    items: Iterable[tuple[Item, Request | None]], at: datetime, per_day: int | None
) -> Book:
    """Return the book of estimated prompts: a day of so many calls of each, or one call."""
    calls = per_day or 1
    entries = []
    for item, request in items:
        usage = {unit: count * calls for unit, count in item.usage.items()}
        call = Call(
            file=item.path,
            usage=usage,
            provider=item.offer.provider,
            model=item.offer.model.id,
            at=at.timestamp(),
            api=request.api if request else None,
            scope=CALL if calls == 1 else RUN,
            usage_source="counted",
        )
        entries.append(Entry(call, item.usage.prompt_tokens, calls, request))
    return Book(tuple(entries), True, days=1.0 if per_day else None)


def offer_of(table: PriceTable, call: Call) -> Offer | None:
    """Return what a call was bought as, or None where no table has it."""
    if not call.model:
        return None
    try:
        return table.find(call.model, call.provider)
    except UnknownModelError:
        return None


def _spanned(entries: tuple[Entry, ...], *, whole: bool) -> Book:
    times = [entry.call.at for entry in entries if entry.call.at is not None]
    return Book(entries, whole, min(times, default=None), max(times, default=None))
