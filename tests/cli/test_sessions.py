"""Sessions on the command line: whose they are, which are read twice, what they say they cost."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from documents import texts
from saved_files import blocks_of, change

Cli = Callable[..., Any]


def answer(number: int, *, session: str = "s1", at: str = "2026-09-01T10", **more: Any) -> str:
    row = {
        "type": "assistant",
        "uuid": f"u{number}",
        "parentUuid": None,
        "sessionId": session,
        "timestamp": f"{at}:{number % 60:02}:00Z",
        "cwd": "/p",
        "requestId": f"req_{number}",
        "message": {
            "id": f"msg_01sessions{number:014}",
            "type": "message",
            "role": "assistant",
            "model": more.pop("model", "claude-sonnet-4-5"),
            "content": [],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1000, "output_tokens": 100},
        },
        **more,
    }
    return json.dumps(row)


def write(path: Path, *rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(row + "\n" for row in rows))
    return path


def profiled(cli: Cli, *arguments: str) -> dict[str, Any]:
    result = cli("profile", *arguments, "-f", "json")
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    document["warnings"] = texts(document["warnings"])
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


WITHOUT_ID = '{"model": "gpt-5.4", "usage": {"prompt_tokens": 1000, "completion_tokens": 50}}'


def test_the_very_same_file_is_read_once_and_listed(cli: Cli, tmp_path: Path) -> None:
    rows = [WITHOUT_ID, WITHOUT_ID.replace("50", "60")]
    first = write(tmp_path / "logs" / "a.jsonl", *rows)
    write(tmp_path / "logs" / "backup" / "a.jsonl", *rows)
    write(tmp_path / "logs" / "b.jsonl", *rows[::-1])
    folder = str(tmp_path / "logs")
    document = profiled(cli, folder)
    assert (document["total"]["calls"], document["audit"]["files"]) == (4, 2)
    assert document["audit"]["duplicate_files"] == 1
    assert profiled(cli, folder, "--count-copies")["total"]["calls"] == 6
    other = write(tmp_path / "other.jsonl", *rows)
    for arguments in ((str(first), str(other)), (str(other), str(first))):
        assert profiled(cli, *arguments)["total"]["calls"] == 2
        result = cli("profile", *arguments)
        assert f"{other}: the very content of {first}, so it was read once" in result.err
        assert "left out 1 copy of files read" in result.out


def test_copies_of_what_is_no_log_are_passed_over(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", WITHOUT_ID)
    for name in ("README.md", "b/README.md"):
        write(tmp_path / name, "# Logs")
    audit = profiled(cli, str(tmp_path))["audit"]
    assert (audit["passed_over"], audit["duplicate_files"]) == (2, 0)


def test_copies_are_listed_by_every_command_that_reads_logs(cli: Cli, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        write(tmp_path / name, WITHOUT_ID)
    base = tmp_path / "base.json"
    assert cli("baseline", "--logs", str(tmp_path / "a.jsonl"), "--save", str(base)).code == 0
    logs = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    for command in (
        ("whatif", *logs, "--mode", "batch"),
        ("check", *logs, "--logs", "--baseline", str(base), "--max-increase", "1%"),
    ):
        result = cli(*command)
        assert result.code == 0, result.err
        assert "read once" in result.err + result.out, command
        doubled = cli(*command, "--count-copies")
        assert "read once" not in doubled.err + doubled.out


def saved(cli: Cli, log: Path, name: str, *more: str) -> Path:
    path = log.parent / name
    result = cli("profile", str(log), "--save", str(path), *more)
    assert result.code == 0, result.err
    return path


def test_a_profile_beside_the_log_that_it_was_made_from_is_refused(
    cli: Cli, tmp_path: Path
) -> None:
    rows = [answer(1), answer(2, session="s2"), answer(3, session="s3", at="2026-09-03T10")]
    log = write(tmp_path / "log.jsonl", *rows)
    path = saved(cli, log, "saved.json")
    sessions = blocks_of(path)["sessions/1"]
    assert [sorted(one) for one in sessions] == [["first_at", "id", "last_at"]] * 3
    assert not {one["id"] for one in sessions} & {"s1", "s2", "s3"}
    for arguments in (
        ("profile", str(log), str(path)),
        ("profile", str(tmp_path)),
        ("whatif", str(path), str(log), "--mode", "batch"),
        ("check", str(path), str(log), "--logs", "--budget", "1", "--budget-per", "run"),
    ):
        result = cli(*arguments)
        assert result.code == 2, arguments
        (line,) = result.err.strip().splitlines()
        assert "3 sessions are in" in line
        assert "saved.json and in the logs" in line
        assert not result.out
    two = write(tmp_path / "two.jsonl", *rows[:2])
    result = cli("profile", str(path), str(saved(cli, two, "two.json")))
    assert result.code == 2
    assert "2 sessions are in" in result.err
    one = write(tmp_path / "apart" / "one.jsonl", rows[0], answer(9, session="s9"))
    result = cli("profile", str(path), str(one))
    assert result.code == 2
    assert "1 session is in" in result.err


def test_what_shares_no_moment_of_a_session_adds_up(cli: Cli, tmp_path: Path) -> None:
    rows = [answer(1), answer(2, at="2026-09-02T10"), answer(3, session="s2")]
    log = write(tmp_path / "log.jsonl", *rows)
    path = saved(cli, log, "first.json", "--until", "2026-09-01")
    for arguments in ((str(log), str(path), "--where", "session=s9"),):
        assert cli("profile", *arguments).code in (0, 3)
    later = saved(cli, log, "later.json", "--since", "2026-09-02")
    assert profiled(cli, str(path), str(later))["total"]["calls"] == 3
    rest = write(tmp_path / "apart" / "rest.jsonl", rows[1])
    assert profiled(cli, str(path), str(rest))["total"] == profiled(cli, str(log))["total"]
    again = saved(cli, tmp_path / "log.jsonl", "complete.json")
    assert cli("profile", str(again), str(path)).code == 2
    assert cli("diff", str(again), str(path)).code == 0
    assert len(blocks_of(again)["sessions/1"]) == 2


def test_a_copy_of_a_saved_profile_is_read_once(cli: Cli, tmp_path: Path) -> None:
    path = saved(cli, write(tmp_path / "log.jsonl", answer(1)), "saved.json")
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    document = profiled(cli, str(path), str(copy))
    assert (document["total"]["calls"], document["audit"]["duplicate_files"]) == (1, 1)
    assert cli("profile", str(path), str(copy), "--count-copies").code == 2


def test_a_profile_without_names_of_sessions_knows_them_by_their_hashes(
    cli: Cli, tmp_path: Path
) -> None:
    log = write(tmp_path / "log.jsonl", answer(1))
    path = saved(cli, log, "saved.json")
    change(path, path, lambda blocks: blocks["labels/1"]["texts"].pop("session"))
    result = cli("profile", str(path), str(log))
    assert result.code == 2
    assert "1 session is in" in result.err


def test_calls_without_a_session_cannot_be_distinguished(cli: Cli, tmp_path: Path) -> None:
    log = write(tmp_path / "log.jsonl", WITHOUT_ID)
    path = saved(cli, log, "saved.json")
    result = cli("profile", str(path), str(log))
    assert result.code == 0
    assert result.err.count("cannot be known") == 1
