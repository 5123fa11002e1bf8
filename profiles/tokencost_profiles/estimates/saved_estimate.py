"""Saved estimates, the baselines of prompts: decoded by type, a slip is named by its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_pricing.money import ZERO, add, divide, is_plausible, multiply
from tokencost_pricing.terms import Terms
from tokencost_pricing.units import INPUT_UNITS, UNITS
from tokencost_profiles.estimates.output_length import ASSUMED
from tokencost_profiles.tokens.margin import Margin

ESTIMATE: Final = "tokencost.estimate/2"
_NAME: Final = "tokencost.estimate/"
# The flags that a baseline carries over: their kinds, and the least of a number.
_OPTIONS: Final[dict[str, tuple[type[Any], int]]] = {
    "model": (list, 0),
    "mode": (list, 0),
    "output_tokens": (str, 0),
    "workload": (str, 0),
    "region": (str, 0),
    "cached_tokens": (int, 0),
    "cached_prefix": (str, 0),
    "per_day": (int, 1),
    "raw": (bool, 0),
    "var": (list, 0),
}
_PRICES: Final = ("table", "sha256", "as_of", "overlays")


class _SavedLine(msgspec.Struct):
    unit: str
    tokens: int
    rate: Decimal
    cost: Decimal
    per: Annotated[int, msgspec.Meta(gt=0)] = 1_000_000


class _SavedEvidence(msgspec.Struct, frozen=True):
    modes: tuple[str, ...] = ()
    tier_from_tokens: int | None = None


class _SavedOutput(msgspec.Struct):
    source: Literal["assumed", "ceiling", "given", "workload"]


class _SavedPrompt(msgspec.Struct):
    tokens: int
    method: str
    low: int | None = None
    high: int | None = None
    tokenizer: str | None = None


class _SavedPart(msgspec.Struct):
    role: str
    tokens: int


class _SavedItem(msgspec.Struct):
    """The fields of an estimate that a comparison reads."""

    path: str
    model: str
    provider: str
    usage: dict[str, int]
    cost: Decimal | None
    prompt: _SavedPrompt
    evidence: _SavedEvidence = _SavedEvidence()
    line: int | None = None
    requested_model: str | None = None
    unpriced_reason: str | None = None
    sha256: str | None = None
    parts: tuple[_SavedPart, ...] = ()
    window_share: float | None = None
    lines: tuple[_SavedLine, ...] = ()
    output: _SavedOutput | None = None


class _SavedRun(msgspec.Struct):
    options: dict[str, Any] = {}


class _Saved(msgspec.Struct):
    items: tuple[_SavedItem, ...]
    prices: dict[str, Any]
    run: _SavedRun = msgspec.field(default_factory=_SavedRun)


class Estimates(NamedTuple):
    """A saved estimate: its items, and what they were computed with."""

    label: str
    items: tuple[Mapping[str, Any], ...]
    prices: Mapping[str, Any]
    options: Mapping[str, Any]

    @property
    def usual_models(self) -> list[str]:
        """The models that prompts without one of their own were priced on."""
        by_path: dict[str, list[str]] = {}
        for item in self.items:
            by_path.setdefault(item["path"], []).append(item.get("asked") or item["model"])
        several = [models for models in by_path.values() if len(models) > 1]
        if several:
            return list(dict.fromkeys(name for models in several for name in models))
        names = list(dict.fromkeys(models[0] for models in by_path.values()))
        return names if len(names) == 1 else []

    def terms_at(self, moment: Terms) -> Terms:
        """Return the modes and the region that it was made with, at the time of other terms."""
        modes = self.options.get("mode")
        if modes is None:
            modes = next((item["evidence"]["modes"] for item in self.items), ())
        region = self.options.get("region")
        conditions = (("region", region), ("inference_geo", region)) if region else ()
        return moment._replace(modes=tuple(modes), conditions=conditions)


def read_estimate(document: Mapping[str, Any], label: str) -> Estimates:
    """Return a saved estimate. Raise `InputError` where it is malformed or of another version."""
    form = str(document.get("format"))
    if form != ESTIMATE:
        hint = f"make it again: tokencost baseline PATHS -o {label}"
        raise InputError(
            f"not an estimate of this version ({ESTIMATE})",
            hint=hint if form.startswith(_NAME) else None,
            file=label,
        )
    saved = _decoded(document, label)
    for at, item in enumerate(saved.items):
        _check(item, label, f"not an estimate: items[{at}]")
    if not saved.items:
        raise InputError("holds no prompt, so that everything would be new", file=label)
    try:
        options = _options(saved.run.options)
    except TypeError as error:
        raise InputError(f"not an estimate: run.options: {error}", file=label) from error
    prices = {name: saved.prices.get(name) for name in _PRICES}
    return Estimates(label, tuple(_item(item) for item in saved.items), prices, options)


def _item(item: _SavedItem) -> dict[str, Any]:
    """Return an item in the form that sides are made from."""
    prompt = item.prompt
    return {
        "path": item.path if item.line is None else f"{item.path}:{item.line}",
        "line": item.line,
        "model": item.model,
        "provider": item.provider,
        "asked": item.requested_model,
        "method": "exact" if prompt.method == "exact" else "estimated",
        "margin": _margin(prompt),
        "tokenizer": prompt.tokenizer,
        "usage": item.usage,
        "cost": item.cost,
        "unpriced": item.unpriced_reason,
        "digest": item.sha256,
        "parts": {part.role: part.tokens for part in item.parts},
        "window_share": item.window_share,
        "lines": [msgspec.structs.asdict(line) for line in item.lines],
        "evidence": {
            "modes": list(item.evidence.modes),
            "tier_from": item.evidence.tier_from_tokens,
        },
        "output": {"source": item.output.source if item.output else ASSUMED},
    }


def _margin(prompt: _SavedPrompt) -> Margin:
    """Return the margin that the range of a count states; a side that is not known is 0."""
    if not prompt.tokens:
        return Margin()
    low = prompt.tokens if prompt.low is None else prompt.low
    high = prompt.tokens if prompt.high is None else prompt.high
    return Margin(1 - low / prompt.tokens, high / prompt.tokens - 1)


def output_source(item: Mapping[str, Any]) -> str:
    """Return where the length of the answer of a saved item comes from."""
    return str(item["output"]["source"])


def _decoded(document: Mapping[str, Any], label: str) -> _Saved:
    try:
        return msgspec.convert(document, _Saved, strict=False)
    except (msgspec.ValidationError, ArithmeticError, RecursionError) as error:
        reason, _, place = str(error).partition(" - at `$.")
        where = f"{place.rstrip('`')}: " if place else ""
        raise InputError(f"not an estimate: {where}{reason}", file=label) from error


def _check(item: _SavedItem, label: str, where: str) -> None:
    """Raise `InputError` for a value that `estimate` never writes."""
    for unit, count in item.usage.items():
        if unit not in UNITS or count < 0:
            raise InputError(
                f"{where}.usage: '{unit}': {count} is no count of a known unit", file=label
            )
    if any(part.tokens < 0 for part in item.parts):
        raise InputError(f"{where}.parts: a count below 0", file=label)
    amounts = [item.cost or ZERO, *(line.rate for line in item.lines)]
    if not all(is_plausible(amount) and amount >= 0 for amount in amounts):
        raise InputError(f"{where}: an amount that is no price", file=label)
    _check_lines(item, label, where)
    prompt = item.prompt
    if (prompt.low is not None and prompt.low > prompt.tokens) or prompt.tokens < 0:
        raise InputError(f"{where}.prompt.low: more than its tokens", file=label)
    if prompt.high is not None and prompt.high < prompt.tokens:
        raise InputError(f"{where}.prompt.high: fewer than its tokens", file=label)


def _check_lines(item: _SavedItem, label: str, where: str) -> None:
    """Raise `InputError` where the lines are not those of the usage, or not those of the cost."""
    total = ZERO
    for line in item.lines:
        amount = divide(multiply(Decimal(line.tokens), line.rate), Decimal(line.per))
        if item.usage.get(line.unit) != line.tokens or amount != line.cost:
            raise InputError(
                f"{where}.lines: {line.unit}: not what its usage costs; was it edited?",
                file=label,
            )
        total = add(total, line.cost)
    if item.cost is not None and total != item.cost:
        raise InputError(f"{where}.cost: not the sum of its lines; was it edited?", file=label)
    tokens = sum(count for unit, count in item.usage.items() if unit in INPUT_UNITS)
    if item.parts and sum(part.tokens for part in item.parts) != tokens:
        raise InputError(f"{where}.parts: not the tokens of its input; was it edited?", file=label)


def _options(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are taken over, none of another kind than `estimate` writes."""
    options: dict[str, Any] = {}
    for flag, value in flags.items():
        if flag not in _OPTIONS:
            continue
        kind, least = _OPTIONS[flag]
        right = type(value) is kind and (kind is not int or value >= least)
        if not right or (kind is list and not all(isinstance(text, str) for text in value)):
            raise TypeError(f"{flag}: {value!r}")
        options[flag] = value
    return options
