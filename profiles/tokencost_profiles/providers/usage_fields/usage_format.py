"""What reading a usage object gives, and helpers for numbers that logs write in many ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.call import ABSURD_COUNT, Call
from tokencost_profiles.calls.usage_conventions import PROFILE, Convention, Numbers, read
from tokencost_profiles.providers.usage_fields.modalities import (
    InputParts,
    input_parts,
    output_parts,
)
from tokencost_profiles.providers.usage_fields.reported_cost import (
    Reported,
    amount,
    reported_cost,
    router_of,
)
from tokencost_profiles.providers.usage_fields.unknown_keys import Keys, keys, unknown_counts

__all__ = [
    "InputParts",
    "Keys",
    "Lifetimes",
    "Reported",
    "UsageFormat",
    "UsageReading",
    "amount",
    "first_count",
    "first_mapping",
    "geography",
    "input_parts",
    "keys",
    "number",
    "objects",
    "output_parts",
    "remainder",
    "reported_cost",
    "router_of",
    "service_tier",
    "text",
    "units",
    "unknown_counts",
    "written_by_lifetime",
]

# Larger numbers are read as this one, which is refused where calls are collected.
_LARGEST: Final = 1000 * ABSURD_COUNT
_DIGITS: Final = 100
_MAPPINGS: Final = (dict, Mapping)  # the plain one first: to ask an abstract class is slow


class UsageReading(NamedTuple):
    """A usage object, read: the counts, and everything else in it that the price depends on."""

    usage: dict[str, int]  # disjoint
    semantics: str = PROFILE
    warnings: tuple[str, ...] = ()
    cost: Decimal | None = None
    cost_basis: str | None = None
    service_tier: str | None = None
    speed: str | None = None
    region: str | None = None
    batch: bool = False
    search_context: str | None = None
    unknown_keys: dict[str, int] | None = None  # counts that nobody reads, by path

    def apply_to(self, call: Call) -> Call:
        """Set on a call all that the usage object gives; what it leaves open stays as it is."""
        call.usage = self.usage
        call.semantics = self.semantics
        call.warnings += self.warnings
        if self.cost is not None:
            call.cost, call.cost_basis = self.cost, self.cost_basis
        call.service_tier = self.service_tier or call.service_tier
        call.speed = self.speed or call.speed
        call.region = self.region or call.region
        call.batch = self.batch or call.batch
        call.search_context = self.search_context or call.search_context
        call.unknown_keys = self.unknown_keys or call.unknown_keys
        return call


class UsageFormat(NamedTuple):
    """One form of usage object."""

    name: str
    recognises: Callable[[Mapping[str, Any]], bool]
    extract: Callable[[Mapping[str, Any], str | None], UsageReading]
    keys: Keys
    order: int = 100  # lower is asked first

    def read(self, usage: Mapping[str, Any], provider: str | None) -> UsageReading:
        """Return the counts of a usage object, with its cost and those under unread keys."""
        reading = self.extract(usage, provider)
        if reading.cost is None:
            reported = reported_cost(usage)
            if reported.warning is not None:
                warnings = (*reading.warnings, reported.warning)
                reading = reading._replace(warnings=warnings)
            elif reported.cost is not None:
                reading = reading._replace(cost=reported.cost, cost_basis=reported.basis)
        unknown = unknown_counts(usage, self.keys)
        if not unknown:
            return reading
        return reading._replace(unknown_keys={**(reading.unknown_keys or {}), **unknown})


def number(value: Any) -> int | None:
    """Return a count, written as a number or as text; None for anything that is none."""
    if value is None:
        return None
    if type(value) is int:
        return min(value, _LARGEST) if value >= 0 else None
    if isinstance(value, float) and value.is_integer() and value >= 0:
        return int(min(value, _LARGEST))
    if isinstance(value, str) and len(value) < _DIGITS:
        digits = value.strip()
        if digits.isascii() and digits.isdecimal():
            return min(int(digits), _LARGEST)
    return None


def first_count(source: Any, *keys: str) -> int | None:
    """Return the first count among several keys of a mapping."""
    if isinstance(source, _MAPPINGS):
        for key in keys:
            count = number(source.get(key))
            if count is not None:
                return count
    return None


def first_mapping(source: Any, *keys: str) -> Mapping[str, Any]:
    """Return the first mapping among several keys, or an empty one."""
    if isinstance(source, _MAPPINGS):
        for key in keys:
            value = source.get(key)
            if value is not None and isinstance(value, _MAPPINGS):
                return value
    return {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Return the mappings of a list; none where it is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return a text that is not empty, or None."""
    return value if isinstance(value, str) and value else None


def service_tier(source: Mapping[str, Any]) -> str | None:
    """Return the tier that an object names, as a text or, at Bedrock, as an object with a type."""
    for key in ("service_tier", "serviceTier"):
        value = source.get(key)
        tier = text(value.get("type") if isinstance(value, Mapping) else value)
        if tier is not None:
            return tier
    return None


def geography(value: Any) -> str | None:
    """Return the region that an answer states, or None where it states none."""
    return None if value == "not_available" else text(value)


class Lifetimes(NamedTuple):
    """Tokens written to a cache, by their lifetime; `other` is not reported."""

    short: int | None  # 5 minutes
    long: int | None  # an hour
    other: int | None
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> int | None:
        """All of them together; None where nothing is reported."""
        counts = [count for count in self[:3] if count is not None]
        return sum(counts) if counts else None


def written_by_lifetime(written: int | None, split: Any) -> Lifetimes:
    """Divide written tokens by Anthropic's split of them, `ephemeral_5m_input_tokens` and `_1h_`.

    The aggregate may be newer than the split: its excess is of unknown lifetime, and goes
    with the lifetime that the rest has. Where the split has more than the aggregate, the split is
    right: there are clients that leave the aggregate at 0 beside it.
    """
    short = first_count(split, "ephemeral_5m_input_tokens")
    long = first_count(split, "ephemeral_1h_input_tokens")
    if short is None and long is None:
        return Lifetimes(None, None, written)
    other = remainder(written, short, long) or None
    if not other:
        return Lifetimes(short, long, None)
    warnings = (f"{other:,} written tokens of unknown lifetime",)
    if not long:
        return Lifetimes((short or 0) + other, long, None, warnings)
    if not short:
        return Lifetimes(short, long + other, None, warnings)
    return Lifetimes(short, long, other, warnings)


def reading_of(numbers: Numbers, convention: Convention, **more: int | None) -> UsageReading:
    """Return the reading of counts of text that one convention or another explains.

    `more`: units beside the text.
    """
    reading = read(numbers, convention)
    return UsageReading(
        usage=units(
            input=reading.fresh,
            cache_read=numbers.read,
            cache_write_other=numbers.written,
            output=reading.output,
            reasoning=numbers.reasoning,
            **more,
        ),
        semantics=reading.rule,
        warnings=(reading.warning,) if reading.warning else (),
    )


def units(**counts: int | None) -> dict[str, int]:
    """Return the units that were reported. A unit of 0 is dropped, but for input and output."""
    return {
        name: count
        for name, count in counts.items()
        if count is not None and (count or name in ("input", "output"))
    }


def remainder(total: int | None, *parts: int | None) -> int | None:
    """Return a count minus the parts inside it, never below 0."""
    if total is None:
        return None
    return max(0, total - sum(part or 0 for part in parts))
