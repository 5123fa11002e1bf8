"""The corpora of the benchmarks hold what their truth says: small ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpora import write_corpus
from benchmarks.corpora.claude import append_claude, restore_claude
from benchmarks.corpora.truth import read_truth
from tokencost_profiles.logs.profile_logs import profile


def check(truth: dict[str, Any], logs: Path) -> None:
    days: dict[tuple[str | None, ...], Counter[str]] = defaultdict(Counter)
    for day, usage in truth["days"].items():
        days[(day.split()[0],)].update(usage)
    totals = profile(str(logs), by=("day",))
    assert {group.key: Counter(group.usage) for group in totals.groups} == days
    assert totals.total.calls == truth["calls"]
    assert totals.audit.rows == truth["rows"]
    assert not totals.audit.skipped


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claude")
    write_corpus("claude", folder, 0.005)
    return folder


def test_claude_code(sessions: Path) -> None:
    truth = read_truth(sessions)
    assert truth["rows_copied"]
    assert truth["rows_with_usage"] > truth["calls"]
    assert truth["files"] == len([*sessions.rglob("*.jsonl")])
    check(truth, sessions / "projects")


def test_claude_code_that_grows(sessions: Path) -> None:
    before = read_truth(sessions)
    path, size = append_claude(sessions, 100_000)
    after = read_truth(sessions)
    assert after["calls"] > before["calls"]
    check(after, sessions / "projects")
    restore_claude(sessions, path, size)
    assert read_truth(sessions) == before
    assert path.stat().st_size == size


@pytest.mark.parametrize(
    ("kind", "scale", "counts"),
    [("chat", 0.002, ("delivered_twice", "errors")), ("usage_rows", 0.0004, ("delivered_twice",))],
)
def test_answers(kind: str, scale: float, counts: tuple[str, ...], tmp_path: Path) -> None:
    truth = write_corpus(kind, tmp_path, scale)
    assert all(truth[name] for name in counts)
    (log,) = tmp_path.glob("*.jsonl")
    check(truth, log)


def test_a_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_corpus("prompts", tmp_path / name, 0.01)
        write_corpus("chat", tmp_path / name / "chat", 0.0001)
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            assert (
                path.read_bytes()
                == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
            )
