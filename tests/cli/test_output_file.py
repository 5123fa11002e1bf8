"""Output files: the old one or the new one, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tokencost_cli.output import output_file
from tokencost_cli.output.output_file import write_file
from tokencost_pricing.errors import InputError

Cli = Callable[..., Any]
OUTPUTS = {
    "estimate": ("estimate", "p.txt", "-m", "gpt-4o", "-f", "json"),
    "baseline": ("baseline", "p.txt", "-m", "gpt-4o"),
    "check": ("check", "p.txt", "-m", "gpt-4o"),
    "models": ("models", "-f", "csv"),
    "formats": ("formats", "-f", "markdown"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.txt").write_text("hello")
    return tmp_path


class Stop(BaseException):
    """What ends a run in the middle."""


@pytest.mark.parametrize("command", OUTPUTS)
@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_run_that_is_stopped_leaves_the_old_file(
    cli: Cli, folder: Path, command: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = folder / "out"
    target.write_text("old")

    def stop(*_: object) -> None:
        raise Stop

    monkeypatch.setattr(step, stop)
    with pytest.raises(Stop):
        cli(*OUTPUTS[command], "-o", "out")
    assert target.read_text() == "old"
    assert sorted(path.name for path in folder.iterdir()) == ["out", "p.txt"]


@pytest.mark.parametrize("command", OUTPUTS)
def test_an_output_replaces_the_old_file(cli: Cli, folder: Path, command: str) -> None:
    (folder / "out").write_text("old" * 100_000)
    assert cli(*OUTPUTS[command], "-o", "out").code == 0
    assert "oldold" not in (folder / "out").read_text("utf-8")


def test_a_link_stays_a_link_and_permissions_stay(folder: Path) -> None:
    (folder / "real").write_text("old")
    (folder / "real").chmod(0o600)
    (folder / "link").symlink_to("real")
    write_file(folder / "link", "new")
    assert (folder / "link").is_symlink()
    assert (folder / "real").read_text() == "new"
    assert (folder / "real").stat().st_mode & 0o777 == 0o600


def test_folders_are_made_and_long_names_fit(folder: Path) -> None:
    write_file(folder / "a" / "b" / ("n" * 250), b"new")
    assert (folder / "a" / "b" / ("n" * 250)).read_bytes() == b"new"


def test_a_device_and_a_pipe_are_written_to_and_stay(folder: Path) -> None:
    write_file(Path(os.devnull), "nothing")
    assert not Path(os.devnull).is_file()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe")
        reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        write_file(folder / "pipe", "through")
        assert os.read(reader, 99) == b"through"
        os.close(reader)


@pytest.mark.parametrize("name", ["nul\x00", "p.txt/below"])
def test_a_file_that_cannot_be_written_is_one_line(folder: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_file(folder / name, "x")


def test_nothing_else_writes_files() -> None:
    root = Path(output_file.__file__).parents[1]
    writers = [
        path.name
        for path in root.rglob("*.py")
        if any(call in path.read_text("utf-8") for call in ("write_text(", "write_bytes(", '"wb"'))
    ]
    assert writers == ["invocation.py"]  # standard input, spooled


def test_a_run_that_is_ended_takes_away_what_it_spooled(tmp_path: Path) -> None:
    code = (
        "import sys, signal; from tokencost_cli.runtime import invocation; "
        "invocation._LARGE_STDIN = 4; "
        "from tokencost_cli.__main__ import main; sys.argv = ['tokencost', 'count', '-']; main()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert run.stdin is not None
    run.stdin.write(b"some text that is longer than that")
    run.stdin.flush()
    for _ in range(200):
        if list(tmp_path.glob("tokencost-*")):
            break
        time.sleep(0.05)
    run.send_signal(signal.SIGTERM)
    assert run.wait(20) == 128 + signal.SIGTERM
    run.communicate()
    assert list(tmp_path.glob("tokencost-*")) == []
