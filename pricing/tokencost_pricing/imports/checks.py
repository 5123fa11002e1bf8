"""What is odd about the prices of a list, before a person looks at them.

Each check compares a list with itself a week ago, with the other hosts of the same weights, or the
rates of one model with each other. What a check names waits for a person: an import does not accept
it, however many lists hold it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from statistics import median
from typing import Final, NamedTuple

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.names import weights

# Of one model in one list: field -> the fact that holds.
Rates = Mapping[str, Fact]
Model = tuple[str, str, str]  # list, provider, id
_MODE: Final = re.compile(r"(batch|flex|priority|fast|ultrafast)_(.+)")
_SNAPSHOT: Final = re.compile(r"(.+?)[-@](?:20\d\d-\d\d-\d\d|20\d{6}|\d{4})")
_DEAR: Final = Decimal(3)
_UNIT_SLIP: Final = Decimal(500)
_NEAR: Final = Decimal("0.005")
_BATCH: Final = (Decimal("0.4"), Decimal(1))
# What a mode may cost of the base rate.
_MODES: Final = {
    "batch": _BATCH,
    "flex": _BATCH,
    "priority": (Decimal(1), Decimal(3)),
    "fast": (Decimal(1), Decimal(8)),
    "ultrafast": (Decimal(1), Decimal(8)),
}
_FEWEST_HOSTS: Final = 3


class Oddity(NamedTuple):
    """One value that a person should look at, and why."""

    check: str
    list: str
    provider: str
    id: str
    field: str
    before: Decimal | None
    value: Decimal | None  # None: gone from the list
    reason: str


def newest(facts: Iterable[Fact]) -> dict[Model, dict[str, Fact]]:
    """Return the facts that hold on the newest day of each list, by model and field."""
    models: dict[Model, dict[str, Fact]] = defaultdict(dict)
    for fact in facts:
        if fact.last_seen is None:
            fields = models[fact.list, fact.provider, fact.id]
            if fact.field not in fields or fields[fact.field].first_seen <= fact.first_seen:
                fields[fact.field] = fact
    return dict(models)


def oddities(facts: Iterable[Fact], before: Iterable[Fact] = ()) -> list[Oddity]:
    """Return what is odd about the newest prices of lists, given what they held before.

    A value that a list held before has been looked at: it is not reported again.
    """
    models, old = newest(facts), newest(before)
    reports: list[Iterable[Oddity]] = [
        _withdrawn(models, old),
        _hosts(models),
        _snapshots(models),
        _reversed(models),
    ]
    for model, rates in models.items():
        previous = old.get(model, {})
        reports += [
            _changes(rates, previous),
            _swapped(rates, previous),
            _within(rates),
            _modes(rates, previous),
        ]
    reported = {odd for odd in chain.from_iterable(reports) if not _stayed(odd, models, old)}
    return sorted(reported, key=lambda odd: odd[:5])


def _stayed(odd: Oddity, models: Mapping[Model, Rates], old: Mapping[Model, Rates]) -> bool:
    """Whether a list held the same rates of a model before."""
    model = (odd.list, odd.provider, odd.id)
    now, was = models.get(model), old.get(model)
    if now is None or was is None or "stayed" in odd.reason:
        return False
    return {field: fact.value for field, fact in now.items()} == {
        field: fact.value for field, fact in was.items()
    }


def held_back(odd: Iterable[Oddity]) -> frozenset[tuple[str, str, str, str]]:
    """Return list, provider, id and field of the facts that no import may accept."""
    return frozenset((one.list, one.provider, one.id, one.field) for one in odd)


def _odd(check: str, fact: Fact, reason: str, before: Decimal | None = None) -> Oddity:
    place = (fact.list, fact.provider, fact.id, fact.field)
    return Oddity(check, *place, before, fact.value, reason)


def _changes(rates: Rates, old: Rates) -> Iterator[Oddity]:
    for field, fact in rates.items():
        if fact.value < 0:
            yield _odd("negative", fact, "below 0")
        if field not in old or not old[field].value or not fact.value:
            continue
        was = old[field].value
        ratio = max(fact.value / was, was / fact.value)
        if ratio >= _UNIT_SLIP:
            yield _odd("unit", fact, f"{ratio:.0f} times apart: another unit", was)
        elif ratio > _DEAR:
            yield _odd("change", fact, f"{ratio:.1f} times apart", was)


def _swapped(rates: Rates, old: Rates) -> Iterator[Oddity]:
    """Input and output that have changed places, or input dearer than output since this week."""
    if not {"input", "output"} <= rates.keys() or not {"input", "output"} <= old.keys():
        return
    pair = (rates["input"], rates["output"])
    was = (old["input"].value, old["output"].value)
    if was[0] <= was[1] and pair[0].value > pair[1].value > 0:
        for fact, value in zip(pair, was, strict=True):
            yield _odd("swapped", fact, "input is dearer than output, it was not", value)


def _reversed(models: Mapping[Model, Rates]) -> Iterator[Oddity]:
    """Input and output the other way round than in another list."""
    sold: dict[tuple[str, str], list[tuple[Fact, Fact]]] = defaultdict(list)
    for (_, provider, model), rates in models.items():
        if {"input", "output"} <= rates.keys():
            sold[provider, model].append((rates["input"], rates["output"]))
    for pairs in sold.values():
        straight = {(one.value, other.value) for one, other in pairs if one.value < other.value}
        for one, other in pairs:
            if (other.value, one.value) in straight:
                reason = "input and output the other way round than in another list"
                yield _odd("swapped", one, reason, other.value)
                yield _odd("swapped", other, reason, one.value)


def _within(rates: Rates) -> Iterator[Oddity]:
    """Cached text is dearer to read, or cheaper to write, than fresh text."""
    for field, fact in rates.items():
        kind = re.search(r"cache_(read|write)(?:_\d+[mh])?", field)
        base = rates.get(field.replace(kind[0], "input")) if kind else None
        if kind is None or base is None or not fact.value:
            continue
        if kind[1] == "read" and fact.value > base.value:
            yield _odd("cache", fact, f"reading costs more than fresh input, {base.value:f}")
        stored = "gemini" in fact.id.lower()  # its "write" is some minutes of storage
        if kind[1] == "write" and not stored and fact.value < base.value * (1 - _NEAR):
            yield _odd("cache", fact, f"writing costs less than fresh input, {base.value:f}")


def _modes(rates: Rates, old: Rates) -> Iterator[Oddity]:
    for field, fact in rates.items():
        match = _MODE.fullmatch(field)
        base = rates.get(match[2]) if match else None
        if match is None or base is None or base.value <= 0 or "search" in field:
            continue
        low, high = _MODES[match[1]]
        share = fact.value / base.value
        if not low * (1 - _NEAR) <= share <= high * (1 + _NEAR):
            yield _odd("mode", fact, f"{match[1]} is {share:.2f} of the base rate {base.value:f}")
        was, base_was = old.get(field), old.get(match[2])
        if was and base_was and was.value == fact.value and base_was.value != base.value:
            reason = f"the base rate went from {base_was.value:f} to {base.value:f}, this stayed"
            yield _odd("mode", fact, reason, was.value)


def _snapshots(models: Mapping[Model, Rates]) -> Iterator[Oddity]:
    """A dated name at another price than the name without a date: no alias of it."""
    for (name, provider, model), rates in models.items():
        match = _SNAPSHOT.fullmatch(model)
        pointer = models.get((name, provider, match[1])) if match else None
        for field in ("input", "output"):
            if pointer and field in rates and field in pointer:
                fact, other = rates[field], pointer[field].value
                if abs(fact.value - other) > _NEAR * abs(other):
                    reason = f"the name without a date costs {other:f}: no alias of it"
                    yield _odd("snapshot", fact, reason)


def _hosts(models: Mapping[Model, Rates]) -> Iterator[Oddity]:
    """A host at more than three times, or a third, of what hosts of the same weights take."""
    hosts: dict[tuple[str, str], dict[str, Fact]] = defaultdict(dict)
    for (_, provider, model), rates in models.items():
        for field in ("input", "output"):
            if field in rates and rates[field].value > 0:
                hosts[weights(model), field].setdefault(provider, rates[field])
    for facts in hosts.values():
        middle = median(fact.value for fact in facts.values())
        for fact in facts.values():
            ratio = max(fact.value / middle, middle / fact.value)
            if len(facts) >= _FEWEST_HOSTS and ratio > _DEAR:
                reason = f"{ratio:.1f} times from the median {middle:f} of {len(facts)} hosts"
                yield _odd("host", fact, reason)


def _withdrawn(models: Mapping[Model, Rates], old: Mapping[Model, Rates]) -> Iterator[Oddity]:
    """A model that a list held last week and does not now. Deletion from a list retires nothing."""
    lists = {name for name, *_ in models}
    for model, rates in old.items():
        if model not in models and model[0] in lists:
            for field in ("input", "output"):
                if field in rates:
                    fact = rates[field]
                    reason = "gone from the list: a retirement needs the provider's page"
                    yield _odd("withdrawn", fact, reason, fact.value)._replace(value=None)
