"""`--format github`: workflow commands, which appear beside the files of a pull request."""

from __future__ import annotations

from typing import Final

from tokencost_cli.output.gate_places import Place, place_of
from tokencost_cli.output.gate_report import GateReason, GateReport
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report, verdict_of
from tokencost_cli.output.safe_text import visible

_COMMANDS: Final = {"fail": "error", "warn": "warning"}


class GitHub:
    """Writes one workflow command a reason."""

    endings: Final = ()
    commands: Final = ("check",)

    def render(self, report: Report, style: Style) -> str:
        """Return the commands, then the headline as a line of the log."""
        gate = verdict_of(report, "github")
        lines = [*commands(gate), f"tokencost: {visible(gate.headline)}"]
        return "\n".join(lines) + "\n"


def commands(gate: GateReport, folder: str = "") -> list[str]:
    """Return the command of each reason, and one for what was assumed.

    `folder`: of the paths, below the repository's root.
    """
    lines = [_command(reason, place_of(reason, gate), folder) for reason in gate.reasons]
    basis = "; ".join(gate.assumptions)
    return [*lines, f"::notice title=tokencost basis::{_data(basis)}"] if basis else lines


def _command(reason: GateReason, at: Place | None, folder: str) -> str:
    properties = {}
    if at is not None:
        properties["file"] = f"{folder}/{at.path}" if folder and at.path[0] != "/" else at.path
        properties["line"] = str(at.line)
    properties["title"] = f"tokencost {reason.code}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS.get(reason.level, 'notice')} {written}::{_data(reason.text)}"


def _data(text: str) -> str:
    """Escape a message as the runner reads it. Line ends are escapes before it comes to that."""
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


RENDERER: Final = GitHub()
