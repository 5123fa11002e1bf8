"""Subagents of Claude Code are called by their type, wherever their rows stand."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from logs.reading import calls_of
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.costs.percentiles import growths
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs.read import ReadOptions, read


def answer(number: int, agent: str | None, tokens: int = 10) -> dict[str, Any]:
    named = {"agentId": agent} if agent else {}
    return {
        "type": "assistant",
        "uuid": f"u{number}",
        "parentUuid": None,
        "sessionId": "s1",
        "timestamp": f"2026-09-01T10:{number:02}:00Z",
        "cwd": "/p",
        "requestId": f"req_{number}",
        "isSidechain": agent is not None,
        **named,
        "message": {
            "id": f"msg_01agents{number:016}",
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-4-5",
            "content": [],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": tokens, "output_tokens": 5},
        },
    }


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def session(tmp_path: Path) -> list[Path]:
    """A session with four subagents: two of one type, one not described, one of the client's."""
    folder = tmp_path / "projects" / "-p"
    agents = folder / "s1" / "subagents"
    names = ("a1f", "a2f", "a3f", "acompact-0f3a91c2")
    for name, about in (("a1f", "Explore"), ("a2f", "Explore"), ("a3f", None)):
        content = {"agentType": about} if about else {"description": "no type"}
        write(agents / f"agent-{name}.meta.json", content)
    files = [
        write(agents / f"agent-{name}.jsonl", *(answer(10 * at + n, name) for n in range(3)))
        for at, name in enumerate(names, 1)
    ]
    progress = {"type": "progress", "sessionId": "s1", "data": {"message": answer(50, "a1f")}}
    main = write(folder / "s1.jsonl", answer(1, None), answer(2, None, 30), progress)
    return [main, *files]


def test_they_are_called_by_their_type(session: list[Path]) -> None:
    calls, _ = calls_of(*session)
    counts: dict[str, int] = {}
    for call in calls:
        counts[str(call.agent)] = counts.get(str(call.agent), 0) + 1
    assert counts == {"main": 2, "Explore": 7, "subagent": 3, "compact": 3}


def test_two_of_one_type_are_two_conversations(session: list[Path]) -> None:
    calls, _ = calls_of(session[0], *session[1:3])
    assert {call.thread for call in calls} == {None, "a1f", "a2f"}
    (growth,) = growths(calls).values()
    assert growth.calls == 4  # of one of them


def test_in_an_archive_too(session: list[Path], tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (tmp_path / "projects").rglob("*.json*"):
            archive.write(path, path.relative_to(tmp_path))
    assert len(session) == 5
    calls, _ = settle(read([from_file(packed, packed.name)], ReadOptions()))
    assert {call.agent for call in calls} == {"main", "Explore", "subagent", "compact"}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"agentType": 7}', '{"agentType": ""}'])
def test_a_malformed_description_is_ignored(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / "agent-a1f.jsonl", answer(1, "a1f"))
    (tmp_path / "agent-a1f.meta.json").write_text(content)
    assert [call.agent for call in calls_of(path)[0]] == ["subagent"]


def test_an_id_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "other.meta.json", {"agentType": "Explore"})
    path = write(tmp_path / "logs" / "a.jsonl", answer(1, "x/../../other"))
    assert [call.agent for call in calls_of(path)[0]] == ["subagent"]
