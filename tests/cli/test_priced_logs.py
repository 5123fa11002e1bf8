"""What whole logs cost: from the file to the money, where part of the way once lost some of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from priced_rows import EXPORTS, ROWS

Cli = Callable[..., Any]
CORPUS = Path(__file__).parents[1] / "corpus"


def profile(cli: Cli, *paths: Path, **more: Any) -> dict[str, Any]:
    result = cli("profile", *map(str, paths), "-f", "json", "-q", **more)
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


@pytest.mark.parametrize("name", ROWS)
def test_a_row_costs_what_was_bought(name: str, cli: Cli, tmp_path: Path) -> None:
    row, cost = ROWS[name]
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row))
    assert profile(cli, path)["total"]["cost"] == cost


@pytest.mark.parametrize("reader", EXPORTS)
def test_usage_metadata_is_read_wherever_it_stands(reader: str, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(EXPORTS[reader], indent=1))
    document = profile(cli, path)
    # 1,000 x 3 + 5,000 x 0.30 + 3,000 x 6 + 100 x 15
    assert document["total"]["cost"] == "0.024"
    assert document["audit"]["formats"] == [{"name": reader, "files": 1}]


def test_the_session_store_and_the_logs_of_copilot_are_read(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / ".copilot"
    place = folder / "session-state" / "s-1"
    place.mkdir(parents=True)
    events = (CORPUS / "copilot-cli" / "events.jsonl").read_text()
    (place / "events.jsonl").write_text(
        events.replace("5c0a0000-0000-4000-8000-000000000001", "s-1")
    )
    elsewhere = folder / "session-state" / "other"
    elsewhere.mkdir()
    (elsewhere / "events.jsonl").write_text(events)
    store = folder / "session-store.db"
    store.write_bytes((CORPUS / "copilot-cli" / "session-store.db").read_bytes())
    with closing(sqlite3.connect(store)) as database:
        database.execute("DELETE FROM assistant_usage_events WHERE session_id = 's-2'")
        database.commit()
    result = cli("profile", "-f", "json", "-q", environment={"HOME": str(tmp_path)})
    named = profile(cli, elsewhere, store, place)
    assert result.code == 0, result.err
    for document in (json.loads(result.out), named):
        assert document["total"]["calls"] == 3 + 4
        assert document["total"]["cost_reported"] == "0.0932"
        assert document["audit"]["rolled_up"] == 4


def test_the_models_of_copilot_cost_what_their_makers_list(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    metrics = {
        model: {"requests": {"count": 1, "cost": 1}, "usage": {"inputTokens": 100_000}}
        for model in ("claude-opus-4.7", "gpt-5.4", "gemini-3.5-flash", "kimi-k3")
    }
    path.write_text(
        json.dumps(
            {
                "type": "session.shutdown",
                "timestamp": "2026-09-10T10:00:00Z",
                "data": {"modelMetrics": metrics},
            }
        )
    )
    total = profile(cli, path)["total"]
    assert total["cost"] == "1.2"
    assert total["cost_reported"] is None
