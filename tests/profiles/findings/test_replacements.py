"""What moving from a retiring model would save, where the model that follows is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Cli

OVERLAY = """\
overlay: 1
provider: openai
models:
  colour-1:
    retires: "{day}"
    replacement: colour-2
    prices: [{{from: "2026-01-01", basis: documented, rates: {{input: "4", output: "8"}}}}]
  colour-2:
    prices: [{{from: "2026-01-01", basis: documented, rates: {{input: "{rate}", output: "8"}}}}]
"""
CALL = {
    "id": "chatcmpl-00000000000000000001",
    "object": "chat.completion",
    "created": 1_791_000_000,
    "model": "colour-1",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Blue."}}],
    "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 1_000, "total_tokens": 1_001_000},
}


@pytest.mark.parametrize(
    ("day", "rate", "saved"),
    [
        ("2027-02-20", "1", ["3"]),  # 90 days after the day of the test
        ("2027-02-21", "1", []),
        ("2027-02-20", "4", [None]),  # it costs as much
    ],
)
def test_the_replacement_is_priced(
    cli: Cli, tmp_path: Path, day: str, rate: str, saved: list[str | None]
) -> None:
    (tmp_path / "mine.yaml").write_text(OVERLAY.format(day=day, rate=rate))
    (tmp_path / "log.jsonl").write_text(json.dumps({"response": CALL}) + "\n")
    ran = cli("profile", "log.jsonl", "--prices", "mine.yaml", "--findings", "-f", "json")
    assert ran.code == 0, ran.err
    findings = {one["id"]: one for one in json.loads(ran.out)["findings"]}
    retiring = [findings["retiring-model"]] if "retiring-model" in findings else []
    assert [one["saved"] for one in retiring] == saved
    for one in retiring:
        assert one["cost"] == "4.008"
        assert one["evidence"][0]["subject"] == f"colour-1 retires {day}, replaced by colour-2"
