"""Newer releases of lists laid over the facts that are known: next week builds on this week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.names import LEFT_OUT

_DATED: Final = ("stated", "documented")  # lists that state days, they do not merely see a price
Place = tuple[str, str, str, str]  # family, provider, id, field


def merge(known: Iterable[Fact], fresh: Iterable[Fact], today: str) -> list[Fact]:
    """Return known facts and those of a release that is newer than what they hold of its lists.

    A value that the release no longer has ends on the last day on which the facts know its list;
    no other day is made up. A release of a day that the facts reach changes nothing. Raise
    `InputError` for a list whose every day is after `today`.
    """
    by_list: dict[str, list[Fact]] = defaultdict(list)
    for fact in fresh:
        if fact.list not in LEFT_OUT:
            by_list[fact.list].append(fact)
    result: list[Fact] = []
    before: dict[str, list[Fact]] = defaultdict(list)
    for fact in known:
        (before[fact.list] if fact.list in by_list else result).append(fact)
    for name, facts in by_list.items():
        if any(word in name for word in _DATED):
            result += _restated(before[name], facts)
        else:
            result += _continued(before[name], facts, today)
    return result


def known_releases(known: Sequence[Fact], fresh: Sequence[Fact], today: str) -> list[str]:
    """Return the lists of a release that facts know on its day or later: it changes nothing."""
    lists = {fact.list for fact in fresh if not any(word in fact.list for word in _DATED)}
    return [
        name
        for name in sorted(lists - LEFT_OUT)
        if _newest((fact for fact in known if fact.list == name), today)
        >= _newest((fact for fact in fresh if fact.list == name), today)
    ]


def _restated(known: Sequence[Fact], fresh: Sequence[Fact]) -> list[Fact]:
    """Return the facts of a list that states days: the newer release says when each ended."""
    return list({fact[:7]: fact for fact in (*known, *fresh)}.values())


def _continued(known: Sequence[Fact], fresh: Sequence[Fact], today: str) -> list[Fact]:
    """Return the facts of a list that is read as it is on a day."""
    day = _newest(fresh, today)
    if not day:
        raise InputError(f"{fresh[0].list}: its day, {fresh[0].first_seen}, has not come")
    reached = _newest(known, today)
    if reached >= day:
        return list(known)
    fresh = [fact for fact in fresh if not fact.last_seen or fact.last_seen > reached]
    holds = {(*_place(fact), fact.value): fact for fact in fresh if fact.first_seen <= day}
    result: list[Fact] = []
    stays: set[Fact] = set()
    for fact in known:
        if (fact.last_seen or day) > reached and fact.first_seen <= day:
            same = holds.get((*_place(fact), fact.value))
            fact = fact._replace(last_seen=same.last_seen if same else reached)
            stays.update((same,) if same else ())
        result.append(fact)
    there = set(result)
    return [*result, *(fact for fact in fresh if fact not in stays and fact not in there)]


def _newest(facts: Iterable[Fact], today: str) -> str:
    """Return the last day, up to today, on which facts know of their list; empty without one."""
    days = (day for fact in facts for day in (fact.first_seen, fact.last_seen or ""))
    return max((day for day in days if day <= today), default="")


def _place(fact: Fact) -> Place:
    return fact.family, fact.provider, fact.id, fact.field
