"""The benchmarks see when a total is not the truth, and say which bound a figure reaches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.comparison import totals
from benchmarks.comparison.report import markdown
from benchmarks.comparison.rows import Bound, Line, Row, row_of, totals_text

USAGE = {"input": 5, "cache_read": 7, "cache_write_5m": 2, "cache_write_1h": 1, "output": 3}
TRUTH: dict[str, Any] = {"calls": 2, "rows": 4, "usage": USAGE, "days": {"2026-01-05 m": USAGE}}
OURS = {
    "total": {"calls": 2, "usage": USAGE},
    "groups": [{"key": {"day": "2026-01-05"}, "usage": USAGE}],
}
MODEL = {
    "modelName": "m",
    "inputTokens": 5,
    "cacheReadTokens": 7,
    "cacheCreationTokens": 3,
    "outputTokens": 3,
}
CCUSAGE = {"daily": [{"date": "2026-01-05", "modelBreakdowns": [MODEL]}]}
TOKSCALE = {
    "totalMessages": 2,
    "totalInput": 5,
    "totalCacheRead": 7,
    "totalCacheWrite": 3,
    "totalOutput": 3,
}


@pytest.mark.parametrize(
    ("check", "document", "number"),
    [
        (totals.ours(TRUTH), OURS, '"output": 3'),
        (totals.ours(TRUTH), OURS, '"calls": 2'),
        (totals.ours(TRUTH), OURS, "2026-01-05"),
        (totals.ccusage(TRUTH), CCUSAGE, '"cacheCreationTokens": 3'),
        (totals.ccusage(TRUTH), CCUSAGE, "2026-01-05"),
        (totals.tokscale(TRUTH), TOKSCALE, '"totalMessages": 2'),
        (totals.sums(TRUTH), {"rows": 4, "usage": USAGE}, '"rows": 4'),
        (totals.sums(TRUTH), {"rows": 4, "usage": USAGE}, '"cache_read": 7'),
    ],
)
def test_a_total_that_differs(check: totals.Check, document: dict[str, Any], number: str) -> None:
    text = json.dumps(document)
    assert check(text.encode()) == []
    other = text.replace(number, f"{number[:-1]}9")
    assert check(other.encode())


def test_programs_that_count_differently() -> None:
    counted: list[int] = []
    check = totals.same_tokens(lambda document: int(document["tokens"]), counted)
    assert check(b'{"tokens": 1000}') == check(b'{"tokens": 1000}') == []
    assert check(b'{"tokens": 1001}') == ["1,001 tokens for 1,000"]


def test_bounds() -> None:
    less, more = Bound(8, 4), Bound(1.5, 2.5, more_is_better=True)
    assert [less.verdict(value) for value in (3, 4, 5, 8, 9)] == [
        "goal",
        "goal",
        "yes",
        "yes",
        "no",
    ]
    assert [more.verdict(value) for value in (3, 2.5, 2, 1.5, 1)] == [
        "goal",
        "goal",
        "yes",
        "yes",
        "no",
    ]


def test_a_row_as_a_table() -> None:
    lines = [
        Line("ours", 0.5, 0.25, 40_000_000, 20_000_000, totals_text([])),
        Line("theirs", 1.0, 1.0, 80_000_000, 0, totals_text(["calls: 3 for 2"])),
    ]
    row = Row("name", "question", "0.50", "0.7", "0.45", "yes", ["A note."], lines)
    text = markdown([row_of(json.loads(json.dumps(row.document())))])
    assert "| question (`name`) | 0.50 | 0.7 | 0.45 | yes | see below |" in text
    assert "| ours | 0.5 | 0.25 | 20, the largest 40 | equal |" in text
    assert "| theirs | 1 | 1 | 80 | 1 differ: calls: 3 for 2 |\n\nA note." in text
