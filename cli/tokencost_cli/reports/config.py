"""The report of `config show`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Lines, Table
from tokencost_cli.reports.documents.config import FORMAT, ConfigDocument, SettingEntry
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_cli.runtime.settings import Settings
from tokencost_profiles.attribution.thresholds import THRESHOLDS

_PREFIX: Final = "TOKENCOST_"
_DEFAULT: Final = "default"
_ENVIRONMENT: Final = "environment"


class Setting(NamedTuple):
    """One setting: its name, its value, and the file (or `default`, `environment`) it is from."""

    name: str
    value: Any
    source: str


def report(
    settings: Settings,
    user_file: Path | None,
    environment: Mapping[str, str],
    facts: Callable[[], RunFacts],
) -> Report:
    """Return the settings in force. `user_file`: where the user's file would be."""
    listed = [*_top(settings), *_of_commands(settings), *_of_environment(environment)]
    columns = (column("name", title="setting"), column("value"), column("source"))
    rows = [(one.name, _written(one.value), one.source) for one in listed]
    notes = Lines(tuple(_files(settings, user_file)), "note")
    return Report(
        FORMAT,
        lambda: ConfigDocument(
            **head_fields(FORMAT, facts(), ()),
            files=[str(path) for path in settings.files],
            user_file=None if user_file is None else str(user_file),
            items=[SettingEntry(**one._asdict()) for one in listed],
        ),
        (Table(columns, rows, main=True), notes),
    )


def _top(settings: Settings) -> Iterator[Setting]:
    """Yield the settings that are for every command."""
    for name, value in (
        ("models", list(settings.models)),
        ("prices", [str(path) for path in settings.prices]),
        ("workload", settings.workload),
        ("calibration", str(settings.calibration) if settings.calibration else None),
        ("aliases", dict(settings.aliases)),
        ("provider", dict(settings.provider)),
    ):
        files = settings.sources.get(name, ())
        used = files if name == "prices" else files[-1:]  # price files of all are laid over
        yield Setting(name, value, ", ".join(map(str, used)) or _DEFAULT)
    for name, usual in THRESHOLDS.items():
        value = settings.findings.get(name, usual)
        name = f"findings.{name}"
        yield Setting(
            name, value, ", ".join(map(str, settings.sources.get(name, ())[-1:])) or _DEFAULT
        )


def _of_commands(settings: Settings) -> Iterator[Setting]:
    for command, values in sorted(settings.commands.items()):
        for name, value in sorted(values.items()):
            yield Setting(f"{command}.{name}", value, str(settings.source(command, name)))


def _of_environment(environment: Mapping[str, str]) -> Iterator[Setting]:
    for name, value in sorted(environment.items()):
        if name.startswith(_PREFIX):
            yield Setting(name, value, _ENVIRONMENT)


def _written(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or None
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items()) or None
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _files(settings: Settings, user_file: Path | None) -> Iterator[str]:
    if user_file is not None and user_file not in settings.files:
        yield f"settings of your own, for every project: {user_file} (not there)"
    projects = [path for path in settings.files if path != user_file]
    for path in settings.files:
        yield f"read {path}"
    if not projects:
        yield "no tokencost.toml, and no [tool.tokencost] in pyproject.toml, from here upwards"
    yield "a project's setting counts before your own, a flag or TOKENCOST_COMMAND_FLAG before both"
