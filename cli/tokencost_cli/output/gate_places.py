"""Where in a repository the reasons of a check belong, and what a finding is known by."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from hashlib import sha256
from typing import Final, NamedTuple

from tokencost_cli.output.gate_report import GateItem, GateReason, GateReport

_STDIN: Final = "-"
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")


class Place(NamedTuple):
    """A line of a file, as hosts of repositories want it."""

    path: str
    line: int


def place(path: str | None, line: int | None) -> Place | None:
    """Return the place of an item, if its name is that of a file."""
    if path is None or path in ("", _STDIN):
        return None
    file = path if line is None else path.removesuffix(f":{line}")
    return Place(_slashed(file), line or 1)


def place_of(reason: GateReason, gate: GateReport) -> Place | None:
    """Return the place of what a reason is about."""
    return None if gate.grouped else place(reason.path, reason.line)


def main_place(gate: GateReport) -> Place | None:
    """Return where the cost rises most: the place of a reason that is about all items.

    What is new is in no sum: it is the place only where there is nothing else.
    """
    items = [item for item in gate.items if item.head and place(item.path, item.line)]
    if not items or gate.grouped:
        return None
    compared = [item for item in items if item.base]
    first = max(compared or items, key=_rise)
    return place(first.path, first.line)


def fingerprint(reason: GateReason, seen: Counter[str]) -> str:
    """Return what a finding is known by in a later run: what it is about, and no number in it.

    Two findings about the same thing differ by their order.
    """
    about = json.dumps([reason.code, reason.path, reason.model])
    seen[about] += 1
    return sha256(f"{about}{seen[about]}".encode()).hexdigest()


def _rise(item: GateItem) -> Decimal:
    if item.cost is not None:
        return item.cost
    return (item.head.cost if item.head else None) or Decimal(0)


def _slashed(path: str) -> str:
    """Write a path of Windows as hosts want it; a backslash is a letter elsewhere."""
    return path.replace("\\", "/") if _DRIVE.match(path) else path
