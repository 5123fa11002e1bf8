"""Named pipes, as a shell writes `<(zcat log.gz)`: they can be read once, and are."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Thread

import pytest

from tokencost_profiles.files import pipes
from tokencost_profiles.files.paths import expand, expand_logs, from_bytes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
TEXT = b"one line\nand another\n" * 50


def pipe_with(folder: Path, data: bytes) -> str:
    path = folder / "pipe"
    os.mkfifo(path)
    Thread(target=path.write_bytes, args=(data,), daemon=True).start()
    return path.name


@pytest.mark.parametrize("in_memory", [10, 1 << 20])
@pytest.mark.parametrize("list_sources", [expand, expand_logs])
def test_a_pipe_can_be_opened_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int, list_sources: object
) -> None:
    monkeypatch.setattr(pipes, "_IN_MEMORY", in_memory)
    assert callable(list_sources)
    (source,) = list_sources([pipe_with(tmp_path, TEXT)], tmp_path, lambda: from_bytes(b"", "-"))
    assert source.size == len(TEXT)
    assert source.path is None
    for _ in range(2):
        with source.open() as file:
            assert file.read() == TEXT


def test_an_empty_pipe_is_an_empty_source(tmp_path: Path) -> None:
    source = pipes.from_pipe(tmp_path / pipe_with(tmp_path, b""), "pipe")
    assert source.size == 0
