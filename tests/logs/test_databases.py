"""Databases that a program is writing to: every row is read, and nothing is left beside them."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import permutations
from pathlib import Path

import pytest

from logs.reading import calls_of, detected, totals
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.files.file_copies import drop_copies
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs import read

SESSION = "5c0a0000-0000-4000-8000-00000000000a"
EVENTS = (
    '{"type":"session.start","data":{"sessionId":"%s","producer":"copilot-agent"},'
    '"timestamp":"2026-10-01T10:00:00Z"}\n'
    '{"type":"session.shutdown","data":{"modelMetrics":{"gpt-5.4":{"usage":'
    '{"inputTokens":5000,"outputTokens":100,"cacheReadTokens":1000}}}},'
    '"timestamp":"2026-10-01T10:10:00Z"}\n'
)
ROW = "INSERT INTO assistant_usage_events VALUES (?, ?, 'gpt-5.4', 1000, 20, 400, 0, ?)"


@contextmanager
def store_in_use(path: Path, session: str = SESSION, day: int = 1) -> Iterator[None]:
    """Make a session store whose rows are only in the log beside it, held open."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("CREATE TABLE sessions (id TEXT, cwd TEXT)")
        database.execute(
            "CREATE TABLE assistant_usage_events (id INTEGER, session_id TEXT, model TEXT,"
            " input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER,"
            " cache_write_tokens INTEGER, created_at TEXT)"
        )
        for number in range(3):
            database.execute(ROW, (number, session, f"2026-10-0{day} 10:0{number}:00"))
        database.commit()
        yield


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}


def usages(calls: list[Call]) -> list[dict[str, int] | None]:
    return [call.usage for call in calls]


def test_rows_that_are_only_in_the_write_ahead_log_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = tmp_path / "copilot"
    folder.mkdir()
    path = folder / "session-store.db"
    with store_in_use(path):
        assert b"assistant_usage_events" not in path.read_bytes()
        before = state(folder)
        assert detected(path) == {"copilot-cli"}
        calls, _ = calls_of(path)
        assert state(folder) == before
    assert usages(calls) == [{"input": 600, "cache_read": 400, "output": 20}] * 3
    assert not list(scratch.iterdir())


def test_a_store_that_nobody_may_write_to_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "copilot"
    folder.mkdir()
    path = folder / "session-store.db"
    with store_in_use(path):
        folder.chmod(0o555)
        try:
            calls, _ = calls_of(path)
        finally:
            folder.chmod(0o755)
    assert len(calls) == 3


def test_sessions_with_rows_are_not_counted_again_from_their_event_log(tmp_path: Path) -> None:
    path, log = tmp_path / "session-store.db", tmp_path / "events.jsonl"
    other = tmp_path / "other.jsonl"
    log.write_text(EVENTS % SESSION)
    other.write_text(EVENTS % "another-session")
    with store_in_use(path):
        for order in permutations((path, log, other)):
            calls, audit = calls_of(*order)
            assert totals(calls) == {"cache_read": 2200, "input": 5800, "output": 160}, order
            assert audit.rolled_up == 1
    alone, _ = calls_of(log)
    assert totals(alone) == {"cache_read": 1000, "input": 4000, "output": 100}


def test_a_copy_of_a_store_counts_once(tmp_path: Path) -> None:
    path, backup = tmp_path / "session-store.db", tmp_path / "backup.db"
    with store_in_use(path), closing(sqlite3.connect(backup)) as copy:
        with closing(sqlite3.connect(path)) as source:
            source.backup(copy)
        calls, _ = calls_of(path, backup)
    assert len(calls) == 3


def test_a_zipped_store_is_read_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "session-store.db"
    packed = tmp_path / "copilot.zip"
    with store_in_use(path), zipfile.ZipFile(packed, "w") as archive:
        for ending in ("", "-wal"):
            archive.write(f"{path}{ending}", f".copilot/session-store.db{ending}")
    store = read.read([from_file(packed, packed.name)], read.ReadOptions())
    calls, audit = settle(store)
    assert len(calls) == 3
    assert audit.unreadable == []


def test_files_beside_a_database_are_no_logs(tmp_path: Path) -> None:
    path = tmp_path / "session-store.db"
    with store_in_use(path):
        sources = [
            from_file(path.with_name(f"{path.name}{end}"), end) for end in ("", "-wal", "-shm")
        ]
        store = read.read(sources, read.ReadOptions())
    calls, audit = settle(store)
    assert len(calls) == 3
    assert (audit.unreadable, audit.passed_over) == ([], 2)


def test_stores_that_differ_in_their_logs_alone_are_no_copies(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "session-store.db" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
    with store_in_use(paths[0], "one"), store_in_use(paths[1], "another", 2):
        assert paths[0].read_bytes() == paths[1].read_bytes()
        sources = drop_copies(from_file(path, str(path)) for path in paths)
        assert len(settle(read.read(sources, read.ReadOptions()))[0]) == 6


@pytest.mark.parametrize("size", [100, 4096, 5000])
def test_a_damaged_store_is_refused_in_one_line(tmp_path: Path, size: int) -> None:
    intact = Path(__file__).parents[1] / "corpus" / "copilot-cli" / "session-store.db"
    path = tmp_path / "session-store.db"
    path.write_bytes(intact.read_bytes()[:size])
    assert detected(path) in (set(), {"copilot-cli"})


def test_the_database_of_promptfoo_holds_what_its_files_do(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "corpus" / "promptfoo" / "results.json"
    path = tmp_path / "promptfoo.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE eval_results (id TEXT, created_at INTEGER, eval_id TEXT, provider TEXT,"
            " response TEXT, grading_result TEXT, cost REAL, latency_ms INTEGER, error TEXT)"
        )
        for row in json.loads(source.read_text())["results"]["results"]:
            database.execute(
                "INSERT INTO eval_results VALUES (?, 1780308000000, 'eval-1', ?, ?, ?, ?, ?, ?)",
                (
                    row["id"],
                    json.dumps(row["provider"]),
                    json.dumps(row["response"]),
                    json.dumps(row.get("gradingResult")),
                    row.get("cost"),
                    row.get("latencyMs"),
                    row.get("error"),
                ),
            )
        database.commit()
    stored, _ = calls_of(path)
    exported, _ = calls_of(source)
    assert detected(path) == {"promptfoo"}
    assert totals(stored) == totals(exported)
    assert len(stored) == len(exported)
