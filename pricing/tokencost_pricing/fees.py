"""Prices of what is not a token: searches, images, seconds of audio, pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.moments import ALWAYS, moment
from tokencost_pricing.money import decimal

# Conditions of a call that a fee by size and quality asks for.
SIZE: Final = "media_size"
QUALITY: Final = "media_quality"


class Fee(NamedTuple):
    """A price for something that is not a token, from a moment on."""

    price: Decimal  # where it depends on something, that of the provider's default
    per: int
    by_search_context: Mapping[str, Decimal]
    free: Mapping[str, Any] | None
    once: bool = False  # a call pays it once, however many it counts (a grounded prompt)
    caution: str | None = None  # stated with every charge: why it may differ from what is billed
    start: datetime = ALWAYS
    ended: bool = False
    unpriced: str | None = None  # why nothing can be charged, though something is billed
    # By "QUALITY SIZE", "SIZE" or "QUALITY", as the provider's requests write them.
    by_size_quality: Mapping[str, Decimal] = {}
    default: str | None = None  # the key of `by_size_quality` that `price` is of
    minimum: int = 0  # a call that has any pays for at least as many

    @property
    def default_context(self) -> str | None:
        """The search context that `price` is of, or None where the fee does not depend on it."""
        return next((n for n, rate in self.by_search_context.items() if rate == self.price), None)

    @property
    def per_call(self) -> bool:
        """Whether what a call pays is not simply what it counts: see `cost.billed`."""
        return self.once or self.minimum > 0


def fees(entry: Mapping[str, Any]) -> dict[str, tuple[Fee, ...]]:
    """Read a `fees:` mapping: for each unit its dated entries, oldest first."""
    return {
        unit: tuple(_fee(item) for item in (fee if isinstance(fee, list) else [fee]))
        for unit, fee in entry.items()
    }


def fees_on(dated: Mapping[str, tuple[Fee, ...]], at: datetime) -> dict[str, Fee]:
    """Return the fee of each unit that is in force at a moment (UTC)."""
    current = {}
    for unit, entries in dated.items():
        for entry in entries:
            if entry.start <= at:
                current[unit] = entry
    return current


def chosen(fee: Fee, conditions: Mapping[str, str]) -> Fee:
    """Return a fee by size and quality at the price of a call.

    What the call does not state is taken as the provider's default, with a caution; where there is
    none, and for a size or quality that has no price, the fee is unpriced.
    """
    if not fee.by_size_quality:
        return fee
    stated = (conditions.get(QUALITY), conditions.get(SIZE))
    key = next((name for name in _keys(*stated) if name in fee.by_size_quality), None)
    if key is not None:
        return _at(fee, key)
    assumed = _with_default(stated, (fee.default or "").split())
    key = next((name for name in _keys(*assumed) if name in fee.by_size_quality), None)
    if key is None or fee.default is None:
        wanted = " ".join(part for part in stated if part)
        reason = f"'{wanted}' is not listed" if wanted else "the log states no quality and size"
        return fee._replace(by_size_quality={}, default=None, unpriced=reason)
    note = f"the size and quality are not fully known, '{key}' (the default) is charged"
    return _at(fee, key)._replace(caution=f"{fee.caution}; {note}" if fee.caution else note)


def media(fees: Mapping[str, Fee], conditions: Mapping[str, str]) -> str | None:
    """Return the quality and size of a call, where one of the fees depends on them."""
    if not any(fee.by_size_quality for fee in fees.values()):
        return None
    return " ".join(conditions[key] for key in (QUALITY, SIZE) if key in conditions) or None


def _at(fee: Fee, key: str) -> Fee:
    return fee._replace(price=fee.by_size_quality[key], by_size_quality={}, default=None)


def cautions(fee: Fee, noun: str, search_context: str | None) -> list[str]:
    """Return what must be known about a fee that is charged."""
    notes = []
    default = fee.default_context
    if default is not None and search_context not in fee.by_search_context:
        notes.append(
            f"{noun}: the search context is not known, '{default}' (the default) is charged"
        )
    if fee.free:
        notes.append(
            f"{noun}: the first {fee.free['count']:,} a {fee.free['period']} are free, "
            "shared by all calls; not deducted here"
        )
    if fee.caution:
        notes.append(f"{noun}: {fee.caution}")
    return notes


def _keys(quality: str | None, size: str | None) -> tuple[str, ...]:
    """Return the keys that a quality and a size may stand under, most exact first."""
    parts = [part for part in (quality, size) if part]
    return (" ".join(parts), *([size] if size else []), *([quality] if quality else []))


def _with_default(
    stated: tuple[str | None, str | None], default: list[str]
) -> tuple[str | None, str | None]:
    """Fill in what a call does not state from the parts of the default key."""
    size = next((part for part in default if part[0].isdigit()), None)
    quality = next((part for part in default if not part[0].isdigit()), None)
    return stated[0] or quality, stated[1] or size


def _fee(item: Mapping[str, Any]) -> Fee:
    return Fee(
        price=decimal(item.get("price", "0")),
        per=item.get("per", 1),
        by_search_context=_decimals(item.get("by_search_context", {})),
        free=item.get("free"),
        once=item.get("counts") == "prompts",
        caution=item.get("caution"),
        start=moment(item.get("from")),
        ended=item.get("ended", False),
        unpriced=item.get("unpriced"),
        by_size_quality=_decimals(item.get("by_size_quality", {})),
        default=item.get("default"),
        minimum=item.get("minimum", 0),
    )


def _decimals(entry: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(rate) for name, rate in entry.items()}
