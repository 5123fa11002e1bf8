"""The limits of the gate: from flags, from `[check]` of the settings, from `[[check.path]]`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tokencost_pricing.errors import ConfigError, TokencostError, UsageError, did_you_mean
from tokencost_profiles.gate.limits import KEYS, Limits, Override, Policy, limit_fields
from tokencost_profiles.gate.sampling import MIN_CASES

if TYPE_CHECKING:
    import typer

    from tokencost_cli.runtime.invocation import Invocation


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
            fields |= limit_fields(key, value)
        except UsageError as error:
            raise refuse(key, error) from error
    return limits._replace(**fields)


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
            if key not in KEYS:
                near = did_you_mean(key, [*KEYS, "match"])
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
