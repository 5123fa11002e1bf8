"""`profile` on archives as people make them: links, damage, archives in archives."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from documents import profiled

Cli = Callable[..., Any]

_LINKS = (tarfile.SYMTYPE, tarfile.LNKTYPE)


def _row(call: str, agent: str = "") -> bytes:
    usage = {"input_tokens": 10, "output_tokens": 5}
    message: dict[str, Any] = {
        "id": call,
        "role": "assistant",
        "model": "claude-sonnet-4-5",
        "usage": usage,
    }
    message |= {"content": [{"type": "text", "text": "yes"}], "stop_reason": "end_turn"}
    row: dict[str, Any] = {"type": "assistant", "uuid": call, "message": message}
    row["requestId"] = call
    row |= {"sessionId": "s", "timestamp": "2026-10-01T00:00:00Z"}
    row |= {"isSidechain": True, "agentId": agent} if agent else {}
    return json.dumps(row).encode() + b"\n"


def _tar(files: Iterable[tuple[str, bytes]], link: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        if link:
            info = tarfile.TarInfo("first.jsonl")
            info.type, info.linkname = link, "a.jsonl"
            archive.addfile(info)
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, data)
    return packed.getvalue()


_TWO = (("a.jsonl", _row("one")), ("b.jsonl", _row("two")))


@pytest.mark.parametrize("link", _LINKS)
def test_links_in_a_tar_are_passed_over(cli: Cli, tmp_path: Path, link: bytes) -> None:
    (tmp_path / "logs.tar").write_bytes(_tar(_TWO, link))
    assert profiled(cli, "logs.tar")["total"]["calls"] == 2


@pytest.mark.parametrize(
    "data",
    [
        _tar((_TWO[0], ("b.jsonl.gz", gzip.compress(_TWO[1][1])))),
        _tar((("inner.tar.gz", gzip.compress(_tar(_TWO))),)),
        _tar((_TWO[0], ("inner.zip", _zip(*_TWO[1])))),
        _zip("inner.tar", _tar(_TWO)),
        _zip("a.jsonl", (_TWO[0][1] + _TWO[1][1]).decode().encode("utf-16")),
    ],
    ids=["gz in tar", "tar.gz in tar", "zip in tar", "tar in zip", "utf-16 in zip"],
)
def test_what_is_packed_in_an_archive_is_read(cli: Cli, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "logs").write_bytes(data)
    assert profiled(cli, "logs")["total"]["calls"] == 2


def test_a_damaged_archive_in_an_archive_costs_no_other(cli: Cli, tmp_path: Path) -> None:
    cut = gzip.compress(_tar(_TWO))[:-20]
    (tmp_path / "logs.tar").write_bytes(_tar((("inner.tgz", cut), ("c.jsonl", _row("three")))))
    result = cli("profile", "logs.tar", "-f", "json")
    assert result.code == 3
    assert "logs.tar!inner.tgz" in result.err
    assert json.loads(result.out)["total"]["calls"] == 1


def test_archives_are_not_unpacked_without_end(cli: Cli, tmp_path: Path) -> None:
    data = _tar(_TWO)
    for _ in range(6):
        data = _tar((("inner.tar", data),))
    (tmp_path / "logs.tar").write_bytes(data)
    result = cli("profile", "logs.tar")
    assert result.code == 3
    assert "too many archives in archives" in result.err


def test_a_damaged_header_of_a_tar_is_not_its_end(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "logs.tar").write_bytes(_tar(_TWO).replace(b"b.jsonl", b"z.jsonl"))
    result = cli("profile", "logs.tar", "-f", "json")
    assert result.code == 3
    assert "logs.tar: not a complete tar archive: bad checksum" in result.err
    assert json.loads(result.out)["total"]["calls"] == 1


def test_a_sparse_file_of_a_terabyte_is_refused(cli: Cli, tmp_path: Path) -> None:
    info = tarfile.TarInfo("a.jsonl")
    info.size, info.type = 512, tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT)[:512])
    for at, number in ((386, 0), (398, 512), (410, 1 << 40), (422, 0), (483, 1 << 40)):
        header[at : at + 12] = b"\x80" + number.to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    (tmp_path / "logs.tar").write_bytes(bytes(header) + bytes(512) + _tar(_TWO))
    result = cli("profile", "logs.tar")
    assert result.code == 3
    assert "logs.tar!a.jsonl: a sparse file of more than 1024 MB" in result.err


def test_agents_of_a_cut_archive_have_the_types_before_the_cut(cli: Cli, tmp_path: Path) -> None:
    files = [("s.jsonl", _row("first"))]
    for agent in ("0a", "0b", "0c"):
        place = f"s/subagents/agent-{agent}"
        files += [(f"{place}.jsonl", _row(f"call-{agent}", agent))]
        files += [(f"{place}.meta.json", b'{"agentType": "%s-type"}' % agent.encode())]
    data = _tar(files)
    (tmp_path / "logs.tar").write_bytes(data[: data.index(b"0c-type")])
    result = cli("profile", "logs.tar", "-f", "json", "--by", "agent")
    assert result.code == 3
    document = json.loads(result.out)
    assert document["total"]["calls"] == 4
    assert {"0a-type", "0b-type"} <= {group["key"]["agent"] for group in document["groups"]}
