"""Sessions on the command line: whose they are, which are read twice, what they say they cost."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]


def answer(number: int, *, session: str = "s1", at: str = "2026-09-01T10", **more: Any) -> str:
    row = {
        "type": "assistant", "uuid": f"u{number}", "parentUuid": None, "sessionId": session,
        "timestamp": f"{at}:{number % 60:02}:00Z", "cwd": "/p", "requestId": f"req_{number}",
        "message": {
            "id": f"msg_01sessions{number:014}", "type": "message", "role": "assistant",
            "model": more.pop("model", "claude-sonnet-4-5"), "content": [],
            "stop_reason": "end_turn", "usage": {"input_tokens": 1000, "output_tokens": 100},
        },
        **more,
    }  # fmt: skip
    return json.dumps(row)


def write(path: Path, *rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(row + "\n" for row in rows))
    return path


def profiled(cli: Cli, *arguments: str) -> dict[str, Any]:
    result = cli("profile", *arguments, "-f", "json")
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


def test_sessions_of_worktrees_are_grouped_with_their_repository(cli: Cli, tmp_path: Path) -> None:
    tree = tmp_path / "fix"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {tmp_path}/api/.git/worktrees/fix\n")
    log = write(tmp_path / "log.jsonl", answer(1, cwd=f"{tmp_path}/api"), answer(2, cwd=str(tree)))
    groups = profiled(cli, str(log), "--by", "project")["groups"]
    assert [(group["key"], group["calls"]) for group in groups] == [
        ({"project": f"{tmp_path}/api"}, 2)
    ]
    total = profiled(cli, str(log), "--where", f"project={tmp_path}/api")["total"]
    assert total["calls"] == 2


def test_an_archive_of_a_folder_is_read_as_the_folder(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    write(folder / "README.md", "# Logs")
    write(folder / "a" / "s1.jsonl", answer(1))
    write(folder / "b.jsonl", '{"type": "assistant", "message"')
    write(folder / "z.jsonl", answer(2))
    packed = tmp_path / "logs.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(tmp_path))
    plain, zipped = profiled(cli, str(folder)), profiled(cli, str(packed))
    assert plain["total"] == zipped["total"]
    assert zipped["audit"]["passed_over"] == plain["audit"]["passed_over"] == 2
    only = tmp_path / "only.zip"
    with zipfile.ZipFile(only, "w") as archive:
        archive.writestr("README.md", "# Logs")
    result = cli("profile", str(only))
    assert result.code == 3
    assert "only.zip: holds no log" in result.err
