"""Sessions of Claude Code, written row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 5, 4, 10, tzinfo=UTC)


def answer(
    number: int,
    seconds: float,
    *tools: str,
    session: str = "s1",
    agent: str | None = None,
    model: str = "claude-sonnet-4-5-20250929",
    usage: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the row of an answer, so many seconds after the start. `agent`: of which sub-agent."""
    moment = START + timedelta(seconds=seconds)
    row = {
        "type": "assistant",
        "sessionId": session,
        "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}Z",
        "requestId": f"req_{number}",
        "message": {
            "id": f"msg_01{number:022}",
            "model": model,
            "content": [
                {"type": "tool_use", "id": f"t{number}{at}", "name": name, "input": {}}
                for at, name in enumerate(tools)
            ],
            "stop_reason": "tool_use" if tools else "end_turn",
            "usage": usage or {"input_tokens": 1000 * number, "output_tokens": 100},
        },
    }
    return row if agent is None else row | {"agentId": agent, "isSidechain": True}


def cached(read: int, written: int, *, hour: bool = False) -> dict[str, Any]:
    """Return a usage of a prompt that was read from the cache, and written to it."""
    return {
        "input_tokens": 10,
        "output_tokens": 100,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written,
        "cache_creation": {
            "ephemeral_5m_input_tokens": 0 if hour else written,
            "ephemeral_1h_input_tokens": written if hour else 0,
        },
    }


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write a session."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def agent_session(session: str = "s1", first: int = 1) -> Sequence[dict[str, Any]]:
    """Return a session of two turns.

    The first has two steps; in its first one, two sub-agents worked side by side.
    """
    return [
        answer(first, 0, "Task", "Task", "Read", session=session),
        answer(first + 1, 10, "Grep", session=session, agent="a1"),
        answer(first + 2, 11, session=session, agent="b2"),
        answer(first + 3, 20, session=session, agent="a1"),
        answer(first + 4, 60, session=session),
        answer(first + 5, 3600, session=session),
    ]
