"""Inspect logs: what the contract does not try, packing and text."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest

from logs.reading import calls_of
from tokencost_pricing.errors import InputError

CORPUS = Path(__file__).parents[1] / "corpus" / "inspect"
HEADER = {"version": 2, "eval": {"task": "t", "created": "2026-01-01T00:00:00Z"}}


def sample() -> dict[str, object]:
    usage = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}
    event = {
        "event": "model",
        "model": "openai/gpt-5",
        "input_refs": [[0, 2], ["x"], None],
        "output": {
            "model": "gpt-5",
            "choices": [{"message": {"role": "assistant", "content": "attachment://a"}}],
            "usage": usage,
        },
    }
    pool = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]
    return {
        "id": 1,
        "epoch": 1,
        "events": [event],
        "message_pool": pool,
        "attachments": {"a": "Hi"},
    }


def zipped(path: Path, members: dict[str, bytes], method: int) -> None:
    """Write an archive whose members are packed already, by a method zipfile may not know."""
    body, directory = b"", b""
    for name, (data, packed) in {
        name: (data, packed_by(data, method)) for name, data in members.items()
    }.items():
        fields = struct.pack(
            "<HHHHHIIIHH",
            20,
            0,
            method,
            0,
            0x5821,
            zlib.crc32(data),
            len(packed),
            len(data),
            len(name),
            0,
        )
        directory += b"PK\x01\x02\x14\x00" + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += name.encode()
        body += b"PK\x03\x04" + fields + name.encode() + packed
    count = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\x05\x06" + end)


def packed_by(data: bytes, method: int) -> bytes:
    if method == 93:
        zstandard = pytest.importorskip("zstandard")
        packed: bytes = zstandard.ZstdCompressor().compress(data)
        return packed
    return data


def members() -> dict[str, bytes]:
    return {
        "header.json": json.dumps(HEADER).encode(),
        "samples/1_epoch_1.json": json.dumps(sample()).encode(),
    }


def test_members_packed_with_zstd_are_read(tmp_path: Path) -> None:
    path = tmp_path / "run.eval"
    zipped(path, members(), 93)
    (call,), audit = calls_of(path)
    assert call.usage == {"input": 9, "output": 2}
    assert audit.skipped == 0


def test_a_packing_that_nobody_knows_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "run.eval"
    zipped(path, members(), 99)
    with pytest.raises(InputError, match="method 99"):
        calls_of(path)


def test_attachments_are_put_into_the_text(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps({**HEADER, "plan": {}, "samples": [sample()]}, indent=1))
    (call,), _ = calls_of(path, text=True)
    assert call.parts is not None
    assert [(part.role, part.text) for part in call.parts] == [
        ("system", "Be kind."),
        ("user", "Hello"),
    ]
    assert call.answer is not None
    assert [part.text for part in call.answer] == ["Hi"]


def test_a_damaged_sample_costs_no_other(tmp_path: Path) -> None:
    data = bytearray((CORPUS / "run.eval").read_bytes())
    at = data.find(b"samples/2_epoch_1.json") + 40
    data[at : at + 8] = b"\xff" * 8
    path = tmp_path / "run.eval"
    path.write_bytes(data)
    calls, audit = calls_of(path)
    assert len(calls) == 2
    assert audit.skipped == 2
