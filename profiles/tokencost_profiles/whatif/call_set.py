"""`CallSet`: the calls that scenarios are applied to, of logs, prompts or saved profiles alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.rate_card import Card
from tokencost_profiles.calls.call import CALL, RUN, Call
from tokencost_profiles.calls.content import Part, Request
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.costs.dimensions import QUARTER
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.estimate import Item
from tokencost_profiles.tokens.logged_requests import request_of
from tokencost_profiles.whatif.prompt_cache.recorded_policies import reads_cache

# What the units of an answer's text are, as far as a change of the model or the length alters them.
ANSWER_UNITS: Final = ("output", "reasoning")


class Entry(NamedTuple):
    """Calls that are alike: one of a log or of a prompt, or all of a cell of a saved profile."""

    call: Call  # its usage is that of all of them
    prompt: int  # tokens of the prompt of one: the length that decides the tier
    calls: int = 1
    request: Request | None = None  # where the text is known
    card: Card | None = None  # the rates, where a saved profile has them
    left: tuple[Decimal, ...] | None = None  # share of each part, where a scenario shortens them
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

    def parts(self) -> Sequence[Part]:
        """Return the parts of the prompt; none where the text is not known."""
        if self.request is not None:
            return request_parts(self.request)
        return self.call.parts or ()

    def body(self) -> Request | None:
        """Return the request, as far as it is known."""
        if self.request is not None or not self.call.parts:
            return self.request
        return request_of(self.call.parts, self.call.api, self.call.model)


class CallSet(NamedTuple):
    """All entries, and the time they cover."""

    entries: tuple[Entry, ...]
    by_call: bool = True  # False: sums of a saved profile, single calls are not known
    first: float | None = None
    last: float | None = None
    days: float | None = None  # that the calls stand for, where that is stated

    @property
    def calls(self) -> int:
        """How many calls there are."""
        return sum(entry.calls for entry in self.entries)

    @property
    def reads_cache(self) -> bool:
        """Whether the log shows reads from a provider's cache, call by call."""
        return self.by_call and any(reads_cache(entry.call.usage) for entry in self.entries)

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


def of_calls(calls: Iterable[Call]) -> CallSet:
    """Return the call set of a log's calls."""
    entries = tuple(Entry(call, call.tier_tokens) for call in calls)
    times = [entry.call.at for entry in entries if entry.call.at is not None]
    return CallSet(entries, True, min(times, default=None), max(times, default=None))


def of_profile(profile: Profile) -> CallSet:
    """Return the call set of a saved profile: an entry for each cell."""
    entries = []
    for key, cell in profile.cells.items():
        at = key.quarter * QUARTER if key.quarter is not None else cell.first
        call = Call(
            usage=dict(cell.usage) if cell.calls > cell.without_usage else None,
            provider=key.provider,
            model=key.name or key.model,
            api=key.api,
            at=at,
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
    return CallSet(tuple(entries), False, min(firsts, default=None), max(lasts, default=None))


def of_logs(calls: Sequence[Call], profile: Profile) -> CallSet:
    """Return the call set of logs: by call, unless the profile has calls of saved profiles too."""
    if len(calls) == sum(cell.calls for cell in profile.cells.values()):
        return of_calls(calls)
    return of_profile(profile)


def of_items(
    items: Iterable[tuple[Item, Request | None]], at: datetime, per_day: int | None
) -> CallSet:
    """Return the call set of estimated prompts: a day of so many calls of each, or one call."""
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
    return CallSet(tuple(entries), True, days=1.0 if per_day else None)
