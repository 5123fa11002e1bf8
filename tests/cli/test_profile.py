"""`profile` on what people give it: valid, malformed, packed, nothing at all."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

Cli = Callable[..., Any]
EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
AGENT = EXAMPLES / "agent.jsonl"
SERVICE = EXAMPLES / "service.jsonl"


def document(result: Any) -> dict[str, Any]:
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


def profiled(cli: Cli, *arguments: str, **more: Any) -> dict[str, Any]:
    return document(cli("profile", *arguments, "-f", "json", **more))


@pytest.fixture
def full(cli: Cli) -> dict[str, Any]:
    return profiled(cli, str(AGENT))


def test_the_document_keeps_its_contract(full: dict[str, Any]) -> None:
    assert list(full)[:4] == ["format", "tool_version", "prices", "run"]
    assert full["format"] == "tokencost.profile/2"
    assert full["by"] == ["model"]
    total = full["total"]
    assert total["calls"] == 13
    assert total["cost"] == "0.2437721"
    for name in (
        "calls",
        "sessions",
        "usage",
        "cost",
        "cost_reported",
        "unpriced_calls",
        "estimated_calls",
        "first_at",
        "last_at",
    ):
        assert name in total
        assert all(name in group for group in full["groups"])
    for name in ("files", "rows", "merged", "replayed", "rolled_up", "skipped", "skipped_places"):
        assert name in full["audit"]
    assert not {"cells", "rates", "findings"} & set(full)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("log.gz", gzip.compress),
        ("log.bz2", bz2.compress),
        ("log.xz", lzma.compress),
        ("log.zst", lambda data: zstandard.ZstdCompressor().compress(data)),
        ("any-name", gzip.compress),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_packed_files_are_read_as_they_are(
    cli: Cli, full: dict[str, Any], tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / name).write_bytes(pack(AGENT.read_bytes()))
    assert profiled(cli, name)["total"] == full["total"]


def test_a_zip_and_standard_input(cli: Cli, full: dict[str, Any], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.write(AGENT, "inside/agent.jsonl")
    assert profiled(cli, "logs.zip")["total"] == full["total"]
    assert profiled(cli, "-", stdin=AGENT.read_bytes())["total"] == full["total"]
    packed = gzip.compress(AGENT.read_bytes())
    assert profiled(cli, "-", stdin=packed)["total"] == full["total"]


def test_the_order_of_files_changes_no_byte(cli: Cli, tmp_path: Path) -> None:
    lines = AGENT.read_bytes().splitlines(keepends=True)
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines[:20]))
    (tmp_path / "b.jsonl").write_bytes(b"".join(lines[10:]))
    one = cli("profile", "a.jsonl", "b.jsonl", "-f", "json")
    other = cli("profile", "b.jsonl", "a.jsonl", "-f", "json")
    assert one.out == other.out
    assert document(one)["total"]["calls"] == 13


def test_a_folder_is_walked_hidden_and_ignored_files_too(
    cli: Cli, full: dict[str, Any], tmp_path: Path
) -> None:
    hidden = tmp_path / "logs" / ".agent"
    hidden.mkdir(parents=True)
    (tmp_path / "logs" / ".gitignore").write_text("*.jsonl\n")
    (hidden / "a.jsonl").write_bytes(AGENT.read_bytes())
    (tmp_path / "logs" / "readme.txt").write_text("not a log")
    (tmp_path / "logs" / "nothing.jsonl").write_text("")
    document = profiled(cli, "logs")
    assert document["total"] == full["total"]
    assert document["audit"]["passed_over"] == 3


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.jsonl", b"", "empty.jsonl: is empty"),
        ("blank.jsonl", b"\n\n \n", "blank.jsonl: is empty"),
        ("notes.txt", b"Dear diary,\ntoday nothing\n", "notes.txt: not a log that tokencost knows"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 40, "not a log"),
        (
            "cut.json",
            b'{"id": "chatcmpl-1", "object": "chat.completion", "usage": {"pr',
            "cut.json",
        ),
        ("deep.json", b"[" * 200_000, "deep.json"),
        ("damaged.gz", gzip.compress(b'{"a": 1}\n' * 9999)[:60], "damaged.gz: cannot be unpacked"),
        ("damaged.zip", b"PK\x03\x04" + b"\0" * 60, "damaged.zip: not a complete zip archive"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_log_is_refused_with_one_line(
    cli: Cli, tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    result = cli("profile", name)
    assert result.code == 3
    assert result.out == ""
    assert message in result.err
    assert result.err.count("\n") == 1


def test_a_missing_file_and_a_folder_without_logs(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "agent.jsonl").write_bytes(AGENT.read_bytes())
    result = cli("profile", "agnet.jsonl")
    assert result.code == 3
    assert "did you mean 'agent.jsonl'" in result.err
    (tmp_path / "empty").mkdir()
    result = cli("profile", "empty")
    assert (result.code, result.err.count("\n")) == (3, 1)
    (tmp_path / "empty" / "a.txt").write_text("hello")
    result = cli("profile", "empty")
    assert (result.code, result.err.count("\n")) == (3, 1)
    assert "none of the files there is a log that tokencost knows (1 looked at)" in result.err


MALFORMED = (
    b'{"type":"assistant","message":{"usage":',
    b"\x00" * 40,
    b"not json at all",
    b"[" * 100_000,
    b'{"sessionId": "x", "message": "' + b"a" * 5000,
)


def test_broken_lines_cost_no_good_one_and_are_counted(
    cli: Cli, full: dict[str, Any], tmp_path: Path
) -> None:
    lines = AGENT.read_bytes().splitlines()
    mixed = lines[:1]
    for at, line in enumerate(lines[1:]):
        mixed += [MALFORMED[at % len(MALFORMED)], line]
    mixed.append(b'{"type":"assistant","mess')  # cut off, no line end
    (tmp_path / "log.jsonl").write_bytes(b"\n".join(mixed))
    document = profiled(cli, "log.jsonl")
    assert document["total"] == full["total"]
    assert document["audit"]["skipped"] == len(lines)
    place = document["audit"]["skipped_places"][0]
    assert (place["file"], place["line"]) == ("log.jsonl", 2)
    result = cli("profile", "log.jsonl", "--strict")
    assert result.code == 3
    assert "$0.244" in result.out
    assert f"{len(lines)} rows could not be read" in result.err
    assert cli("profile", str(AGENT), "--strict").code == 0


def test_invalid_utf8_is_mended(cli: Cli, full: dict[str, Any], tmp_path: Path) -> None:
    data = (
        AGENT.read_bytes().replace(b"Let me look", b"Let \xff\xfe look").replace(b"once.", b"\x07")
    )
    (tmp_path / "log.jsonl").write_bytes(data)
    document = profiled(cli, "log.jsonl")
    assert document["total"] == full["total"]
    assert document["audit"]["skipped"] == 0


def test_utf16_is_read(cli: Cli, full: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(AGENT.read_text("utf-8").encode("utf-16"))
    assert profiled(cli, "log.jsonl")["total"] == full["total"]


def test_a_line_of_fifty_megabytes(cli: Cli, full: dict[str, Any], tmp_path: Path) -> None:
    lines = AGENT.read_bytes().splitlines()
    huge = json.dumps({"type": "user", "message": {"role": "user", "content": "x" * (50 << 20)}})
    (tmp_path / "log.jsonl").write_bytes(b"\n".join([*lines[:5], huge.encode(), *lines[5:]]))
    assert profiled(cli, "log.jsonl")["total"] == full["total"]


def test_one_bad_file_does_not_take_the_others_with_it(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    result = cli("profile", str(AGENT), "notes.txt")
    assert result.code == 3
    assert "$0.244" in result.out
    assert "notes.txt: not a log" in result.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = subprocess.run(
        f"{sys.executable} -m tokencost_cli profile {AGENT} -f json | head -c 100 > /dev/null; "
        "exit ${PIPESTATUS[0]}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert code.returncode == 0
    assert code.stderr == ""


def test_groups_sorting_and_the_rest(cli: Cli) -> None:
    mapping = str(EXAMPLES / "service.yaml")
    document = profiled(cli, str(SERVICE), "--map", mapping, "--by", "user", "--top", "3")
    assert [group["cost"] for group in document["groups"]] == sorted(
        (group["cost"] for group in document["groups"]), key=float, reverse=True
    )
    assert document["groups_left_out"] > 0
    table = cli("profile", str(SERVICE), "--map", mapping, "--by", "user", "--top", "3")
    assert f"({document['groups_left_out']} more)" in table.out
    keyed = profiled(cli, str(SERVICE), "--map", mapping, "--by", "day", "--by", "team")
    keys = [(group["key"]["day"], group["key"]["team"]) for group in keyed["groups"]]
    assert keys == sorted(keys)


def test_time_and_conditions_choose_calls(cli: Cli) -> None:
    arguments = (str(SERVICE), "--map", str(EXAMPLES / "service.yaml"))
    everything = profiled(cli, *arguments)["total"]["calls"]
    before = profiled(cli, *arguments, "--until", "2026-09-30")["total"]["calls"]
    after = profiled(cli, *arguments, "--since", "2026-10-01")["total"]["calls"]
    assert before + after == everything
    assert 0 < before < everything
    teams = [
        profiled(cli, *arguments, "--where", f"team={team}")["total"]["calls"]
        for team in ("support", "search")
    ]
    assert sum(teams) == everything
    moved = profiled(cli, *arguments, "--since", "2026-10-01", "--timezone", "Asia/Tokyo")
    assert moved["total"]["calls"] >= after


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--by", "modle"), "did you mean 'model'"),
        (("--sort", "price"), "--sort knows no 'price'"),
        (("--cost", "true"), "--cost knows no 'true'"),
        (("--where", "model"), "is not a condition"),
        (("--timezone", "Mars/Base"), "no time zone 'Mars/Base'"),
        (("--since", "someday"), "one of: 2026-05-01"),
        (("--input-format", "claude-cod"), "did you mean 'claude-code'"),
        (("--map", "inptu=a"), "did you mean 'input'"),
        (("--map", "model=a"), "names no tokens"),
        (("--map", "input=a", "--input-format", "claude-code"), "give one"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_options_say_what_would_be_right(
    cli: Cli, arguments: tuple[str, ...], message: str
) -> None:
    result = cli("profile", str(AGENT), *arguments)
    assert result.code == 2
    assert message in result.err


def test_without_a_path_the_homes_of_agents_are_read(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = cli("profile", environment={"HOME": str(home)})
    assert result.code == 2
    assert "~/.claude/projects" in result.err
    folder = home / ".claude" / "projects" / "shop"
    folder.mkdir(parents=True)
    (folder / "agent.jsonl").write_bytes(AGENT.read_bytes())
    result = cli("profile", environment={"HOME": str(home)})
    assert result.code == 0
    assert "read ~/.claude/projects (claude-code)" in result.out
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "projects").mkdir(parents=True)
    (elsewhere / "projects" / "a.jsonl").write_bytes(AGENT.read_bytes())
    result = cli("profile", environment={"HOME": "/nowhere", "CLAUDE_CONFIG_DIR": str(elsewhere)})
    assert "13 calls" in result.out


def test_tables_are_read_by_a_mapping(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        'when;name;all;out;cached;paid\n2026-05-01 10:00:00;gpt-5.4;"1,200";300;1000;$0.02\n'
    )
    arguments = [
        "--map",
        "time=when",
        "--map",
        "model=name",
        "--map",
        "prompt=all",
        "--map",
        "output=out",
        "--map",
        "cache_read=cached",
        "--map",
        "cost=paid",
        "--map",
        "provider==openai",
    ]
    document = profiled(cli, "calls.csv", *arguments)["total"]
    assert document["usage"] == {"input": 200, "cache_read": 1000, "output": 300}
    assert document["cost_reported"] == "0.02"
    assert document["first_at"] == "2026-05-01T10:00:00Z"
    cli("profile", "calls.csv", *arguments, "-f", "parquet", "-o", str(tmp_path / "g.parquet"))
    again = profiled(
        cli,
        "g.parquet",
        "--map",
        "model=model",
        "--map",
        "input=uncached_input_tokens",
        "--map",
        "output=output_tokens",
        "--map",
        "cache_read=cache_read_tokens",
    )["total"]
    assert again["usage"] == document["usage"]


def test_parquet_holds_typed_columns(cli: Cli, tmp_path: Path) -> None:
    from decimal import Decimal

    from pyarrow import parquet

    path = tmp_path / "out.parquet"
    cli("profile", str(AGENT), "--by", "agent", "-f", "parquet", "-o", str(path))
    rows = parquet.read_table(io.BytesIO(path.read_bytes())).to_pylist()
    assert [row["agent"] for row in rows] == ["main", "subagent"]
    assert sum(row["cost"] for row in rows) == Decimal("0.2437721")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--since", "2026-12-01"], "--since 2026-12-01 leaves none of the calls"),
        (["--until", "2020-01-01"], "--until 2020-01-01 leaves none of the calls"),
        (["--where", "model=gpt-99"], "--where model=gpt-99 leaves none of the calls"),
        (["--where", "provider!=*"], "--where provider!=* leaves none of the calls"),
        (
            ["--since", "2026-12-01", "--where", "model=*"],
            "--since 2026-12-01 leaves none of the calls, --where model=* leaves 60",
        ),
    ],
)
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_filter_that_leaves_nothing_is_named(
    cli: Cli, options: list[str], message: str, form: str
) -> None:
    for command in (["profile"], ["whatif", "-m", "gpt-4o"]):
        result = cli(command[0], str(SERVICE), *command[1:], *options, "-f", form)
        assert (result.code, result.out) == (3, "")
        assert "nothing is left of 60 calls in 1 file of walker, 2026-09-28 to 2026-10-06" in (
            result.err
        )
        assert message in result.err


def test_a_log_without_calls_is_no_profile_of_nothing(cli: Cli, tmp_path: Path) -> None:
    row = {
        "type": "user",
        "sessionId": "s",
        "uuid": "q",
        "timestamp": "2026-10-01T09:00:00Z",
        "message": {"role": "user", "content": "hi"},
    }
    (tmp_path / "log.jsonl").write_text(json.dumps(row) + "\n")
    for command in (["profile", "log.jsonl"], ["whatif", "log.jsonl", "-m", "gpt-4o"]):
        result = cli(*command)
        assert (result.code, result.out) == (3, "")
        assert "no call in what was read (1 file" in result.err
