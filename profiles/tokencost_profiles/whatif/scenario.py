"""`Scenario`: one alternative to how calls were made, as a person writes it.

In one line, terms joined by `+`: `gpt-6-luna+batch+cache=5m`. In YAML, the same names as keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import ConfigError, UsageError, did_you_mean
from tokencost_pricing.regions import AREAS, REGIONS, is_region
from tokencost_profiles.whatif.hardware import Hardware, hardware
from tokencost_profiles.whatif.parse_numbers import number, share_of_one, whole
from tokencost_profiles.whatif.routing import Cascade, Route, cascade, routes

MODES: Final = ("standard", "batch", "flex", "priority", "fast", "ultrafast")
CACHES: Final = ("off", "as-logged", "auto", "5m", "1h", "best")
ROLES: Final = (
    "system",
    "tools",
    "user",
    "assistant",
    "reasoning",
    "tool_call",
    "tool_result",
    "attachment",
)
_TERM: Final = re.compile(r"\+(?=[A-Za-z@])")


class Scenario(NamedTuple):
    """What is different. What is None (or empty) stays as it was."""

    name: str
    model: str | None = None
    mode: str | None = None
    region: str | None = None
    cache: str | None = None
    route: tuple[Route, ...] = ()
    cascade: Cascade | None = None
    compress: tuple[tuple[str, Decimal], ...] = ()  # role, the share of its tokens that is left
    compressor: Decimal | None = None  # USD for a million tokens that are compressed
    keep_turns: int | None = None  # the newest turns of the history; older ones are dropped
    drop_results: int | None = None  # results of tools older than so many turns are dropped
    max_output: int | None = None
    prune_tools: bool = False  # definitions of tools that no call of the log uses
    no_retries: bool = False
    hit_rate: Decimal | None = None  # share of calls that a cache of answers would answer
    lookup: Decimal | None = None  # USD for each look into that cache
    self_hosted: Hardware | None = None
    keep_reasoning: bool = False
    only_independent: bool = False  # calls that wait for each other keep their mode

    @property
    def needs_text(self) -> bool:
        """Whether parts of the prompts are left out or shortened."""
        return bool(
            self.compress
            or self.prune_tools
            or self.keep_turns is not None
            or self.drop_results is not None
        )

    @property
    def needs_calls(self) -> bool:
        """Whether it depends on single calls: how long one is, or what it repeats."""
        return (
            self.no_retries
            or self.max_output is not None
            or any(route.by_length for route in self.route)
        )


def parse(text: str, name: str | None = None) -> Scenario:
    """Read a scenario from one line. Raise `UsageError` for a term that means nothing."""
    given: dict[str, Any] = {}
    for term in _TERM.split(text):
        key, sign, value = term.strip().partition("=")
        if not sign:
            key, value = _bare(key)
        key = key.strip().replace("-", "_")
        if key == "compress":
            given.setdefault(key, []).append(value)
        elif key in given:
            raise UsageError(f"'{text}' says {key} twice")
        else:
            given[key] = value
    return of(given, name or text, f"'{text}'")


def of(given: Mapping[str, Any], name: str, where: str) -> Scenario:
    """Return the scenario that keys and values mean. Raise `UsageError` naming what is wrong."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        field = key.replace("-", "_")
        read = _READ.get(field)
        if read is None:
            raise UsageError(f"{where}: a scenario has no '{key}'{did_you_mean(field, _READ)}")
        # A flag names itself; a term of several is named beside them.
        found[field] = read(value, where if where.startswith("--") else f"{where}: {key}")
    scenario = Scenario(name, **found)
    targets = [scenario.model, scenario.route, scenario.cascade, scenario.self_hosted]
    if sum(bool(target) for target in targets) > 1 and not (
        scenario.model and scenario.self_hosted
    ):
        raise UsageError(f"{where}: model, route and cascade all say where calls go: give one")
    if scenario.compressor is not None and not scenario.compress:
        raise UsageError(
            f"{where}: a compressor without anything to compress",
            hint="as compress=tool_result:0.5",
        )
    return scenario


def from_documents(documents: Iterable[tuple[str, Any]]) -> list[Scenario]:
    """Read the scenarios of YAML files: (name of the file, its content)."""
    found: list[Scenario] = []
    for label, content in documents:
        entries = content.get("scenarios") if isinstance(content, dict) else content
        if isinstance(content, dict) and "scenarios" not in content:
            entries = [content]
        if not isinstance(entries, list) or not entries:
            raise ConfigError(f"{label}: no scenarios (a list under `scenarios:`)")
        for at, entry in enumerate(entries, 1):
            if not isinstance(entry, dict):
                raise ConfigError(f"{label}: scenario {at} is not a mapping")
            name = " ".join(str(entry.get("name") or f"{label}#{at}").split())
            try:
                given = {key: value for key, value in entry.items() if key != "name"}
                found.append(of(given, name, f"{label}: {name}"))
            except UsageError as error:
                raise ConfigError(error.message, hint=error.hint) from error
    return found


def _bare(term: str) -> tuple[str, Any]:
    """Read a term without a value: a mode, a switch, or a model."""
    if term in MODES:
        return "mode", term
    if term in CACHES:
        return "cache", term
    if term.replace("-", "_") in ("prune_tools", "no_retries", "keep_reasoning"):
        return term, True
    return "model", term


def _choice(known: tuple[str, ...]) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        text = str(value)
        if text not in known:
            raise UsageError(
                f"{where}: no '{text}'{did_you_mean(text, known)}",
                hint=f"one of: {', '.join(known)}",
            )
        return text

    return read


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise UsageError(f"{where}: '{value}' is not a name")
    return value


def _region(value: Any, where: str) -> str:
    name = _text(value, where).casefold()
    if not is_region(name):
        raise UsageError(f"{where}: no region '{name}'{did_you_mean(name, AREAS)}", hint=REGIONS)
    return name


def _count(value: Any, where: str) -> int:
    found = whole(value)
    if found is None:
        raise UsageError(f"{where}: '{value}' is not a whole number")
    return found


def _turns(value: Any, where: str) -> int:
    found = _count(value, where)
    if not found:
        raise UsageError(f"{where}: the newest turn is always sent: 1 at least")
    return found


def _flag(value: Any, where: str) -> bool:
    if value in (True, "true", "yes", "1"):
        return True
    if value in (False, "false", "no", "0"):
        return False
    raise UsageError(f"{where}: '{value}' is neither true nor false")


def _money(value: Any, where: str) -> Decimal:
    amount = number(str(value).removeprefix("$"))
    if amount is None or amount < 0:
        raise UsageError(f"{where}: '{value}' is not an amount in USD")
    return amount


def share(value: Any, where: str) -> Decimal:
    """Read a share: 0.25, or 25%."""
    found = share_of_one(value)
    if found is None:
        raise UsageError(f"{where}: '{value}' is not between 0 and 1, as 0.25 or 25%")
    return found


def _compress(value: Any, where: str) -> tuple[tuple[str, Decimal], ...]:
    entries = value if isinstance(value, list) else [value]
    if isinstance(value, Mapping):
        entries = [f"{role}:{left}" for role, left in value.items()]
    found = []
    for entry in entries:
        role, _, left = str(entry).partition(":")
        found.append((_choice(ROLES)(role, where), share(left, where)))
    twice = [role for role, _ in found if sum(role == other for other, _ in found) > 1]
    if twice:
        raise UsageError(f"{where}: says {twice[0]} twice")
    return tuple(found)


_READ: Final[dict[str, Callable[[Any, str], Any]]] = {
    "model": _text,
    "mode": _choice(MODES),
    "region": _region,
    "cache": _choice(CACHES),
    "route": routes,
    "cascade": cascade,
    "compress": _compress,
    "compressor": _money,
    "keep_turns": _turns,
    "drop_results": _turns,
    "max_output": _count,
    "prune_tools": _flag,
    "no_retries": _flag,
    "hit_rate": share,
    "lookup": _money,
    "self_hosted": hardware,
    "keep_reasoning": _flag,
}
