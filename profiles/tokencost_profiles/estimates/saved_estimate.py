"""Saved estimates, the baselines of prompts: decoded by type, a slip is named by its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_pricing.money import ZERO, add, divide, is_plausible, multiply
from tokencost_pricing.units import INPUT_UNITS, UNITS
from tokencost_profiles.estimates.output_length import ASSUMED, GIVEN

ESTIMATE: Final = "tokencost.estimate/1"
# The options that a baseline carries: their kinds, and the least of a number.
_OPTIONS: Final[dict[str, tuple[type[Any], int]]] = {
    "models": (list, 0),
    "modes": (list, 0),
    "output_tokens": (str, 0),
    "workload": (str, 0),
    "region": (str, 0),
    "cached_tokens": (int, 0),
    "cached_prefix": (str, 0),
    "per_day": (int, 1),
    "raw": (bool, 0),
    "variables": (list, 0),
}


class _SavedLine(msgspec.Struct):
    unit: str
    tokens: int
    rate: Decimal
    cost: Decimal
    per: Annotated[int, msgspec.Meta(gt=0)] = 1_000_000


class _SavedEvidence(msgspec.Struct):
    modes: tuple[str, ...]
    tier_from: int | None = None


class _SavedOutput(msgspec.Struct):
    source: Literal["assumed", "ceiling", "given", "workload"] | None = None
    assumed: bool = True  # of the whole document


class _SavedItem(msgspec.Struct):
    """The fields of an estimate that a comparison reads."""

    path: str
    model: str
    provider: str
    method: str
    usage: dict[str, int]
    cost: Decimal | None
    evidence: _SavedEvidence
    asked: str | None = None
    unpriced: str | None = None
    tokenizer: str | None = None
    digest: str | None = None
    parts: dict[str, int] | None = None
    error: float | None = None
    window_share: float | None = None
    lines: tuple[_SavedLine, ...] | None = None
    output: _SavedOutput | None = None


class _Saved(msgspec.Struct):
    items: tuple[_SavedItem, ...]
    prices: dict[str, Any]
    options: dict[str, Any] | None = None
    output: _SavedOutput | None = None


class Estimates(NamedTuple):
    """A saved estimate: its items, and what they were made with."""

    label: str
    items: tuple[Mapping[str, Any], ...]
    prices: Mapping[str, Any]
    options: Mapping[str, Any]
    assumed: bool = True  # whether nobody chose the answers, where an item does not say it


def read_estimate(document: Mapping[str, Any], label: str) -> Estimates:
    """Return a saved estimate. Raise `InputError` where it is not whole."""
    if document.get("format") != ESTIMATE:
        raise InputError(f"{label}: not an estimate of this version ({ESTIMATE})")
    saved = _decoded(document, label)
    for at, item in enumerate(saved.items):
        _check(item, f"{label}: not an estimate: items[{at}]")
    if not saved.items:
        raise InputError(f"{label}: holds no prompt, so that everything would be new")
    try:
        options = _options(saved.options or {})
    except TypeError as error:
        raise InputError(f"{label}: not an estimate: options: {error}") from error
    items = tuple(document["items"])
    assumed = saved.output is None or saved.output.assumed
    return Estimates(label, items, saved.prices, options, assumed)


def output_source(item: Mapping[str, Any], saved: Estimates) -> str:
    """Return where the length of the answer of a saved item comes from."""
    source = (item.get("output") or {}).get("source")
    return str(source) if source else ASSUMED if saved.assumed else GIVEN


def _decoded(document: Mapping[str, Any], label: str) -> _Saved:
    try:
        return msgspec.convert(document, _Saved, strict=False)
    except (msgspec.ValidationError, ArithmeticError, RecursionError) as error:
        reason, _, place = str(error).partition(" - at `$.")
        where = f"{place.rstrip('`')}: " if place else ""
        raise InputError(f"{label}: not an estimate: {where}{reason}") from error


def _check(item: _SavedItem, where: str) -> None:
    """Raise `InputError` for a value that `estimate` never writes."""
    for unit, count in item.usage.items():
        if unit not in UNITS or count < 0:
            raise InputError(f"{where}.usage: '{unit}': {count} is no count of a known unit")
    if any(count < 0 for count in (item.parts or {}).values()):
        raise InputError(f"{where}.parts: a count below 0")
    amounts = [item.cost or ZERO, *(line.rate for line in item.lines or ())]
    if not all(is_plausible(amount) and amount >= 0 for amount in amounts):
        raise InputError(f"{where}: an amount that is no price")
    _check_lines(item, where)
    if item.error is not None and not 0 <= item.error < math.inf:
        raise InputError(f"{where}.error: {item.error} is no relative error")


def _check_lines(item: _SavedItem, where: str) -> None:
    """Raise `InputError` where the lines are not those of the usage, or not those of the cost."""
    total = ZERO
    for line in item.lines or ():
        amount = divide(multiply(Decimal(line.tokens), line.rate), Decimal(line.per))
        if item.usage.get(line.unit) != line.tokens or amount != line.cost:
            raise InputError(
                f"{where}.lines: {line.unit}: not what its usage costs; was it edited?"
            )
        total = add(total, line.cost)
    if item.cost is not None and total != item.cost:
        raise InputError(f"{where}.cost: not the sum of its lines; was it edited?")
    tokens = sum(count for unit, count in item.usage.items() if unit in INPUT_UNITS)
    if item.parts and sum(item.parts.values()) != tokens:
        raise InputError(f"{where}.parts: not the tokens of its input; was it edited?")


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are taken over, none of another kind than `estimate` writes."""
    found = {name: value for name, value in given.items() if name in _OPTIONS}
    for name, value in found.items():
        kind, least = _OPTIONS[name]
        right = type(value) is kind and (kind is not int or value >= least)
        if not right or (kind is list and not all(isinstance(text, str) for text in value)):
            raise TypeError(f"{name}: {value!r}")
    return found
