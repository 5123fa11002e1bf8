"""Folders where coding agents keep their logs, as the readers list them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tokencost_profiles.logs.formats import readers


class AgentFolder(NamedTuple):
    """A folder or file where one agent keeps its logs."""

    reader: str
    label: str  # as people write it: ~/.claude/projects
    path: Path


def agent_folders(environment: Mapping[str, str]) -> Iterator[AgentFolder]:
    """Yield every folder or file that a reader names.

    A reader writes `VARIABLE=~/base:rest`: the variable, where it is set, stands for the base (and
    may hold several folders, separated by commas); `~/base:rest` where there is no variable.
    """
    home = environment.get("HOME") or environment.get("USERPROFILE") or ""
    for reader in readers():
        for spec in reader.homes:
            for base, rest in _base_folders(spec, environment):
                path = Path(base.replace("~", home, 1) if base.startswith("~") else base, rest)
                label = str(Path(base, rest))
                yield AgentFolder(reader.name, label, path)


def existing_folders(environment: Mapping[str, str]) -> list[AgentFolder]:
    """Return those that exist on this machine, each once."""
    places: dict[Path, AgentFolder] = {}
    for place in agent_folders(environment):
        if place.path.is_absolute() and place.path.exists():
            places.setdefault(place.path, place)
    return list(places.values())


def _base_folders(spec: str, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (base, rest) of a home such as `CLAUDE_CONFIG_DIR=~/.claude:projects`."""
    variable, _, default = spec.rpartition("=")
    base, _, rest = default.partition(":")
    chosen = environment.get(variable) if variable else None
    for one in (chosen or base).split(","):
        if one.strip():
            yield one.strip(), rest
