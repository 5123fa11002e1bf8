"""The usage objects in JSON of no known form, less those that sum up others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.logs.walk.labels import names_usage
from tokencost_profiles.logs.walk.usage import usage_of
from tokencost_profiles.providers.usage_fields.usage_format import UsageReading

_DEEPEST: Final = 24
# Parts of usage objects: they repeat or split what stands above them.
_PARTS: Final = re.compile(r"details?$|^(billed_units|tokens|iterations|cache_creation)$")
_WIDER: Final = re.compile(r"total|cumul|accum|session|overall|aggregate", re.IGNORECASE)


NOTE: Final = "only what no usage object inside it reports"


class UsageObject(NamedTuple):
    """A usage object, and the objects around it, outermost first."""

    reading: UsageReading
    above: tuple[tuple[str, Mapping[str, Any]], ...]  # (key that led here, object)
    note: str | None = None
    name: str = ""  # the key under which it stands in the innermost of them


def usage_objects_in(value: Any) -> list[UsageObject]:
    """Return the usage objects of a value, each token once.

    The deepest objects are taken. An object around them that equals their sum is dropped; of one
    that has more, the excess remains; one that has less counts a part of what they have already.
    """
    return _walk(value, (), "", 0)


def _walk(
    value: Any, above: tuple[tuple[str, Mapping[str, Any]], ...], key: str, depth: int
) -> list[UsageObject]:
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [
            usage_object for item in value for usage_object in _walk(item, above, key, depth + 1)
        ]
    if not isinstance(value, Mapping):
        return []
    here = (*above, (key, value))
    reading = usage_of(value, key, here)
    beside: list[tuple[str, UsageReading]] = [("", reading)] if reading is not None else []
    below: dict[str, list[UsageObject]] = {}
    for name, inside in value.items():
        if not isinstance(inside, (dict, list)) or (
            reading is not None and _PARTS.search(str(name))
        ):
            continue
        held = None
        if isinstance(inside, dict) and names_usage(name):
            held = usage_of(inside, str(name), here)
        if isinstance(inside, dict) and held is not None and reading is None:
            # Usage of this object, under a name: objects inside it are details.
            beside.append((str(name), held))
            below[name] = _nested_usage(inside, here, str(name), depth + 1)
        else:
            below[name] = _walk(inside, here, str(name), depth + 1)
    deeper = _drop_copies(below)
    return [*_remaining_usage(beside, deeper, here), *deeper]


def _nested_usage(
    usage: Mapping[str, Any], above: tuple[Any, ...], key: str, depth: int
) -> list[UsageObject]:
    """Return the usage objects inside a usage object: by model, for example."""
    usage_objects: list[UsageObject] = []
    for name, inside in usage.items():
        if isinstance(inside, (dict, list)) and not _PARTS.search(str(name)):
            usage_objects += _walk(inside, (*above, (key, usage)), str(name), depth + 1)
    return usage_objects


def _drop_copies(below: Mapping[str, list[UsageObject]]) -> list[UsageObject]:
    """Join the usage objects of an object's values; of two with the same total one is a copy.

    The copy is the one whose key names more than a call: `total_usage`, `session`.
    """
    first: dict[int, str] = {}
    for name, inside in sorted(below.items(), key=lambda item: bool(_WIDER.search(item[0]))):
        if inside:
            first.setdefault(_sum(inside), name)
    return [
        one
        for name, inside in below.items()
        if inside and first[_sum(inside)] == name
        for one in inside
    ]


def _sum(usage_objects: list[UsageObject]) -> int:
    return sum(_total(usage_object.reading.usage) for usage_object in usage_objects)


def _remaining_usage(
    beside: list[tuple[str, UsageReading]], deeper: list[UsageObject], here: tuple[Any, ...]
) -> Iterator[UsageObject]:
    """Yield the usage of an object itself, less what deeper objects report."""
    narrow = [one for one in beside if not _WIDER.search(one[0])] or beside[:1]
    sums: dict[str, int] = {}
    for one in deeper:
        for unit, count in one.reading.usage.items():
            sums[unit] = sums.get(unit, 0) + count
    seen: list[dict[str, int]] = []
    for name, reading in narrow:
        if reading.usage in seen:
            continue
        seen.append(reading.usage)
        if not deeper:
            yield UsageObject(reading, here, name=name)
            continue
        rest = excess(reading.usage, sums)
        if rest:
            yield UsageObject(reading._replace(usage=rest, cost=None, cost_basis=None), here, NOTE)


def excess(usage: Mapping[str, int], sums: Mapping[str, int]) -> dict[str, int] | None:
    """Return the units that one usage has in excess of others, or None where it has less of one."""
    if _total(usage) <= _total(sums):
        return None
    rest = {unit: usage.get(unit, 0) - sums.get(unit, 0) for unit in {**usage, **sums}}
    if any(count < 0 for count in rest.values()):
        return None
    return {unit: count for unit, count in rest.items() if count}


def _total(usage: Mapping[str, int]) -> int:
    return sum(usage.values())
