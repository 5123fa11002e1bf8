"""Logs with text in tests: written row by row, read through the public door."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.logs.profile_logs import read


def write(path: Path, *rows: dict[str, Any]) -> Path:
    """Write rows as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def calls(*paths: Path) -> list[Call]:
    """Return the calls of logs with their text, having seen that the text changes nothing else."""
    with_text = read(paths, text=True, table=_table()).calls
    plain = read(paths, table=_table()).calls
    for call, other in zip(with_text, plain, strict=True):
        assert (call.key, call.turn, call.session) == (other.key, other.turn, other.session)
        assert (call.agent, call.thread, call.started_by) == (
            other.agent,
            other.thread,
            other.started_by,
        )
        assert (call.usage, call.line, other.parts) == (other.usage, other.line, None)
    return with_text


@cache
def _table() -> PriceTable:
    return PriceTable.load()


def brief(parts: Iterable[Part] | None) -> list[tuple[str, ...]]:
    """Return the role and text of parts, and what else they have: name, id, target."""
    assert parts is not None
    return [
        (part.role, part.text, *(field for field in (part.name, part.id, part.target) if field))
        for part in parts
    ]


def texts(parts: Iterable[Part] | None) -> list[str]:
    """Return the texts of parts."""
    assert parts is not None
    return [part.text for part in parts]


def lists(read_calls: Iterable[Call]) -> int:
    """Return how many lists the prompts of calls share."""
    return len({id(getattr(call.parts, "parts", call.parts)) for call in read_calls})
