"""Files of several requests: batches are offered the batch price, fine-tuning files are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prompts import CHAT, EXAMPLE, Cli, items, write

FINE_TUNING = {
    "chat": EXAMPLE,
    "weights": {"messages": [*CHAT["messages"], {"role": "assistant", "content": "", "weight": 0}]},
    "pairs": {"prompt": "Hi", "completion": "Hello"},
    "alpaca": {"instruction": "Hi", "input": "", "output": "Hello"},
    "sharegpt": {"conversations": [{"from": "user", "value": "Hi"}, {"from": "gpt", "value": "H"}]},
    "vertex": {"contents": [{"role": "user", "parts": []}, {"role": "model", "parts": []}]},
    "preference": {"input": CHAT, "preferred_output": [], "non_preferred_output": []},
    "dpo": {"prompt": "Hi", "chosen": "a", "rejected": "b"},
}


@pytest.mark.parametrize("shape", FINE_TUNING)
def test_fine_tuning_files_are_refused_by_name(cli: Cli, tmp_path: Path, shape: str) -> None:
    rows = "\n".join([json.dumps(FINE_TUNING[shape])] * 2)
    write(tmp_path, **{"tune.jsonl": rows, "tune.json": f"[{rows.replace(chr(10), ',')}]"})
    for name in ("tune.jsonl", "tune.json"):
        result = cli("estimate", name, "-m", "gpt-4o")
        assert result.code == 3
        assert f"{name}: a fine-tuning file (2 examples)" in result.err
    assert cli("count", "tune.jsonl").code == 0


BATCHES = {
    "openai": {
        "custom_id": "a",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "gpt-4o", **CHAT},
    },
    "mistral": {"custom_id": "a", "body": {"model": "gpt-4o", **CHAT}},
    "anthropic": {"custom_id": "a", "params": {"model": "gpt-4o", "max_tokens": 9, **CHAT}},
    "bedrock": {"recordId": "a", "modelInput": {"max_tokens": 9, **CHAT}},
    "gemini": {"key": "a", "request": {"contents": [{"parts": [{"text": "Hi there"}]}]}},
}


@pytest.mark.parametrize("form", BATCHES)
def test_batch_files_are_offered_the_batch_price(cli: Cli, tmp_path: Path, form: str) -> None:
    write(tmp_path, **{"rows.jsonl": "\n".join([json.dumps(BATCHES[form])] * 2)})
    result = cli("estimate", "rows.jsonl", "-m", "gpt-4o")
    assert "rows.jsonl: a batch request file: --mode batch" in result.err
    assert result.out.startswith("2 prompts")
    assert (
        cli("check", "rows.jsonl", "-m", "gpt-4o", "--budget", "1").err.count("--mode batch") == 1
    )
    batch = cli("estimate", "rows.jsonl", "-m", "gpt-4o", "--mode", "batch", "-f", "json")
    assert batch.err == ""
    full = json.loads(cli("estimate", "rows.jsonl", "-m", "gpt-4o", "-f", "json").out)
    half = json.loads(batch.out)
    assert (len(full["warnings"]), half["warnings"]) == (1, [])
    assert float(half["total"]["cost"]) * 2 == pytest.approx(float(full["total"]["cost"]))


def test_a_batch_in_one_document(cli: Cli, tmp_path: Path) -> None:
    requests = [
        {"custom_id": at, "params": {"model": "claude-sonnet-4-5", "max_tokens": 9, **CHAT}}
        for at in "ab"
    ]
    write(tmp_path, **{"batch.json": {"requests": requests}})
    places = [(item["path"], item["line"]) for item in items(cli, "batch.json")]
    assert places == [("batch.json", 1), ("batch.json", 2)]
