"""Settings: `tokencost.toml`, or `[tool.tokencost]` in `pyproject.toml`.

The nearest file from the working folder upwards counts; the search ends at the repository's root.
Keys at the top are for every command; a table named as a command holds defaults for its flags, with
underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_pricing.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from tokencost_cli.context import Context

# One model per provider and class that people compare today.
DEFAULT_MODELS: Final = (
    "gpt-6.1-sol", "gpt-6-luna", "gpt-4o-mini",
    "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5",
    "gemini-4-argon", "gemini-3.8-flash",
    "grok-4.7", "deepseek-v4-pro", "mistral-large-4", "qwen3.8-max",
)  # fmt: skip

_TOP: Final = {"models": list, "prices": list, "workload": str, "calibration": str}


class Settings(NamedTuple):
    """What a configuration file says. `path` is None where there is none."""

    path: Path | None = None
    models: tuple[str, ...] = DEFAULT_MODELS
    prices: tuple[Path, ...] = ()
    workload: str | None = None
    calibration: Path | None = None
    commands: Mapping[str, dict[str, Any]] = MappingProxyType({})


def load_settings(context: Context) -> Settings:
    """Find and read the settings. Raise `ConfigError` where they are wrong."""
    for folder in (context.folder, *context.folder.parents):
        own = folder / "tokencost.toml"
        if own.is_file():
            return _settings(_read(own), own)
        project = folder / "pyproject.toml"
        if project.is_file():
            tools = _read(project).get("tool")
            table = tools.get("tokencost") if isinstance(tools, dict) else None
            if table is not None:
                if not isinstance(table, dict):
                    raise ConfigError(f"{project}: [tool.tokencost] is not a table")
                return _settings(table, project)
        if (folder / ".git").exists():
            break
    return Settings()


def default_map(settings: Settings) -> dict[str, Any]:
    """Return the settings of each command in the form that click takes defaults in."""
    return dict(settings.commands)


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot read: {error}") from error
    except RecursionError:
        raise ConfigError(f"{path}: nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def _settings(table: dict[str, Any], path: Path) -> Settings:
    from tokencost_cli import commands as package
    from tokencost_profiles.discovery import names

    known = [*_TOP, *names(package.__name__)]
    per_command: dict[str, dict[str, Any]] = {}
    for key, value in table.items():
        if key in _TOP:
            _check_type(key, value, path)
        elif key in known and isinstance(value, dict):
            per_command[key] = value
        else:
            raise ConfigError(f"{path}: unknown key '{key}'{did_you_mean(key, known)}")
    folder = path.parent
    calibration = table.get("calibration")
    return Settings(
        path=path,
        models=tuple(table.get("models", DEFAULT_MODELS)),
        prices=tuple(folder / name for name in table.get("prices", [])),
        workload=table.get("workload"),
        calibration=folder / calibration if calibration else None,
        commands=per_command,
    )


def _check_type(key: str, value: Any, path: Path) -> None:
    wanted = _TOP[key]
    if not isinstance(value, wanted) or (
        wanted is list and not all(isinstance(item, str) for item in value)
    ):
        noun = "a list of texts" if wanted is list else "a text"
        raise ConfigError(f"{path}: '{key}' must be {noun}")
