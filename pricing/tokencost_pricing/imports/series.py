"""Which values held when: what the lists of several families held of one model, by day.

A value is accepted when two families hold it, or when the biller's list does. A list that comes
late to an old value or keeps it only lags, a value that one family alone ever held is not accepted,
and a new value begins on the first day on which a list that witnesses it had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from tokencost_pricing.imports.facts import Fact

_TOLERANCE: Final = Decimal("0.005")
_CENT: Final = Decimal("0.01")
_ZERO: Final = Decimal(0)
_NOISE: Final = Decimal("0.0001")
Values = tuple[Decimal | None, ...]


class Sighting(NamedTuple):
    """A day on which a list first held the values of a model."""

    day: str
    family: str
    list: str
    values: Values
    before: Values | None  # what the list held until then; None for its first
    until: str  # the last day on which it held them
    stated: bool = False  # the list states the day, it did not merely see it


class Span(NamedTuple):
    """Accepted values and the day from which they hold."""

    start: str
    values: Values
    families: tuple[str, ...]
    not_before: str | None  # the day after the last on which a list held the values before
    stated: bool
    at_edge: bool  # the first sight is the first day of the list: they may be older
    seen: str  # the first day on which any list had them; empty where none was read on a day


class Witnesses(NamedTuple):
    """Which lists count how."""

    billers: frozenset[str] = frozenset()  # families that are the biller's list
    readers: frozenset[str] = frozenset()  # families that read the pages anew, and so never lag
    edges: Mapping[str, str] = {}  # the first day of each list
    newest: Mapping[str, str] = {}  # the last day of each list
    exact: frozenset[str] = frozenset()  # families that never round: small changes are changes


def same(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two values are one: equal within 0.5 %, or when written with two places.

    No value is that of lists that leave out what costs nothing.
    """
    one, other = one or _ZERO, other or _ZERO
    if _is_close(one, other):
        return True
    cents = [value.quantize(_CENT, ROUND_HALF_UP) for value in (one, other)]
    return min(one, other) >= _CENT and cents[0] == cents[1] and cents[0] in (one, other)


def _is_close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= _TOLERANCE * max(abs(one), abs(other))


def equal(one: Values, other: Values) -> bool:
    """Whether all values are the same."""
    return all(same(*pair) for pair in zip(one, other, strict=True))


def sightings(columns: Sequence[Sequence[Fact]], witnesses: Witnesses) -> list[Sighting]:
    """Return the days on which each list changed the values (one column a field), in order."""
    lists: dict[tuple[str, str], list[list[Fact]]] = {}
    for position, column in enumerate(columns):
        for fact in column:
            known = lists.setdefault((fact.list, fact.family), [[] for _ in columns])
            known[position].append(fact)
    seen: list[Sighting] = []
    for (name, family), held in lists.items():
        seen += _of_list(name, family, held, witnesses)
    seen.sort(key=lambda one: (one.day, one.list))
    return seen


def _of_list(
    name: str, family: str, held: list[list[Fact]], witnesses: Witnesses
) -> list[Sighting]:
    """Return the sightings of one list."""
    days = sorted({fact.first_seen for column in held for fact in column})
    stated = "stated" in name or "documented" in name
    seen: list[Sighting] = []
    before: Values | None = None
    for day in days:
        values, until = _on(held, day, witnesses.newest.get(name, ""))
        if values == before and seen:
            seen[-1] = seen[-1]._replace(until=max(until, seen[-1].until))
        elif any(value is not None for value in values):
            seen.append(Sighting(day, family, name, values, before, max(until, day), stated))
            before = values
    for number, following in enumerate(seen[1:]):  # a new value ends the one before
        seen[number] = seen[number]._replace(until=min(seen[number].until, following.day))
    return seen


def _on(held: list[list[Fact]], day: str, newest: str) -> tuple[Values, str]:
    """Return what a list held on a day, the last it had before else, and until when."""
    values: list[Decimal | None] = []
    until = day
    for column in held:
        past = [fact for fact in column if fact.first_seen <= day]
        last = max(past, key=lambda fact: fact.first_seen, default=None)
        values.append(None if last is None else last.value)
        if last is not None:
            until = max(until, last.last_seen or newest)
    return tuple(values), until


class _Candidate:
    """Values that are not accepted yet, with their witnesses."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.seen: list[Sighting] = []

    @property
    def families(self) -> set[str]:
        return {one.family for one in self.seen}

    def exact(self) -> Values:
        """Return the values as the finest of the witnesses writes them: 0.125, not 0.13.

        What differs by less than the noise of a conversion is written the shorter way.
        """
        forms = [one.values for one in self.seen]
        best = max(forms, key=lambda form: (-form.count(None), len(str(form)), forms.count(form)))
        plain = [form for form in forms if _is_noise(form, best)]
        return min(plain, key=lambda form: (form.count(None), len(str(form))))

    def start(self) -> Sighting:
        """Return the sighting from whose day on the values hold: a stated day goes before."""
        first = min(self.seen, key=lambda one: one.day)
        stated = [one for one in self.seen if one.stated and not one.day.endswith("-01")]
        best = min(stated, key=lambda one: one.day, default=first)
        return best if best.day <= first.day else first


def _is_noise(one: Values, other: Values) -> bool:
    """Whether two forms of the same values differ by no more than a conversion loses."""
    pairs = [(first or _ZERO, second or _ZERO) for first, second in zip(one, other, strict=True)]
    return all(
        abs(first - second) <= _NOISE * max(abs(first), abs(second)) for first, second in pairs
    )


def accepted(seen: Sequence[Sighting], witnesses: Witnesses) -> list[Span]:
    """Return the accepted values in order of time."""
    spans: list[Span] = []
    candidates: list[_Candidate] = []
    holds: dict[tuple[str, str], Sighting] = {}  # by list: what it held last
    for sighting in seen:
        holds[sighting.list, sighting.family] = sighting
        if not any(sighting.values):
            continue  # a price of nothing is none: who charges nothing says so by hand
        if spans and equal(spans[-1].values, sighting.values):
            families = tuple(sorted({*spans[-1].families, sighting.family}))
            if sighting.family not in witnesses.exact or not _moved(sighting, spans[-1].values):
                values = _finer(spans[-1].values, sighting.values)
                spans[-1] = spans[-1]._replace(families=families, values=values)
                continue
        if spans and _lags(sighting, spans, witnesses):
            continue
        candidate = _candidate(candidates, sighting)
        alone = sighting.family in witnesses.billers
        others = {
            one.family for one in holds.values() if equal(one.values, sighting.values)
        } | candidate.families
        if not alone and len(others) < 2:
            continue
        start = candidate.start()
        if spans and start.day <= spans[-1].start:
            start = sighting
        if spans and start.day <= spans[-1].start:
            continue
        spans.append(_span(candidate, start, others, spans, seen, witnesses))
        candidates.clear()
    return spans


def _moved(sighting: Sighting, current: Values) -> bool:
    """Whether a list itself left the current values, which is a change however small."""
    return sighting.before is not None and any(
        _is_close(before or _ZERO, held or _ZERO) and not _is_close(value or _ZERO, held or _ZERO)
        for before, held, value in zip(sighting.before, current, sighting.values, strict=True)
    )


def _finer(current: Values, other: Values) -> Values:
    """Return equal values as the list writes them that rounds less: 0.125, not 0.13."""
    return tuple(
        new if old and new and not _is_close(old, new) and len(str(new)) > len(str(old)) else old
        for old, new in zip(current, other, strict=True)
    )


def _candidate(candidates: list[_Candidate], sighting: Sighting) -> _Candidate:
    """Return the candidate with the values of a sighting, with that added."""
    for one in candidates:
        if equal(one.values, sighting.values):
            one.seen.append(sighting)
            return one
    candidates.append(_Candidate(sighting.values))
    candidates[-1].seen.append(sighting)
    return candidates[-1]


def _span(
    candidate: _Candidate,
    start: Sighting,
    families: Iterable[str],
    spans: Sequence[Span],
    seen: Sequence[Sighting],
    witnesses: Witnesses,
) -> Span:
    """Return accepted values as a span."""
    not_before = None
    if spans:
        old = [one.until for one in seen if equal(one.values, spans[-1].values)]
        last = max((day for day in old if day < start.day), default=None)
        not_before = _next_day(last) if last else None
    return Span(
        start.day,
        candidate.exact(),
        tuple(sorted(families)),
        not_before,
        start.stated,
        start.day <= witnesses.edges.get(start.list, ""),
        min((one.day for one in seen if one.day and equal(one.values, start.values)), default=""),
    )


def _lags(sighting: Sighting, spans: Sequence[Span], witnesses: Witnesses) -> bool:
    """Whether a list only comes late to values that have passed."""
    if sighting.family in witnesses.readers or sighting.family in witnesses.billers:
        return False
    if not any(equal(sighting.values, span.values) for span in spans[:-1]):
        return False
    return sighting.before is None or not equal(sighting.before, spans[-1].values)


def contradicted(seen: Sequence[Sighting], spans: Sequence[Span], witnesses: Witnesses) -> bool:
    """Whether a newer list holds other values than the newest accepted ones."""
    last: dict[tuple[str, str], Sighting] = {}
    for one in seen:
        last[one.list, one.family] = one
    current = spans[-1].values
    agrees = max((one.until for one in last.values() if equal(one.values, current)), default="")
    return any(
        one.until > agrees
        and not equal(one.values, current)
        and not (one.family in witnesses.billers and not any(one.values))
        and not any(equal(one.values, span.values) for span in spans[:-1])
        for one in last.values()
    )


def _next_day(day: str) -> str:
    from datetime import date, timedelta

    return str(date.fromisoformat(day[:10]) + timedelta(days=1))
