"""Progress: bytes within a file, in every command, and nothing of it where nobody looks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tokencost_cli import commands
from tokencost_cli.app import run
from tokencost_cli.runtime import progress
from tokencost_cli.runtime.context import Context
from tokencost_cli.runtime.progress import (
    Progress,
    counting_prompts,
    counting_texts,
    reading_files,
    stage,
    start,
)
from tokencost_profiles.calls.content import Request
from tokencost_profiles.discovery import names
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.tokens.prompt import Prompt
from tokencost_profiles.tokens.prompts import LARGE_TEXT

LOG = Path(__file__).parents[2] / "examples" / "logs" / "agent.jsonl"


def context_of(folder: Path, cache: Path | None = None, **changes: Any) -> Context:
    context = Context(
        stdin=io.BytesIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environment={"TERM": "xterm"},
        folder=folder,
        now=datetime(2026, 11, 22, tzinfo=UTC),
        stderr_is_terminal=True,
        cache=cache,
    )
    for name, value in changes.items():
        setattr(context, name, value)
    return context


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    context = context_of(tmp_path)
    start(context)
    yield context
    context.end_progress()


def text(stream: Any) -> str:
    return str(stream.getvalue())


def drawn(context: Context) -> Progress:
    assert isinstance(context.progress, Progress)
    return context.progress


def test_bytes_within_a_file_are_counted(context: Context, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x" * 3_000_000)
    sources = [from_file(tmp_path / name, name) for name in ("a", "b")]
    with reading_files(context, sources) as (followed, watch):
        assert watch is not None
        with followed[0].open() as file:
            assert "reading 0%, 0.0 of 6.0 MB" in drawn(context).text()
            file.seek(1_500_000)
            assert "reading 25%, 1.5 of 6.0 MB" in drawn(context).text()
        watch.advance(sources[0].size)
        assert "reading 50%, 3.0 of 6.0 MB" in drawn(context).text()
        with followed[1].open() as file:
            file.seek(0, 2)
            assert "reading 100%, 6.0 of 6.0 MB" in drawn(context).text()
    assert drawn(context).text().startswith("working, ")


def test_large_prompts_are_counted_once_a_model(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("word " * (LARGE_TEXT // 4))
    size = path.stat().st_size
    large = Prompt("large.txt", Request(api="text"), source=from_file(path, "large.txt"))
    small = Prompt("small.txt", Request(api="text"), text="Say hello.")
    with counting_prompts(context, [[large, small], [large]]) as watch:
        assert watch is not None
        watch.advance(size)
        assert f"counting 50%, {size:,} of {2 * size:,} characters" in drawn(context).text()


def test_prompts_are_counted_where_none_is_large(context: Context) -> None:
    with counting_texts(context, 0, 4) as watch:
        assert watch is not None
        watch.advance(1)
        assert "counting 25%, 1 of 4 prompts" in drawn(context).text()


def test_a_file_that_is_opened_after_it_was_read_is_not_followed(
    context: Context, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    with reading_files(context, [from_file(tmp_path / "a", "a")]) as (followed, _):
        pass
    with counting_texts(context, 100, 1), followed[0].open() as file:
        file.seek(50)
        assert "counting 0%" in drawn(context).text()


def test_a_stage_within_a_stage_gives_it_back(context: Context) -> None:
    with stage(context, "comparing", 4, "scenarios") as watch:
        assert watch is not None
        watch.advance(1)
        with stage(context, "counting"):
            assert drawn(context).text().startswith("counting, ")
        assert "comparing 25%, 1 of 4 scenarios" in drawn(context).text()
    drawn(context).reach(3, 12)
    assert "25%, 3 of 12 changes" in drawn(context).text()


@pytest.mark.parametrize(
    "changes", [{"quiet": True}, {"stderr_is_terminal": False}, {"environment": {"TERM": "dumb"}}]
)
def test_nothing_is_drawn_where_nobody_looks(tmp_path: Path, changes: dict[str, Any]) -> None:
    context = context_of(tmp_path, **changes)
    start(context)
    assert context.progress is None
    with stage(context, "reading", 10, "bytes") as watch:
        assert watch is None


@pytest.mark.parametrize("name", ["profile", "whatif", "accuracy", "estimate", "check", "count"])
def test_what_is_drawn_is_taken_away_before_anything_is_written(
    tmp_path: Path, cache: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_FIRST", 0.0)
    monkeypatch.setattr(progress, "_EACH", 0.0001)
    (tmp_path / "p.txt").write_text("hello")
    arguments = {
        "profile": [str(LOG)],
        "accuracy": [str(LOG)],
        "whatif": [str(LOG), "--suggest"],
        "estimate": ["p.txt"],
        "check": ["p.txt", "-m", "gpt-4o"],
        "count": ["p.txt"],
    }
    context = context_of(tmp_path, cache)
    run([name, *arguments[name]], context)
    assert context.progress is None
    label = text(context.stderr)
    assert "\r\x1b[2K" in label
    after = label.rpartition("\r\x1b[2K")[2]
    assert after == "" or after.startswith(("\x1b[1;33mwarning:", "\x1b[1;31merror:"))
    assert name in names(commands.__name__)
