"""Rates beside input and output: cached input, cache writes, audio, upper bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.fields import meter
from tokencost_pricing.imports.series import Sighting, Span, Witnesses, accepted, equal, sightings

_DIGITS: Final = 8  # significant ones
_PLACES: Final = 10
# What a rate may be at most, as a multiple of the input rate.
_MOST: Final = {
    "cache_read": Decimal(1),
    "cache_write": Decimal(4),
    "cache_write_5m": Decimal(2),
    "cache_write_1h": Decimal(4),
    "cache_write_12h": Decimal(4),
}
# And at least; `cache_write` of Gemini is some minutes of storage, and less.
_LEAST: Final = {
    "cache_write_5m": Decimal("0.99"),
    "cache_write_1h": Decimal("0.99"),
    "cache_write_12h": Decimal("0.99"),
}
_NOTHING: Final = Decimal(0)
_ANY: Final = Decimal(1000)
_PAIR: Final = ("input", "output")


class Extra(NamedTuple):
    """One rate and when it held."""

    rate: str
    spans: list[Span]
    until: list[str]  # by span: the last day on which a list held it

    def within(self, start: str, end: str) -> Decimal | None:
        """Return the value that holds in a stretch, else the first one that begins in it."""
        held: Decimal | None = None
        for span, until in zip(self.spans, self.until, strict=True):
            if span.start <= start:
                held = span.values[0] if until >= start else None
            elif span.start < end and held is None:
                return span.values[0]
        return held

    def is_sane(self, value: Decimal, base: Decimal | None) -> bool:
        """Whether a rate stands in a possible ratio to the input rate."""
        if base is None:
            return True
        return _LEAST.get(self.rate, _NOTHING) * base <= value <= _MOST.get(self.rate, _ANY) * base


def money(value: Decimal) -> str:
    """Write a rate as the table does: no exponent, no superfluous zeros, eight digits."""
    if not value:
        return "0"
    places = min(_PLACES, max(0, _DIGITS - 1 - value.adjusted()))
    text = f"{round(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def extras_of(
    group: Mapping[str, Sequence[Fact]],
    kind: str,
    witnesses: Witnesses,
    *,
    with_pair: bool = False,
) -> list[Extra]:
    """Return the rates of a group of facts that are accepted.

    One family is enough where no other says otherwise: its base price is accepted already, and a
    prompt that is cached or long would be billed at a rate that is known to be another one.
    """
    extras: dict[str, Extra] = {}
    for field, facts in sorted(group.items()):
        unit = meter(field, kind)
        if unit is None or not unit.is_rate or (not with_pair and unit.unit in _PAIR):
            continue
        spans, until = _spans(facts, witnesses)
        if spans and unit.unit not in extras:
            extras[unit.unit] = Extra(unit.unit, spans, until)
    return list(extras.values())


def _spans(facts: Sequence[Fact], witnesses: Witnesses) -> tuple[list[Span], list[str]]:
    """Return accepted values, or those of the only family there is, and until when each held."""
    seen = sightings([facts], witnesses)
    spans = accepted(seen, witnesses)
    if not spans and len({one.family for one in seen}) == 1:
        alone = witnesses._replace(billers=witnesses.billers | {seen[0].family})
        spans = accepted(seen, alone)
    return spans, [_until(seen, span) for span in spans]


def _until(seen: Sequence[Sighting], span: Span) -> str:
    """Return the last day on which any list held the values of a span."""
    return max(one.until for one in seen if equal(one.values, span.values))
