"""Files that count tokens and give no call: a warning, and with `--strict` the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]
PI = {"type": "session", "id": "s1", "cwd": "/p"}
USED = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}


def test_it_is_named_and_strict_ends_with_3(cli: Cli, tmp_path: Path) -> None:
    lines = [PI, {"ledger": {"bookkeeping_tokens": 17}}]
    (tmp_path / "odd.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
    (tmp_path / "good.jsonl").write_text(json.dumps({"model": "gpt-5", "usage": USED}) + "\n")
    lenient = cli("profile", "odd.jsonl", "good.jsonl")
    assert lenient.code == 0
    assert "odd.jsonl: counts tokens ('bookkeeping_tokens'), but pi reads none" in lenient.err
    strict = cli("profile", "odd.jsonl", "good.jsonl", "--strict")
    assert strict.code == 3
    assert "odd.jsonl" in strict.err
    document = json.loads(cli("profile", "odd.jsonl", "good.jsonl", "-f", "json").out)
    assert [one["file"] for one in document["audit"]["unread"]] == ["odd.jsonl"]


def test_a_key_that_nobody_reads_is_named_once(cli: Cli, tmp_path: Path) -> None:
    rows = [{"model": "gpt-5", "usage": {**USED, "odd_tokens": at}} for at in (3, 4)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = cli("profile", "a.jsonl")
    assert result.err.count("odd_tokens") == 1
    assert "usage key 'odd_tokens' is not understood: 7 not charged" in result.err
    document = json.loads(cli("profile", "a.jsonl", "-f", "json").out)
    assert document["audit"]["unknown_usage_keys"] == [{"key": "odd_tokens", "count": 7}]
