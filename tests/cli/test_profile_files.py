"""`profile` on the files that people give it: valid, malformed, packed, nothing at all."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from documents import profiled
from example_logs import AGENT, full

__all__ = ["full"]

Cli = Callable[..., Any]


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


@pytest.mark.parametrize(
    ("name", "pack"),
    [("logs.tar", bytes), ("logs.tar.gz", gzip.compress), ("any-name", lzma.compress)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_files_of_a_tar_are_read_one_by_one(
    cli: Cli, full: dict[str, Any], tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = io.BytesIO()
    files = {"logs/notes.txt": b"no log", "logs/agent.jsonl": AGENT.read_bytes()}
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    (tmp_path / name).write_bytes(pack(packed.getvalue()))
    document = profiled(cli, name)
    assert document["total"] == full["total"]
    assert not document["audit"]["skipped"]


def test_the_order_of_files_changes_no_byte(cli: Cli, tmp_path: Path) -> None:
    lines = AGENT.read_bytes().splitlines(keepends=True)
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines[:20]))
    (tmp_path / "b.jsonl").write_bytes(b"".join(lines[10:]))
    one = cli("profile", "a.jsonl", "b.jsonl", "-f", "json")
    other = cli("profile", "b.jsonl", "a.jsonl", "-f", "json")
    assert one.out == other.out
    assert json.loads(one.out)["total"]["calls"] == 13


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
        ("damaged.tar", b"x" * 257 + b"ustar" + b"1" * 400, "damaged.tar: not a complete tar"),
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
