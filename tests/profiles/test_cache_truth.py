"""The simulator against cache reads that providers reported. See docs/cache-simulator.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cache_sessions import sessions_of_logs
from benchmarks.cache_truth import Row, compared, measure
from tokencost_pricing.table import PriceTable
from tokencost_profiles.tokens.counter import Counter

# Name of the row -> the error that it may have: about one and a half times what was measured.
LIMITS = {
    "pi-session-jsonl": 0.027,
    "cline-cli-messages": 0.001,
    "codex-rollout-jsonl": 0.032,
    "inspect-eval-json": 0.001,
    "bodies: anthropic": 0.002,
    "bodies: openai": 0.14,
    "all": 0.03,
}


@pytest.fixture(scope="module")
def rows(corpora: Path, cache: Path) -> list[Row]:
    return measure(corpora, cache)


@pytest.mark.parametrize(("name", "limit"), LIMITS.items())
def test_simulated_reads_are_as_reported(rows: list[Row], name: str, limit: float) -> None:
    (row,) = [row for row in rows if row.name.split("/")[0].split(" (")[0] == name]
    assert row.calls > 1
    assert row.seen.read > 0, "a session that reports no reads shows nothing"
    assert row.error <= limit


def test_the_sum_of_all_reads_is_near(rows: list[Row]) -> None:
    total = rows[-1]
    known = total.seen.read - total.warm
    assert abs(total.simulated.read - known) <= 0.03 * known


def test_marks_of_the_client_give_its_writes(rows: list[Row]) -> None:
    (row,) = [row for row in rows if row.name.startswith("bodies: anthropic")]
    known = row.seen.written + row.warm  # what is written anew where the log begins too late
    assert abs(row.simulated.written - known) <= 0.01 * known


def test_an_uncached_log_would_fail(corpora: Path, cache: Path, table: PriceTable) -> None:
    """The error means something: a simulation that has no cache is far off."""
    name = "pi-session-jsonl"
    sessions = [
        s for s in sessions_of_logs(corpora / "samples", table, Counter(cache)) if s.group == name
    ]
    assert sessions
    assert compared(sessions[0]._replace(policy="off")).error > 0.9
