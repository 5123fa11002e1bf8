"""`--tree` and `--timeline`: on screens, in documents, for spreadsheets, from saved profiles."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from claude_rows import agent_session, answer, cached, write_rows
from tokencost_cli.output.renderers import Style, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.reports._tree import TreeReport, tree_table
from tokencost_profiles.attribution.frame import Frame

Cli = Callable[..., Any]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "session.jsonl", agent_session())


def document(cli: Cli, *arguments: str) -> dict[str, Any]:
    result = cli("profile", *arguments, "-f", "json")
    assert result.code == 0, result.err
    parsed: dict[str, Any] = json.loads(result.out)
    return parsed


def outline(node: dict[str, Any], depth: int = 0) -> list[str]:
    lines = [f"{'  ' * depth}{node['kind']} {node['name']}: {node['calls']}"]
    for child in node["children"]:
        lines += outline(child, depth + 1)
    return lines


TREE = [
    "root all sessions: 6",
    "  session s1: 6",
    "    turn turn 1: 5",
    "      step step 1: Task x2, Read: 4",
    "        call claude-sonnet-4-5: 1",
    "        agent subagent a1: 2",
    "          call claude-sonnet-4-5: 1",
    "          call claude-sonnet-4-5: 1",
    "        agent subagent b2: 1",
    "          call claude-sonnet-4-5: 1",
    "      step step 2: 1",
    "        call claude-sonnet-4-5: 1",
    "    turn turn 2: 1",
    "      step step 1: 1",
    "        call claude-sonnet-4-5: 1",
]


def test_the_tree_shows_sub_agents_and_sums_to_the_bill(cli: Cli, log: Path) -> None:
    profile = document(cli, str(log), "--tree")
    assert outline(profile["tree"]) == TREE
    assert profile["tree"]["cost"] == profile["total"]["cost"]
    assert "timeline" not in profile


def test_a_saved_profile_has_the_same_tree(cli: Cli, log: Path) -> None:
    assert cli("profile", str(log), "--save", "runs.tokencost").code == 0
    saved, logs = document(cli, "runs.tokencost", "--tree"), document(cli, str(log), "--tree")
    assert saved["tree"] == logs["tree"]
    assert cli("profile", "runs.tokencost", "--tree").out.count("subagent") == 2
    result = cli("profile", "runs.tokencost", "--timeline")
    assert (result.code, result.out) == (2, "")
    assert "--timeline needs the logs" in result.err


def test_the_screen_draws_the_heaviest_first(cli: Cli, log: Path) -> None:
    result = cli("profile", str(log), "--tree", width=80)
    assert max(map(len, result.out.splitlines())) <= 80
    names = [line.split("  ")[0].rstrip() for line in result.out.splitlines() if "turn" in line]
    assert names[0].startswith("├─ turn 1")
    assert "└─ turn 2, step 1" in names[1]
    by_output = cli("profile", str(log), "--tree", "--weight", "output_tokens").out
    assert "83%" in by_output, "5 of 6 calls, each with the same output"


def test_ascii_draws_the_same() -> None:
    calls = [Frame(name=f"step {n}: Bash", kind="step", cost=Decimal(n)) for n in (1, 2)]
    turn = Frame(name="turn 1", kind="turn", cost=Decimal(3), children=calls)
    long = Frame(name="turn " + "2" * 90, kind="turn", cost=Decimal(3))
    session = Frame(name="s1", kind="session", cost=Decimal(6), children=[turn, long])
    report = Report("x/1", {}, (tree_table(TreeReport(session)),))
    text = str(renderer("table").render(report, Style(width=80, unicode=False)))
    assert text.isascii()
    *lines, last = (line.split("  #")[0].rstrip() for line in text.splitlines()[2:])
    assert lines == ["s1", "|- turn 1", "|  |- step 2: Bash", "|  `- step 1: Bash"]
    assert re.match(r"`- turn 2+\.\.\.2+$", last)
    assert max(map(len, text.splitlines())) <= 80


def test_top_sessions_and_the_rest(cli: Cli, tmp_path: Path) -> None:
    for number, session in enumerate(("s1", "s2", "s3")):
        rows = agent_session(session, 1 + 10 * number)
        write_rows(tmp_path / f"{session}.jsonl", rows)
    result = cli("profile", str(tmp_path), "--tree", "--top", "1")
    assert "├─ s3" in result.out
    assert "└─ 2 more sessions" in result.out
    assert "s1" not in result.out
    result = cli("profile", str(tmp_path), "--timeline", "--top", "2")
    assert "2 more" not in result.out
    assert "1 more session of $0.072 left out: --top 3 displays all" in result.out


def test_sheets_have_a_row_a_node_and_a_row_a_call(cli: Cli, log: Path) -> None:
    total = Decimal(document(cli, str(log))["total"]["cost"])
    rows = list(csv.DictReader(io.StringIO(cli("profile", str(log), "--tree", "-f", "csv").out)))
    assert [row["kind"] for row in rows] == [line.split()[0] for line in TREE]
    assert sum(Decimal(row["cost"]) for row in rows if row["kind"] == "call") == total
    points = list(
        csv.DictReader(io.StringIO(cli("profile", str(log), "--timeline", "-f", "csv").out))
    )
    assert sum(Decimal(point["cost"]) for point in points) == total
    assert [(one["turn"], one["step"], one["substep"]) for one in points] == [
        ("1", "1", ""),
        ("1", "1", "1"),
        ("1", "1", "1"),
        ("1", "1", "2"),
        ("1", "2", ""),
        ("2", "1", ""),
    ]
    both = cli("profile", str(log), "--timeline", "--tree", "-f", "csv")
    assert (both.code, "one table" in both.err) == (2, True)


def test_groups_stand_above_where_they_are_asked_for(cli: Cli, log: Path) -> None:
    alone = cli("profile", str(log), "--tree").out
    assert "model" not in alone
    grouped = cli("profile", str(log), "--tree", "--by", "agent").out
    assert grouped.index("agent  ") < grouped.index("what caused it")


def test_a_weight_that_is_none_is_refused(cli: Cli, log: Path) -> None:
    result = cli("profile", str(log), "--tree", "--weight", "tokens")
    assert result.code == 2
    assert "--weight knows no 'tokens'" in result.err


def test_the_timeline_marks_compactions_and_misses(cli: Cli, tmp_path: Path) -> None:
    rows = [
        answer(1, 0, usage=cached(0, 50_000)),
        answer(2, 60, usage=cached(50_000, 5_000)),
        answer(3, 1_000, usage=cached(0, 60_000)),
        answer(4, 1_060, usage=cached(0, 62_000), model="claude-opus-4-5-20251101"),
        answer(5, 1_100, usage=cached(0, 15_000), model="claude-opus-4-5-20251101"),
        answer(6, 1_150, usage=cached(15_000, 1_000), model="claude-opus-4-5-20251101"),
        answer(7, 1_160, usage=cached(15_500, 1_000), model="claude-opus-4-5-20251101"),
    ]
    log = write_rows(tmp_path / "session.jsonl", rows)
    points = document(cli, str(log), "--timeline")["timeline"]
    assert [(point["mark"], point["cause"]) for point in points] == [
        (None, None),
        (None, None),
        ("miss", "ttl_expired_5m"),
        ("miss", "model_changed"),
        ("compaction", None),
        (None, None),
        (None, None),
    ]
    text = cli("profile", str(log), "--timeline", width=80).out
    assert max(map(len, text.splitlines())) <= 80
    assert "! miss: ttl expired 5m" in text
    assert "▼ compaction" in text
