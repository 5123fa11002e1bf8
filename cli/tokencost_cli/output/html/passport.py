"""What a page was made from, read from the head of the report's document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from tokencost_cli.output.page import Fact
from tokencost_cli.output.report import Report

_DIGITS: Final = 12  # of a hash
# Options whose values are files: their folders are nobody's business.
_FILES: Final = frozenset({"prices", "against", "map", "baseline", "calibration", "config", "var"})


def passport_of(report: Report) -> list[Fact]:
    """Return what every report knows: the command line, its inputs, the price table."""
    head = report.document()
    run, prices = head.get("run") or {}, head.get("prices")
    facts = [Fact("command", command_line(run.get("command", ""), run.get("options") or {}))]
    facts.append(Fact("inputs", inputs_text(run.get("inputs", 0), run.get("inputs_sha256"))))
    if run.get("timezone"):
        facts.append(Fact("zone", str(run["timezone"])))
    if prices:
        facts.append(Fact("prices", table_text(prices["table"], prices["as_of"])))
    facts.append(Fact("made by", f"tokencost {head.get('tool_version', '')}"))
    return facts


def command_line(command: str, options: Mapping[str, Any]) -> str:
    """Return the command with its options. Inputs are left out, and folders of files."""
    words = ["tokencost", command]
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        values = value if isinstance(value, list) else [value]
        for one in values:
            text = PurePath(str(one)).name if name in _FILES else str(one)
            words += [flag] if one is True else [flag, f"'{text}'" if " " in text else text]
    return " ".join(words)


def inputs_text(number: int, digest: str | None) -> str:
    """Return how many files were read and the hash of them, without their names."""
    files = f"{number:,} file{'s' if number != 1 else ''}"
    return f"{files}, sha256 {digest[:_DIGITS]}" if digest else files


def table_text(version: str, as_of: Any) -> str:
    """Return the version of the price table and the day of its prices."""
    return f"table {version}, " + (f"as of {as_of}" if as_of else "each call at its own day")
