"""Where coding agents keep their logs, as the readers tell, and which of them are here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tokencost_profiles.logs.formats import readers


class Found(NamedTuple):
    """A folder or file where one agent keeps its logs."""

    reader: str
    label: str  # as people write it: ~/.claude/projects
    path: Path


def known(environment: Mapping[str, str]) -> Iterator[Found]:
    """Yield every place that a reader names.

    A reader writes `VARIABLE=~/base:rest`: the variable, where it is set, stands for the base (and
    may hold several folders, separated by commas); `~/base:rest` where there is no variable.
    """
    home = environment.get("HOME") or environment.get("USERPROFILE") or ""
    for reader in readers():
        for given in reader.homes:
            for base, rest in _bases(given, environment):
                path = Path(base.replace("~", home, 1) if base.startswith("~") else base, rest)
                label = str(Path(base, rest))
                yield Found(reader.name, label, path)


def found(environment: Mapping[str, str]) -> list[Found]:
    """Return the places that are on this machine, each once."""
    places: dict[Path, Found] = {}
    for place in known(environment):
        if place.path.is_absolute() and place.path.exists():
            places.setdefault(place.path, place)
    return list(places.values())


def _bases(given: str, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (base, rest) of a place such as `CLAUDE_CONFIG_DIR=~/.claude:projects`."""
    variable, _, default = given.rpartition("=")
    base, _, rest = default.partition(":")
    chosen = environment.get(variable) if variable else None
    for one in (chosen or base).split(","):
        if one.strip():
            yield one.strip(), rest
