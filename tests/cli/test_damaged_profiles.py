"""Saved profiles that are cut off, changed or hostile: one line and exit 3, no traceback."""

from __future__ import annotations

import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from saved_files import blocks_of, change, write_blocks
from tokencost_pricing.errors import InputError
from tokencost_profiles.costs import saved_container, saved_profile
from tokencost_profiles.costs.saved_container import MAGIC, MAJOR
from tokencost_profiles.costs.saved_form import SavedHead

Cli = Callable[..., Any]
LOG = Path(__file__).parents[2] / "examples" / "logs" / "agent.jsonl"
HEAD = len(MAGIC) + 2


@pytest.fixture
def saved(cli: Cli, tmp_path: Path) -> Path:
    """The saved profile of an agent's log."""
    assert cli("profile", str(LOG), "--save", "saved").code == 0
    return tmp_path / "saved"


def refused(cli: Cli, path: Path, reason: str) -> None:
    for command in (("profile",), ("whatif", "-m", "gpt-4o"), ("diff", path.name)):
        result = cli(*command, path.name)
        assert (result.code, result.out) == (3, ""), command
        assert result.err.count("\n") == 1
        assert result.err.startswith(f"error: {path.name}: "), result.err
        assert reason in result.err


def column(*path: str, type_: str = "u1", data: bytes) -> Callable[[dict[str, Any]], None]:
    """Return an edit that puts another column somewhere."""

    def edit(blocks: dict[str, Any]) -> None:
        inner = blocks
        for name in path[:-1]:
            inner = inner[name]
        count = blocks["cells/1"]["count"]
        inner[path[-1]] = [type_, data * count]

    return edit


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return an edit that puts another value somewhere."""

    def edit(blocks: dict[str, Any]) -> None:
        inner: Any = blocks
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value

    return edit


SUMS = ("cells/1", "columns")


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (column("cells/1", "usage", "input", type_="i8", data=b"\xff" * 8), "input: -1 is below 0"),
        (column("cells/1", "usage", "input", type_="u8", data=b"\xff" * 8), "cells.usage.input"),
        (column("cells/1", "usage", "x", data=b"\2"), "unknown unit 'x'"),
        (column(*SUMS, "calls", type_="i8", data=struct.pack("<q", -3)), "calls: -3 is below 0"),
        (column(*SUMS, "calls", type_="u8", data=b"\xff" * 8), "cells.calls"),
        (column(*SUMS, "latency_calls", data=b"\xff"), "more calls of a kind than calls"),
        (column(*SUMS, "quarter", type_="u4", data=b"\xff" * 4), "cells.quarter"),
        (column(*SUMS, "labels", data=b"\xff"), "cells.labels: 255 is too large"),
        (column(*SUMS, "first", type_="f8", data=struct.pack("<d", float("nan"))), "no time of"),
        (column(*SUMS, "last", type_="f8", data=struct.pack("<d", 1e300)), "no time of a call"),
        (column(*SUMS, "last", data=b"\1"), "cells.last: not floats"),
        (column(*SUMS, "calls", type_="f8", data=b"\0" * 8), "cells.calls: not integers"),
        (column(*SUMS, "error", type_="f8", data=struct.pack("<d", float("inf"))), "cells.error"),
        (column(*SUMS, "reported", data=b"\1"), "cells.reported: 1 is too large"),
        (put("cells/1", "count", value=10**9), "cells: 1,000,000,000 of them"),
        (put("cells/1", "count", value=-1), "cells: -1 of them"),
        (put("cells/1", "count", value=3), "not 3 values"),
        (put("cells/1", "amounts", value=["1e999999999"]), "'1e999999999' is no amount"),
        (put("cells/1", "amounts", value=["NaN"]), "'NaN' is no amount"),
        (put("cells/1", "amounts", value=["1" * 40]), "is no amount"),
        (put("cells/1", "columns", "calls", value=["u3", b""]), "cells/1"),
        (put("cells/1", "columns", value={}), "no column of labels"),
        (put("labels/1", "texts", "rates", 0, value=["x"]), "labels.rates"),
        (put("labels/1", "texts", "file", 0, value=[None]), "labels.file: a set has none"),
        (put("rates/1", value=[]), "rates: no 'anthropic"),
        (put("rates/1", 0, "rates", "input", value="1e99"), "is no amount"),
        (put("rates/1", 0, "rates", "input", value="much"), "rates/1"),
        (put("audit/1", "rows", value=-1), "audit/1"),
        (put("audit/1", "skipped_places", value=["run: one.jsonl:2: not JSON"]), "audit/1"),
        (put("sessions/1", 0, "first_at", value=-1.0), "sessions/1"),
        (put("sessions/1", 0, "report", value={"cost": "1e99"}), "is no amount"),
        (put("head/1", value=[1]), "head/1"),
    ],
)
def test_what_no_log_can_hold_is_named(
    cli: Cli, saved: Path, tmp_path: Path, edit: Callable[[dict[str, Any]], None], reason: str
) -> None:
    change(saved, tmp_path / "bad", edit)
    refused(cli, tmp_path / "bad", reason)


def test_a_block_that_is_missing_or_cut_is_named(cli: Cli, saved: Path, tmp_path: Path) -> None:
    blocks = blocks_of(saved)
    for name in blocks.keys() - {"content/1"}:  # which is only there where text was read
        write_blocks(tmp_path / "bad", {one: blocks[one] for one in blocks if one != name})
        refused(cli, tmp_path / "bad", f"it has no block {name}")
    with saved.open("rb") as file:
        encoded = saved_container.unpack(file, "saved")
    for name, data in encoded.items():
        for end in (0, 1, len(data) // 2, len(data) - 1):
            (tmp_path / "bad").write_bytes(saved_container.pack({**encoded, name: data[:end]}))
            refused(cli, tmp_path / "bad", name)


def test_every_place_where_a_file_can_be_cut_off(saved: Path) -> None:
    content = saved.read_bytes()
    for end in range(len(MAGIC), len(content), 7):
        with pytest.raises(InputError, match="saved: a saved profile that is cut off"):
            saved_profile.load(BytesIO(content[:end]), "saved")
    with pytest.raises(InputError, match="something follows its end"):
        saved_profile.load(BytesIO(content + b"\0"), "saved")


def payload(content: bytes) -> bytes:
    return zlib.decompress(content[HEAD:], wbits=31)


def packed(data: bytes) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return MAGIC + bytes((MAJOR, 0)) + packer.compress(data) + packer.flush()


def spoiled(content: bytes, number: int) -> Iterator[bytes]:
    """Yield spoiled files: bytes changed as they lie, and inside, packed again with a good sum."""
    chance = random.Random(20261128)
    inner = payload(content)
    for _ in range(number):
        for data, wrap in ((content, bytes), (inner, packed)):
            changed = bytearray(data)
            for _ in range(chance.choice((1, 1, 2, 8))):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            yield wrap(bytes(changed))
        yield packed(inner[: chance.randrange(len(inner))])
        at, size = chance.randrange(len(inner)), chance.randrange(40)
        yield packed(inner[:at] + chance.randbytes(size) + inner[at + size :])


def test_changed_bytes_end_in_one_line_or_do_no_harm(saved: Path) -> None:
    messages = []
    for content in spoiled(saved.read_bytes(), 400):
        if not saved_container.has_magic(content):
            continue
        try:
            profile = saved_profile.load(BytesIO(content), "saved").profile
        except InputError as error:
            messages.append(str(error))
        else:
            saved_profile.save(profile, SavedHead("", None, {}))
    assert len(messages) > 1000
    assert all(one.startswith("saved: ") and "\n" not in one for one in messages)


def test_what_unpacks_to_too_much_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_container, "LARGEST", 8 << 20)
    bomb = packed(bytes(100 << 20))
    blocks = msgspec.msgpack.encode([("later/1", bytes(100 << 20))])
    tracemalloc.start()
    try:
        for content in (bomb, packed(blocks)):
            with pytest.raises(InputError, match="a saved profile of more than 8 MB"):
                saved_profile.load(BytesIO(content), "saved")
        assert tracemalloc.get_traced_memory()[1] < 240 << 20
    finally:
        tracemalloc.stop()


def test_a_file_that_was_changed_as_text_says_so(cli: Cli, saved: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(saved.read_bytes().replace(b"\r\n", b"\n"))
    refused(cli, tmp_path / "bad", "copy it as binary, not as text")
