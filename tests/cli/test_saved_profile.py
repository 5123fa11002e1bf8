"""`--save`, and saved profiles as input: anywhere that a log is, and refused where damaged."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents import profiled
from saved_files import blocks_of, change, write_blocks
from tokencost_profiles.costs.saved_container import MAGIC, MAJOR

Cli = Callable[..., Any]
EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
AGENT = EXAMPLES / "agent.jsonl"
SERVICE = EXAMPLES / "service.jsonl"
COMMANDS = (
    ("profile", "FILE"),
    ("whatif", "FILE", "-m", "gpt-4o"),
    ("diff", "FILE", "FILE"),
    ("check", str(AGENT), "--logs", "--baseline", "FILE", "--max-increase", "10%"),
    ("check", "FILE", "--logs", "--budget", "1", "--budget-per", "run"),
)


def sums(document: dict[str, Any]) -> list[Any]:
    for group in document["groups"]:
        group.pop("growth", None)  # of single calls
    return [document[name] for name in ("total", "by", "groups", "unpriced", "audit")]


@pytest.fixture
def saved(cli: Cli, tmp_path: Path) -> Path:
    """The saved profile of an agent's log."""
    path = tmp_path / "runs.tokencost"
    assert cli("profile", str(AGENT), "--save", "runs.tokencost").code == 0
    return path


@pytest.mark.parametrize("by", ["model", "day", "tool,session", "file", "format,agent,branch"])
def test_a_saved_profile_is_read_like_its_log(cli: Cli, saved: Path, by: str) -> None:
    assert sums(profiled(cli, saved.name, "--by", by)) == sums(
        profiled(cli, str(AGENT), "--by", by)
    )


def test_what_is_saved_does_not_depend_on_the_table(cli: Cli, saved: Path) -> None:
    for number, more in enumerate((("--by", "day,tool"), ("-f", "csv"), ("--by", "call"))):
        name = f"{number}.tokencost"
        assert cli("profile", str(AGENT), *more, "--save", name).code == 0
        blocks, usual = blocks_of(saved.with_name(name)), blocks_of(saved)
        del blocks["head/1"], usual["head/1"]
        assert blocks == usual
    cli("baseline", str(AGENT), "--logs", "--save", "base.tokencost")
    assert blocks_of(saved.with_name("base.tokencost"))["cells/1"] == usual["cells/1"]


def test_any_name_packed_in_archives_and_on_standard_input(
    cli: Cli, saved: Path, tmp_path: Path
) -> None:
    content, usual = saved.read_bytes(), profiled(cli, saved.name)["total"]
    (tmp_path / "report.json").write_bytes(content)
    (tmp_path / "packed").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("README.md", "# Logs")
        archive.writestr("a/runs.tokencost", content)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x").write_bytes(content)
    for name in ("report.json", "packed", "all.zip", "folder"):
        assert profiled(cli, name)["total"] == usual, name
        result = cli("whatif", name, "--mode", "batch", "-f", "json")
        assert result.code == 0, result.err
    assert profiled(cli, "-", stdin=content)["total"] == usual
    for name in ("report.json", "packed", "all.zip"):
        assert cli("diff", name, saved.name).code == 0
        head = (name, "--baseline", saved.name, "--max-increase", "0%")
        assert cli("check", *head).code == 0
        assert cli("check", saved.name, "--baseline", name, "--max-increase", "0%").code == 0


def test_profiles_and_logs_add_up(cli: Cli, saved: Path, tmp_path: Path) -> None:
    service = (str(SERVICE), "--map", str(SERVICE.with_suffix(".yaml")))
    both = profiled(cli, saved.name, *service)
    assert both["total"]["calls"] == 73
    assert cli("profile", saved.name, *service, "--save", "both.tokencost").code == 0
    assert profiled(cli, "both.tokencost")["total"] == both["total"]
    result = cli("profile", saved.name, str(AGENT), "--by", "agent")
    assert (result.code, result.out) == (2, "")
    assert "1 session is in runs.tokencost and in the logs" in result.err
    assert cli("profile", "both.tokencost", saved.name).code == 2
    assert cli("diff", "both.tokencost", saved.name).code == 0


def test_the_head_states_what_it_was_made_from(cli: Cli, saved: Path) -> None:
    head = blocks_of(saved)["head/1"]
    (source,) = head["inputs"]
    assert source["path"] == str(AGENT)
    assert source["size"] == AGENT.stat().st_size
    assert source["modified_at"] == AGENT.stat().st_mtime
    assert len(source["ends_sha256"]) == 64
    assert head["run"]["command"] == "profile"
    assert head["run"]["inputs"] == 1
    assert head["prices"]["table"]
    again = saved.read_bytes()
    assert cli("profile", str(AGENT), "--save", "runs.tokencost").code == 0
    assert saved.read_bytes() == again


def test_sessions_are_hashed_and_have_their_first_and_last_call(saved: Path) -> None:
    (session,) = blocks_of(saved)["sessions/1"]
    assert sorted(session) == ["first_at", "id", "last_at"]
    assert session["id"] not in AGENT.read_text("utf-8")
    assert session["first_at"] < session["last_at"]


def test_places_are_fields(cli: Cli, tmp_path: Path) -> None:
    lines = AGENT.read_text("utf-8").splitlines()
    (tmp_path / "run: one.jsonl").write_text("\n".join([*lines, 'broken "usage"']) + "\n")
    assert cli("profile", "run: one.jsonl", "--save", "saved").code == 0
    place = {"file": "run: one.jsonl", "line": len(lines) + 1, "reason": "not JSON"}
    assert blocks_of(tmp_path / "saved")["audit/1"]["skipped_places"] == [place]
    assert profiled(cli, "saved")["audit"]["skipped_places"] == [place]


def test_names_that_are_no_text_are_saved(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "run\udcff.jsonl").write_bytes(AGENT.read_bytes())
    assert cli("profile", "run\udcff.jsonl", "--save", "saved").code == 0
    assert profiled(cli, "saved", "--by", "file")["groups"][0]["key"] == {
        "file": "run\\udcff.jsonl"
    }


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_json_of_profile_is_no_input(
    cli: Cli, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert cli("profile", str(AGENT), "-f", "json", "-o", str(tmp_path / "r.json")).code == 0
    result = cli(*(word.replace("FILE", "r.json") for word in command))
    assert (result.code, result.out) == (3, "")
    assert result.err.count("\n") == 1
    assert "r.json: is a report of profile, and holds no calls" in result.err
    assert "tokencost profile LOGS --save FILE" in result.err


def test_a_baseline_of_logs_needs_the_name_of_its_file(cli: Cli, tmp_path: Path) -> None:
    result = cli("baseline", str(AGENT), "--logs", "-o", str(tmp_path / "x.json"))
    assert (result.code, result.out) == (2, "")
    assert "--save FILE" in result.err
    (tmp_path / "p.txt").write_text("Where are the maps?")
    result = cli("baseline", "p.txt", "-m", "gpt-4o", "--save", "x")
    assert (result.code, result.out) == (2, "")
    assert not (tmp_path / "x").exists()
    result = cli("profile", str(AGENT), "--save", "-")
    assert (result.code, result.out) == (2, "")
    result = cli("profile", str(AGENT), "--save", ".")
    assert (result.code, result.out) == (3, "")
    assert "cannot be written" in result.err


def test_a_saved_profile_has_no_single_calls(cli: Cli, saved: Path) -> None:
    for options in (("--by", "call"), ("--percentiles",), ("--since", "2026-01-01")):
        result = cli("profile", saved.name, *options)
        assert (result.code, result.out) == (2, "")
    result = cli("accuracy", saved.name)
    assert (result.code, result.out) == (3, "")
    assert "a saved profile holds sums of calls" in result.err
    result = cli("profile", saved.name, "--where", "model=gpt-99")
    assert result.code == 3
    assert "--where model=gpt-99 leaves none of the calls" in result.err


def test_a_block_that_is_not_known_is_passed_over(cli: Cli, saved: Path, tmp_path: Path) -> None:
    usual = profiled(cli, saved.name)
    blocks = blocks_of(saved)
    later = {"frames/1": {"tree": [[0, 1], [2, 3]]}, **blocks, "parts/1": b"\xc1"}
    write_blocks(tmp_path / "later", later)
    assert sums(profiled(cli, "later")) == sums(usual)
    result = cli("profile", "later", "--save", "again")
    assert "its block frames/1 is of a newer tokencost" in result.err
    assert blocks_of(tmp_path / "again").keys() == blocks.keys()


def test_fields_and_columns_that_are_not_known_are_passed_over(
    cli: Cli, saved: Path, tmp_path: Path
) -> None:
    def add(blocks: dict[str, Any]) -> None:
        blocks["head/1"]["shard"] = 7
        blocks["audit/1"]["later"] = {"a": 1}
        blocks["labels/1"]["texts"]["turn"] = [["1"], ["u1", b"\0" * blocks["labels/1"]["count"]]]
        blocks["cells/1"]["columns"]["later"] = ["u1", b""]

    change(saved, tmp_path / "later", add)
    assert profiled(cli, "later")["total"] == profiled(cli, saved.name)["total"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_newer_major_version_is_refused(
    cli: Cli, saved: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    content = bytearray(saved.read_bytes())
    content[len(MAGIC)] = MAJOR + 1
    (tmp_path / "newer").write_bytes(content)
    result = cli(*(word.replace("FILE", "newer") for word in command))
    assert (result.code, result.out) == (3, "")
    assert (
        f"newer: a saved profile of version {MAJOR + 1}; this tokencost reads version {MAJOR}"
        in result.err
    )
    assert result.err.count("\n") == 1
    content[len(MAGIC) : len(MAGIC) + 2] = bytes((MAJOR, 7))
    (tmp_path / "newer").write_bytes(content)
    assert cli("profile", "newer").code == 0
