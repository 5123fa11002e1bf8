"""`Scenario`: one alternative for recorded calls: a name, and changes with their values.

In one line, terms joined by `+`: `gpt-6-luna+batch+cache=5m`. In YAML, the same names as keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import ConfigError, TableError, UsageError, did_you_mean
from tokencost_profiles.whatif.change import Change, changes

BASE: Final = "as recorded"
REPLAYED_BASE: Final = "as recorded, cache replayed"
_TERM: Final = re.compile(r"\+(?=[A-Za-z@])")


class Scenario(NamedTuple):
    """What is different. What no change is about stays as it was."""

    name: str
    changes: tuple[tuple[Change, Any], ...] = ()

    @property
    def in_steps(self) -> list[tuple[Change, Any]]:
        """The changes in the order in which they are applied."""
        return sorted(self.changes, key=lambda pair: (pair[0].step, pair[0].order, pair[0].key))

    @property
    def needs_calls(self) -> bool:
        """Whether it depends on single calls: how long one is, or what it repeats."""
        return any(
            change.moves_prefix or (change.needs_calls is not None and change.needs_calls(value))
            for change, value in self.changes
        )

    @property
    def moves_prefix(self) -> bool:
        """Whether prompts are shortened, which changes what a provider's cache can read."""
        return any(change.moves_prefix for change, _ in self.changes)


def parse(text: str, name: str | None = None) -> Scenario:
    """Read a scenario from one line. Raise `UsageError` for a term that means nothing."""
    known = changes()
    joined = {change.key for change in known if change.flag.joined}
    values: dict[str, Any] = {}
    for term in _TERM.split(text):
        key, sign, value = term.strip().partition("=")
        if not sign:
            key, value = _bare_term(key, known)
        key = key.strip().replace("-", "_")
        if key in joined:
            values.setdefault(key, []).append(value)
        elif key in values:
            raise UsageError(f"'{text}' says {key} twice")
        else:
            values[key] = value
    return of(values, name or text, f"'{text}'")


def of(values: Mapping[str, Any], name: str, where: str) -> Scenario:
    """Return the scenario that keys and values mean. Raise `UsageError` naming what is wrong."""
    known = changes()
    settings = {one.key: (one, change) for change in known for one in change.settings}
    main = {change.key: change for change in known}
    parsed: dict[str, Any] = {}
    extra: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        field = key.replace("-", "_")
        if field in main:
            parsed[field] = main[field].parse(value, f"{where}: {key}")
            if main[field].is_switch and not parsed[field]:
                del parsed[field]  # switched off
        elif field in settings:
            setting, change = settings[field]
            extra.setdefault(change.key, {})[field] = setting.parse(value, f"{where}: {key}")
        else:
            near = did_you_mean(field, (*main, *settings))
            raise UsageError(f"{where}: a scenario has no '{key}'{near}")
    for key, fields in extra.items():
        if key not in parsed:
            lonely = _lonely(main[key], next(iter(fields)))
            raise UsageError(f"{where}: {lonely.message}", hint=lonely.hint)
        parsed[key] = parsed[key]._replace(**fields)
    _refuse_pairs([main[key] for key in parsed], where)
    return Scenario(name, tuple((main[key], value) for key, value in parsed.items()))


def of_flags(flags: Mapping[str, Any]) -> list[Scenario]:
    """Return one scenario for each flag that is a change, in the order of the help.

    `flags`: what was typed, by key; None, empty and False are flags that were not used.
    """
    scenarios: list[Scenario] = []
    everywhere: list[tuple[Change, Any]] = []
    for change in changes():
        typed = flags.get(change.key)
        settings = _setting_flags(change, flags)
        if typed is None or typed is False or typed in ([], ()):
            if settings:
                raise _lonely(change, next(iter(settings)), "--", " ")
            continue
        where = f"--{change.option}"
        if change.flag.everywhere:
            everywhere.append((change, change.parse(typed, where)))
            continue
        for value in typed if change.flag.repeatable and not change.flag.joined else [typed]:
            parsed = change.parse(value, where)
            parsed = parsed._replace(**settings) if settings else parsed
            name = change.scenario_name(", ".join(value) if change.flag.joined else str(value))
            scenarios.append(Scenario(name, ((change, parsed),)))
    return [one._replace(changes=(*everywhere, *one.changes)) for one in scenarios]


def from_documents(documents: Iterable[tuple[str, Any]]) -> list[Scenario]:
    """Read the scenarios of YAML files: (name of the file, its content)."""
    scenarios: list[Scenario] = []
    for label, content in documents:
        entries = content.get("scenarios") if isinstance(content, dict) else content
        if isinstance(content, dict) and "scenarios" not in content:
            entries = [content]
        if not isinstance(entries, list) or not entries:
            raise ConfigError("no scenarios (a list under `scenarios:`)", file=label)
        for at, entry in enumerate(entries, 1):
            if not isinstance(entry, dict):
                raise ConfigError(f"scenario {at} is not a mapping", file=label)
            name = " ".join(str(entry.get("name") or f"{label}#{at}").split())
            try:
                values = {key: value for key, value in entry.items() if key != "name"}
                scenarios.append(of(values, name, f"{label}: {name}"))
            except UsageError as error:
                raise ConfigError(error.message, hint=error.hint) from error
    return scenarios


def named(text: str, folder: Path) -> list[Scenario]:
    """Return the scenarios that a person names: those of a YAML file, or of terms."""
    path = folder / text
    if path.suffix in (".yaml", ".yml") or _is_file(path):
        return from_file(path, text)
    return [parse(text)]


def from_file(path: Path, label: str) -> list[Scenario]:
    """Read the scenarios of a YAML file. Raise `ConfigError` for one that is not valid."""
    from tokencost_pricing.yaml_loader import load

    if not _is_file(path):
        raise ConfigError("no such scenario file", file=label)
    try:
        content = load(path, label).data
    except TableError as error:
        raise ConfigError(
            error.reason, file=error.file, line=error.line, hint=error.hint
        ) from error
    return from_documents([(label, content)])


def refuse_equal_names(scenarios: Iterable[Scenario]) -> None:
    """Raise `UsageError` where two scenarios have one name, or one that of the unchanged calls."""
    names = [BASE, REPLAYED_BASE, *(scenario.name for scenario in scenarios)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two scenarios are named '{twice}'", hint="a YAML file gives them names")


def _is_file(path: Path) -> bool:
    """Whether there is a file; where the system refuses the name, there is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _bare_term(term: str, known: Sequence[Change]) -> tuple[str, Any]:
    """Read a term that has no value: a switch, a word that one change knows, or a model."""
    for change in known:
        if change.reads_term(term):
            return change.key, True if change.is_switch else term
    last = next((change.key for change in known if change.takes_any_term), term)
    return last, term


def _setting_flags(change: Change, flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a change that were typed as flags."""
    return {
        one.key: one.parse(flags[one.key], f"--{one.key.replace('_', '-')}")
        for one in change.settings
        if one.flag is not None and flags.get(one.key) is not None
    }


def _lonely(change: Change, setting: str, dashes: str = "", sign: str = "=") -> UsageError:
    """Return the error of a setting whose change is missing."""
    main = f"{dashes}{change.option}"
    return UsageError(
        f"{dashes}{setting.replace('_', '-')} without {main}",
        hint=f"it belongs to {main}{sign}{change.example}",
    )


def _refuse_pairs(present: Iterable[Change], where: str) -> None:
    for one, other in combinations(present, 2):
        if other.key in one.excludes or one.key in other.excludes:
            raise UsageError(f"{where}: {one.key} and {other.key} exclude each other: give one")
