"""The same logs have the same totals, however they are handed over, and groups add up to them."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from conftest import NOW
from profiling import profile_of
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.merging import Store, settle
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import dimension
from tokencost_profiles.costs.grouping import groups, total
from tokencost_profiles.files.paths import from_bytes
from tokencost_profiles.logs import read

Cli = Callable[..., Any]
HERE = Path(__file__).parents[1]
LOGS = [
    *sorted(
        path
        for path in (HERE / "corpus").rglob("*")
        if path.is_file() and not path.name.endswith(".expected.json")
    ),
    *sorted((HERE.parent / "examples" / "logs").glob("*.jsonl")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log of every format, each in a folder of its name."""
    root = tmp_path_factory.mktemp("logs")
    for path in LOGS:
        target = root / path.parent.name / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    return root


def totals(cli: Cli, *paths: Any) -> dict[str, Any]:
    """Return the totals of paths, and the audit."""
    result = cli("profile", *map(str, paths), "-f", "json", "-q")
    assert result.code == 0, result.err
    total: dict[str, Any] = json.loads(result.out)["total"]
    return total


_usual: list[dict[str, Any]] = []


@pytest.fixture
def usual(cli: Cli, folder: Path) -> dict[str, Any]:
    """The totals of the folder."""
    if not _usual:
        _usual.append(totals(cli, folder))
    (arguments,) = _usual
    assert arguments["calls"] > 200
    assert arguments["unpriced_calls"] < arguments["calls"]
    return arguments


def test_in_any_order(cli: Cli, folder: Path, usual: dict[str, Any]) -> None:
    paths = sorted(folder.iterdir())
    for seed in range(2):
        random.Random(seed).shuffle(paths)
        assert totals(cli, *paths) == usual


def test_twice_by_any_path(cli: Cli, folder: Path, usual: dict[str, Any]) -> None:
    inside = sorted(path for path in folder.iterdir())[3]
    assert totals(cli, folder, folder, inside, folder / ".." / folder.name) == usual


def test_zipped(cli: Cli, folder: Path, usual: dict[str, Any], tmp_path: Path) -> None:
    packed = tmp_path / "logs.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    assert totals(cli, packed) == usual


def test_beside_a_copy(cli: Cli, folder: Path, usual: dict[str, Any], tmp_path: Path) -> None:
    copy = tmp_path / "backup"
    for path in folder.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert totals(cli, folder, copy) == usual


# Sums of groups.

DIMENSIONS = [
    ("session",),
    ("file", "day"),
    ("tool", "agent"),
    ("project", "model", "provider"),
    ("status", "tier", "source", "api"),
]
_MONEY = ("cost", "input_cost", "output_cost", "fee_cost", "charged_cost")
_COUNTS = (
    "calls",
    "unpriced_calls",
    "charged_calls",
    "estimated_calls",
    "calls_without_usage",
    "calls_without_time",
)


@pytest.mark.parametrize("by", DIMENSIONS, ids="+".join)
def test_groups_add_up_to_the_total(cli: Cli, folder: Path, by: tuple[str, ...]) -> None:
    result = cli("profile", str(folder), "--by", ",".join(by), "-f", "json", "-q")
    document = json.loads(result.out)
    total, parts = document["total"], document["groups"]
    assert len(parts) > 1
    for name in _COUNTS:
        assert sum(part[name] for part in parts) == total[name], name
    for name in _MONEY:
        assert _sum(part[name] for part in parts) == _sum([total[name]]), name
    # The cost that a client states for a session is in no group that has only a part of it.
    reported = sum(part["reported_calls"] for part in parts)
    assert reported == total["reported_calls"] if by == ("session",) else reported > 0
    assert reported <= total["reported_calls"]
    assert _sum(part["cost_reported"] for part in parts) <= Decimal(total["cost_reported"])
    assert _added(part["usage"] for part in parts) == total["usage"]
    costs = [Counter({u: Decimal(c) for u, c in part["costs"].items()}) for part in parts]
    assert dict(sum(costs, Counter())) == {u: Decimal(c) for u, c in total["costs"].items() if c}


def _sum(amounts: Iterable[str | None]) -> Decimal:
    return sum((Decimal(one) for one in amounts if one is not None), Decimal(0))


def _added(usages: Iterable[dict[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for usage in usages:
        for unit, count in usage.items():
            sums[unit] = sums.get(unit, 0) + count
    return {unit: sums[unit] for unit in sums}


def test_rows_add_up_to_the_total_in_every_format(cli: Cli, folder: Path, tmp_path: Path) -> None:
    arguments = ("profile", str(folder), "--by", "model", "-q")
    total = json.loads(cli(*arguments, "-f", "json").out)["total"]
    wanted = {name: count for name, count in total["usage"].items() if count}

    rows = list(csv.DictReader(io.StringIO(cli(*arguments, "-f", "csv").out)))
    _check_rows(rows, total, wanted)

    path = tmp_path / "out.parquet"
    assert cli(*arguments, "-f", "parquet", "-o", str(path)).code == 0
    _check_rows(parquet.read_table(path).to_pylist(), total, wanted)

    for form, width in (("table", 200), ("markdown", 200)):
        text = cli(*arguments, "-f", form, width=width).out
        cells = [_cells(line) for line in text.splitlines()]
        head = next(row for row in cells if row[:2] == ["model", "calls"])
        body = cells[cells.index(head) + 1 :]
        calls = {row[0]: int(row[1].replace(",", "")) for row in body if _is_counted(row)}
        assert calls.pop("total") == sum(calls.values()) == total["calls"]


def _check_rows(rows: list[dict[str, Any]], total: dict[str, Any], wanted: dict[str, int]) -> None:
    """Check rows of a table: of the long form, one a unit, or of one a group."""
    cost = _sum(str(row["cost"]) for row in rows if row["cost"] not in (None, ""))
    assert abs(cost - Decimal(total["cost"])) < Decimal("1e-9")
    if "unit" in rows[0]:
        sums: dict[str, int] = {}
        for row in rows:
            if row["tokens"] not in (None, ""):
                sums[row["unit"]] = sums.get(row["unit"], 0) + int(row["tokens"])
        sums.pop("charged", None)
        assert {unit: count for unit, count in sums.items() if count} == wanted
        return
    assert sum(int(row["calls"]) for row in rows) == total["calls"]
    assert sum(int(row["cache_read_tokens"] or 0) for row in rows) == sum(
        count for unit, count in wanted.items() if unit.startswith("cache_read")
    )


def _cells(line: str) -> list[str]:
    split = line.strip("| ").split(" | ") if line.startswith("|") else re.split(r"\s{2,}", line)
    return [cell.strip(" *") for cell in split if cell.strip(" *")]


def _is_counted(row: list[str]) -> bool:
    return len(row) > 1 and row[1].replace(",", "").isdecimal()


# Split by session.


def _row(session: str, number: int, model: str, output: int, block: int) -> dict[str, Any]:
    return {
        "type": "assistant",
        "sessionId": session,
        "uuid": f"{number}-{block}",
        "parentUuid": None,
        "requestId": f"req_{number:024}",
        "timestamp": f"2026-06-{1 + number % 28:02}T00:00:00Z",
        "message": {
            "id": f"msg_{number:024}",
            "role": "assistant",
            "model": model,
            "content": [{"type": "text", "text": "x"}],
            "stop_reason": "end_turn",
            "usage": {
                "input_tokens": number,
                "output_tokens": output,
                "cache_read_input_tokens": 7,
                "cache_creation_input_tokens": 0,
            },
        },
    }


@st.composite
def claude_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw rows of sessions, with resumed ones that copy the rows before them."""
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 12))):
        session = f"s{draw(st.integers(0, 3))}"
        model = draw(st.sampled_from(["claude-sonnet-4-6", "claude-haiku-4-5", "no-such-model"]))
        for block in range(draw(st.integers(1, 3))):
            rows.append(_row(session, number, model, 10 * (block + 1), block))
    for row in list(rows):
        if draw(st.integers(0, 4)) == 0:
            rows.append({**row, "sessionId": "resumed"})
    return rows


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=claude_rows(), seed=st.integers(0, 99))
def test_split_by_session(rows: list[dict[str, Any]], seed: int, table: PriceTable) -> None:
    sessions: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        sessions.setdefault(row["sessionId"], []).append(row)
    parts = list(sessions.values())
    random.Random(seed).shuffle(parts)
    assert _totals([rows], table) == _totals(parts, table)


def _totals(files: list[list[dict[str, Any]]], table: PriceTable) -> tuple[Any, ...]:
    """Return the sums of files, read each by itself and combined."""
    store = Store()
    for at, rows in enumerate(files):
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        part = read.read_source(from_bytes(content, f"{at}.jsonl"), read.ReadOptions())
        store = part.combine(store) if at % 2 else store.combine(part)
    calls, audit = settle(store)
    profile = profile_of(calls, Pricer(table, NOW), audit)
    summary = total(profile, groups(profile, [dimension("model")]).values())
    return summary.cell.calls, summary.usage, summary.cost, summary.unpriced_calls
