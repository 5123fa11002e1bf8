"""The limits of the gate: from flags, from `[check]` of the settings, from `[[check.path]]`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_pricing.errors import ConfigError, TokencostError, UsageError, did_you_mean
from tokencost_profiles.gate.limits import FAIL, FAIL_ON, PER, WARN, Limits, Override, Policy
from tokencost_profiles.gate.sampling import MIN_CASES

if TYPE_CHECKING:
    import typer

    from tokencost_cli.runtime.invocation import Invocation

_MOST_DIGITS: Final = 18
_TOKENS: Final = re.compile(r"(\d[\d,_]*)\s*(?:tokens?)?")


def share(text: str) -> Decimal:
    """Read a share: `10%`, or `0.1`."""
    body = text.strip()
    value = _number(body.removesuffix("%"))
    if body.endswith("%"):
        return value.scaleb(-2)
    if value > 1:
        raise UsageError(f"'{text}' is more than all of it: say '{text}%', or a share such as 0.1")
    return value


def amount(text: str) -> Decimal:
    """Read an amount of US dollars: `0.05`, `$1,200`."""
    return _number(text.strip().removeprefix("$").removesuffix("USD").replace(",", ""))


def tokens(text: str) -> Decimal:
    """Read a number of tokens."""
    match = _TOKENS.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"'{text}' is not a number of tokens")
    return _number(re.sub(r"[,_]", "", match[1]))


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise UsageError(f"'{text.strip()}' is not a number from 0 up")
    if value.adjusted() > _MOST_DIGITS:
        raise UsageError(f"'{text.strip()}' is more than can be reached")
    return value


def ignored(text: str) -> tuple[Decimal | None, int | None]:
    """Read what is too small to matter: USD (`$0.001`, `0.001`), or tokens (`50`)."""
    if _TOKENS.fullmatch(text.strip()):
        return None, int(tokens(text))
    return amount(text), None


def _one_of(known: Iterable[str]) -> Callable[[str], str]:
    names = tuple(known)

    def read(text: str) -> str:
        if text not in names:
            raise UsageError(f"no '{text}'{did_you_mean(text, names)}", hint=f"one of {_or(names)}")
        return text

    return read


def _or(names: tuple[str, ...]) -> str:
    return ", ".join(names)


_READ: Final[dict[str, Callable[[str], Any]]] = {
    "max_increase": share,
    "max_increase_usd": amount,
    "max_item_increase": share,
    "budget": amount,
    "max_tokens": tokens,
    "context_window": share,
    "warn_increase": share,
    "warn_increase_usd": amount,
    "warn_item_increase": share,
    "warn_budget": amount,
    "warn_tokens": tokens,
    "warn_context_window": share,
    "budget_per": _one_of(PER),
    "unpriced": _one_of((FAIL, WARN)),
    "ignore_below": ignored,
    "fail_on": _one_of(FAIL_ON),
}
KEYS: Final = tuple(_READ)


class StatedLimits(NamedTuple):
    """The limits as they were typed, and which of them the settings state."""

    values: Mapping[str, Any]
    from_settings: frozenset[str] = frozenset()
    sources: Mapping[str, Path | None] = {}  # the file that each of these stands in
    paths: Any = ()  # the tables of [[check.path]], unchecked
    min_cases: int = MIN_CASES
    folder: str = ""  # the working folder, from that of the tables


def policy_of(stated: StatedLimits) -> Policy:
    """Return the policy. Raise `UsageError` for a wrong flag, `ConfigError` for a wrong setting."""

    def refuse(key: str, error: TokencostError) -> TokencostError:
        if key in stated.from_settings:
            return ConfigError(f"[check] {key}: {error}", file=stated.sources.get(key))
        return UsageError(f"--{key.replace('_', '-')}: {error}")

    limits = _read(Limits(), stated.values, refuse)
    return Policy(limits, tuple(_overrides(stated, limits)), stated.min_cases, stated.folder)


def _read(
    limits: Limits, values: Mapping[str, Any], refuse: Callable[[str, TokencostError], Exception]
) -> Limits:
    fields: dict[str, Any] = {}
    for key, value in values.items():
        if value is None:
            continue
        try:
            fields |= _field(key, value)
        except UsageError as error:
            raise refuse(key, error) from error
    return limits._replace(**fields)


def _field(key: str, value: Any) -> dict[str, Any]:
    if key == "fail_on":
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple):
            raise UsageError("must be a list of texts")
        named = [name.strip() for text in value for name in str(text).split(",") if name.strip()]
        return {"fail_on": frozenset(map(_READ[key], named))}
    if isinstance(value, bool | list | dict):
        raise UsageError("must be a number, or a text such as '10%'")
    read = _READ[key](str(value))
    if key == "ignore_below":
        return {"ignore_below_usd": read[0], "ignore_below_tokens": read[1]}
    return {key: read}


def _overrides(stated: StatedLimits, limits: Limits) -> Iterable[Override]:
    where = f"{stated.sources.get('path')}: [[check.path]]"
    tables = stated.paths
    if not isinstance(tables, list | tuple) or not all(isinstance(one, dict) for one in tables):
        raise ConfigError(f"{where} must be tables, each with 'match'")
    for number, table in enumerate(tables, 1):
        values = dict(table)
        pattern = values.pop("match", None)
        if not isinstance(pattern, str) or not pattern:
            raise ConfigError(f"{where} {number}: needs 'match', a path pattern such as 'long/**'")
        for key in values:
            if key not in _READ:
                near = did_you_mean(key, [*_READ, "match"])
                raise ConfigError(f"{where} '{pattern}' has no setting '{key}'{near}")

        def refuse(key: str, error: TokencostError, pattern: str = pattern) -> ConfigError:
            return ConfigError(f"{where} '{pattern}' {key}: {error}")

        yield Override(pattern, _read(limits, values, refuse), frozenset(values))


def stated_limits(ctx: typer.Context, invocation: Invocation) -> StatedLimits:
    """Return the limits of a command line, and which of them come from the settings."""
    values = {key: ctx.params.get(key) for key in KEYS}
    settings = invocation.settings.commands.get("check", {})
    from_settings = {
        key
        for key in settings
        if (source := ctx.get_parameter_source(key)) and source.name == "DEFAULT_MAP"
    }
    return StatedLimits(
        values,
        frozenset(from_settings),
        {name: invocation.settings.source("check", name) for name in settings},
        settings.get("path", ()),
        ctx.params.get("min_cases", MIN_CASES),
        _folder_of_patterns(invocation) if "path" in settings else "",
    )


def _folder_of_patterns(invocation: Invocation) -> str:
    """Return the working folder as it is seen from that of the settings with [[check.path]]."""
    file = invocation.settings.source("check", "path")
    folder = invocation.context.folder
    if file is None or file.parent == folder:
        return ""
    return Path(os.path.relpath(folder, file.parent)).as_posix()
