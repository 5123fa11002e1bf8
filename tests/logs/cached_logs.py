"""Logs, a cache of their own, and what is read of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from claude_rows import agent_session, write_rows
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.files.archives import open_inputs
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.paths import Source, expand_logs
from tokencost_profiles.logs import read
from tokencost_profiles.logs.log_cache.cache_file import CacheFile
from tokencost_profiles.logs.log_cache.log_cache import LogCache

# Fields of a call that hold no id.
PLAIN = ("file", "line", "scope", "model", "at", "usage", "agent", "tools", "project", "warnings")
TICK = 0.05  # seconds: a file that was written this moment is not stored

Cli = Callable[..., Any]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Sessions that share nothing, with sub-agents, and a file that is no log."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(3):
        rows = agent_session(f"session-{number}-of-the-user", first=1 + 10 * number)
        write_rows(folder / f"{number}.jsonl", rows)
    (folder / "notes.txt").write_text("no log\n")
    time.sleep(TICK)
    return folder


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """The folder of a cache that nothing else uses."""
    return tmp_path / "cache"


@pytest.fixture
def files_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, as they are read."""
    names: list[str] = []

    def noted(source: Source) -> Iterator[Input]:
        names.append(Path(source.label).name)
        return open_inputs(source)

    monkeypatch.setattr(read, "open_inputs", noted)
    return names


def database(stored: Path) -> Path:
    """Return the file of a cache."""
    (path,) = stored.glob("logs-*.sqlite")
    return path


def settled(folder: Path, stored: Path | None) -> list[Any]:
    """Return what a folder holds, but for ids; `stored`: with what is known of it."""
    sources = expand_logs([str(folder)], Path(), unused)
    known = None if stored is None else LogCache(CacheFile(stored / "logs-test.sqlite"), "")
    calls, audit = settle(read.read(sources, read.ReadOptions(known=known)))
    if known is not None:
        known.write()
    return [audit, [{name: getattr(call, name) for name in PLAIN} for call in calls]]


def unused() -> Source:
    """Stand in for standard input."""
    raise AssertionError


def report(cli: Cli, stored: Path, *arguments: str) -> dict[str, Any]:
    """Return what is reported of logs, but for the options that it was asked with."""
    result = cli("profile", *arguments, "-f", "json", stored=stored)
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    document["run"].pop("options")
    return document
