"""What every JSON document states of the invocation it is from: command, options, inputs, prices.

There is one mechanism for all commands. A task hands what it reads to `Invocation.take_inputs` (it
returns the same sources), opens prices through `Invocation.table`, terms through `.terms`.
`Invocation.facts` then collects `RunFacts`; reports take it as a function and call it only when a
document is written, since the hash of the inputs opens each file once more for 8 KB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from tokencost_cli.runtime.settings import Settings
    from tokencost_pricing.table import PriceTable

# Flags that decide how a report is made and where it is written, not what is in it.
_OF_OUTPUT: Final = frozenset(
    {
        "format",
        "output",
        "html",
        "quiet",
        "json",
        "report",
        "save",
        "help",
        "jobs",
        "runner",
        "scheduler",
    }
)
_OF_SETTINGS: Final = ("models", "workload", "calibration", "aliases", "provider")


class RunFacts(NamedTuple):
    """One invocation, as its documents state it. Times are UTC seconds."""

    command: str
    options: Mapping[str, Any]  # by flag, with underscores
    inputs: int  # files
    inputs_sha256: str | None  # None: no file was read
    timezone: str | None = None  # None: the command knows no days
    since: float | None = None
    until: float | None = None
    filters: tuple[str, ...] = ()
    table: PriceTable | None = None  # None: no price was looked up
    lock: str | None = None  # the lock file that fixed the prices
    as_of: str | None = None  # a day, or a moment in UTC; None: each call at its time


def command_of(ctx: Any) -> str:
    """Return the name of a command, with that of its group: `prices show`."""
    names: list[str] = []
    while getattr(ctx, "parent", None) is not None:
        names.insert(0, str(ctx.info_name))
        ctx = ctx.parent
    return " ".join(names) or str(getattr(ctx, "info_name", ""))


def options_of(ctx: Any, settings: Settings) -> dict[str, Any]:
    """Return the options that were chosen, by flag: typed, from the environment, from settings.

    Settings for all commands stand under their names there (`models`, `workload`).
    """
    options: dict[str, Any] = {}
    for parameter in getattr(getattr(ctx, "command", None), "params", ()):
        flags = [flag for flag in parameter.opts if flag.startswith("--")]
        source = ctx.get_parameter_source(parameter.name)
        if not flags or source is None or source.name == "DEFAULT":
            continue
        name = max(flags, key=len).removeprefix("--").replace("-", "_")
        value = ctx.params.get(parameter.name)
        if name not in _OF_OUTPUT and value is not None:
            options[name] = _plain(value)
    for name in _OF_SETTINGS:
        if name in settings.sources and name not in options:
            options[name] = _plain(getattr(settings, name))
    return options


def _plain(value: Any) -> Any:
    """Return an option's value as JSON holds it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str) else _text(value)


def _text(value: object) -> str:
    return value.as_posix() if isinstance(value, Path) else str(value)
