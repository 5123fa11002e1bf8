"""Settings: `tokencost.toml`, or `[tool.tokencost]` in `pyproject.toml`, over those of the user.

Of a project the nearest file from the working folder upwards counts; the search ends at the
repository's root. The user's file lies in the platform's folder for configuration. What both
set is as the project has it; price files of both are used, the project's last. Keys at the top are
for every command; a table named as a command holds defaults for its flags, with underscores. A path
in a file is relative to the folder of that file, wherever the program is run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_cli.runtime.context import is_file
from tokencost_pricing.errors import ConfigError, did_you_mean
from tokencost_pricing.matching.names import EVERY

if TYPE_CHECKING:
    from tokencost_cli.runtime.context import Context

# One model per provider and class that people compare today.
DEFAULT_MODELS: Final = (
    "gpt-6.1-sol",
    "gpt-6-luna",
    "gpt-4o-mini",
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "gemini-4-argon",
    "gemini-3.8-flash",
    "grok-4.7",
    "deepseek-v4-pro",
    "mistral-large-4",
    "qwen3.8-max",
)

NAME: Final = "tokencost.toml"
_TOP: Final = {
    "models": list,
    "prices": list,
    "workload": str,
    "calibration": str,
    "aliases": dict,
    "provider": dict,
    "findings": dict,
}


class Settings(NamedTuple):
    """What the configuration files say.

    `files`: those that were read, that of the user first. `sources`: the files that each setting
    stands in, the one that counts last, by its name: `models`, `check.budget`.
    """

    models: tuple[str, ...] = DEFAULT_MODELS
    prices: tuple[Path, ...] = ()
    workload: str | None = None  # a name, or a YAML file as seen from the working folder
    calibration: Path | None = None
    aliases: Mapping[str, str] = MappingProxyType({})  # the user's name -> model
    provider: Mapping[str, str] = MappingProxyType({})  # name or pattern of a model -> who bills
    findings: Mapping[str, Any] = MappingProxyType({})  # thresholds by name: see `thresholds`
    commands: Mapping[str, dict[str, Any]] = MappingProxyType({})
    files: tuple[Path, ...] = ()
    sources: Mapping[str, tuple[Path, ...]] = MappingProxyType({})

    def source(self, *names: str) -> Path | None:
        """Return the file that sets `models`, or the flag of a command; None where none does."""
        files = self.sources.get(".".join(names), ())
        return files[-1] if files else None


class _File(NamedTuple):
    """One configuration file, its values of the right kinds."""

    path: Path
    top: Mapping[str, Any]
    commands: Mapping[str, dict[str, Any]]


def load_settings(context: Context, commands: Sequence[str]) -> Settings:
    """Find and read the settings. Raise `ConfigError` where they are wrong.

    `commands`: the names of all commands; each may have a table.
    """
    files: list[_File] = []
    of_user = context.settings
    if of_user is not None and is_file(of_user):
        files.append(_checked(_read(of_user), of_user, commands))
    project = _project_file(context.folder, commands)
    if project is not None and project.path != of_user:
        files.append(project)
    return _merged(files, context.folder)


def _project_file(start: Path, commands: Sequence[str]) -> _File | None:
    """Return the nearest configuration of a project, or None."""
    for folder in (start, *start.parents):
        path = folder / NAME
        if is_file(path):
            return _checked(_read(path), path, commands)
        project = folder / "pyproject.toml"
        if is_file(project):
            tools = _read(project).get("tool")
            table = tools.get("tokencost") if isinstance(tools, dict) else None
            if table is not None:
                if not isinstance(table, dict):
                    raise ConfigError("[tool.tokencost] is not a table", file=project)
                return _checked(table, project, commands)
        if (folder / ".git").exists():
            break
    return None


def _merged(files: Sequence[_File], folder: Path) -> Settings:
    """Return the settings of several files: what a later one sets counts."""
    top: dict[str, Any] = {}
    commands: dict[str, dict[str, Any]] = {}
    sources: dict[str, tuple[Path, ...]] = {}
    prices: list[Path] = []
    findings: dict[str, Any] = {}
    aliases: dict[str, str] = {}
    billed_by: dict[str, str] = {}
    for file in files:
        top |= file.top
        aliases |= file.top.get("aliases", {})
        findings |= file.top.get("findings", {})
        billed_by = {**billed_by, **file.top.get("provider", {})}
        named = [
            *file.top,
            *(f"{c}.{name}" for c, table in file.commands.items() for name in table),
            *(f"findings.{name}" for name in file.top.get("findings", ())),
        ]
        for name in named:
            sources[name] = (*sources.get(name, ()), file.path)
        prices += [file.path.parent / name for name in file.top.get("prices", ())]
        for command, values in file.commands.items():
            commands.setdefault(command, {}).update(values)
    calibration = top.get("calibration")
    workload = top.get("workload")
    if workload is not None and workload.endswith((".yaml", ".yml")):
        workload = seen_from(folder, sources["workload"][-1], workload)
    return Settings(
        models=tuple(top.get("models", DEFAULT_MODELS)),
        prices=tuple(dict.fromkeys(prices)),
        workload=workload,
        calibration=sources["calibration"][-1].parent / calibration if calibration else None,
        aliases=aliases,
        provider=billed_by,
        findings=findings,
        commands=commands,
        files=tuple(file.path for file in files),
        sources=sources,
    )


def seen_from(folder: Path, file: Path, path: str) -> str:
    """Return a path that stands in a file of settings, as it is seen from the working folder."""
    if os.path.isabs(path) or file.parent == folder:
        return path
    place = file.parent / path
    return os.path.relpath(place, folder) if file.parent in folder.parents else str(place)


def with_paths(
    settings: Settings,
    command: str,
    folder: Path,
    rewrites: Mapping[str, Callable[[str, Callable[[str], str]], str]],
) -> Settings:
    """Return the settings with the paths of a command as they are seen from the working folder.

    `rewrites`: for each option that names a file, what replaces the path in its text by what the
    function that it takes returns for it.
    """
    values = dict(settings.commands.get(command, {}))
    for name, rewrite in rewrites.items():
        file = settings.source(command, name)
        if file is None:
            continue
        place = partial(seen_from, folder, file)
        value = values[name]
        if isinstance(value, str):
            values[name] = rewrite(value, place)
        elif isinstance(value, list):
            values[name] = [rewrite(one, place) if isinstance(one, str) else one for one in value]
    return settings._replace(commands={**settings.commands, command: values})


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read: {error}", file=path) from error
    except RecursionError:
        raise ConfigError("nested too deeply", file=path) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}", file=path) from error


def _checked(table: Mapping[str, Any], path: Path, names: Sequence[str]) -> _File:
    """Return a file's settings. Raise `ConfigError` for an unknown key or a value of no use."""
    known = [*_TOP, *names]
    top: dict[str, Any] = {}
    commands: dict[str, dict[str, Any]] = {}
    for key, value in table.items():
        if key == "provider" and isinstance(value, str):
            value = {EVERY: value}  # of every model
        if key == "findings" and isinstance(value, dict):
            _check_findings(value, path)
            top[key] = value
        elif key in _TOP:
            _check_type(key, value, path)
            top[key] = value
        elif key in known and isinstance(value, dict):
            commands[key] = value
        else:
            raise ConfigError(f"unknown key '{key}'{did_you_mean(key, known)}", file=path)
    return _File(path, top, commands)


def _check_findings(values: Mapping[str, Any], path: Path) -> None:
    from tokencost_profiles.attribution.thresholds import check_thresholds

    try:
        check_thresholds(values)
    except ConfigError as error:
        raise ConfigError(error.reason, file=path) from None


def _check_type(key: str, value: Any, path: Path) -> None:
    wanted = _TOP[key]
    items: Iterable[Any] = ()
    if isinstance(value, (list, dict)):
        items = value.values() if isinstance(value, dict) else value
    if not isinstance(value, wanted) or not all(isinstance(item, str) for item in items):
        raise ConfigError(f"'{key}' must be {_NOUNS[wanted]}", file=path)


_NOUNS: Final = {list: "a list of texts", dict: "a table of texts", str: "a text"}
