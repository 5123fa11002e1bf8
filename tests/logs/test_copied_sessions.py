"""Sessions that an agent copied on disk under new ids: what stands in both was billed once."""

from __future__ import annotations

import json
from pathlib import Path

from tokencost_profiles import profile


def write_session(folder: Path, name: str, answers: range) -> None:
    """Write messages of OpenCode, a file each: every answer has its time and its counts."""
    for at in answers:
        message = {
            "id": f"msg_{name}_{at}",
            "sessionID": f"ses_{name}",
            "role": "assistant",
            "time": {"created": 1_780_000_000_000 + at * 60_000},
            "modelID": "claude-sonnet-4-5",
            "providerID": "anthropic",
            "path": {"cwd": "/w", "root": "/"},
            "tokens": {
                "input": 100 + at,
                "output": 20,
                "reasoning": 0,
                "cache": {"read": 0, "write": 0},
            },
        }
        (folder / f"{name}-{at}.json").write_text(json.dumps(message))


def test_messages_that_a_fork_copied_count_once(tmp_path: Path) -> None:
    write_session(tmp_path, "first", range(3))
    write_session(tmp_path, "fork", range(5))
    result = profile(tmp_path)
    assert result.total.calls == 5
    assert result.audit.replayed == 3


def test_two_sessions_that_share_nothing_count_each(tmp_path: Path) -> None:
    write_session(tmp_path, "first", range(3))
    write_session(tmp_path, "second", range(3, 7))
    assert profile(tmp_path).total.calls == 7
