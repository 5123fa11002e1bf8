"""Open weights behind a router cost what the host asks that answered, wherever it is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from routed_answers import chat, recording, response
from routed_logs import HUGGING_FACE, LOGS

Cli = Callable[..., Any]
# A million tokens in and 100,000 out, at Cerebras' 0.35 and 0.75: no router lists the weights so.
COST = "0.425"


def profiled(cli: Cli, folder: Path, name: str, text: str) -> dict[str, Any]:
    """Return the report of a log."""
    path = folder / name
    path.write_text(text)
    result = cli("profile", str(path), "-f", "json")
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


@pytest.mark.parametrize(("name", "text"), LOGS.values(), ids=LOGS)
def test_the_price_of_the_host_is_charged(cli: Cli, tmp_path: Path, name: str, text: str) -> None:
    total = profiled(cli, tmp_path, name, text)["total"]
    assert (total["calls"], total["cost"]) == (1, COST)


@pytest.mark.parametrize(
    ("source", "cost"),
    [
        ("OpenRouter, Responses", "0.1875"),
        ("OpenRouter, Messages, stream", "0.1875"),
        ("Vercel, chat", "0.25"),
        ("Vercel, Responses", "0.25"),
        ("Vercel, AI SDK", "0.25"),
        ("LiteLLM, chained", "0.5"),
    ],
)
def test_what_the_log_says_it_cost_is_read(
    cli: Cli, tmp_path: Path, source: str, cost: str
) -> None:
    total = profiled(cli, tmp_path, *LOGS[source])["total"]
    assert (total["cost_reported"], total["reported_calls"]) == (cost, 1)


@pytest.mark.parametrize(
    ("host", "reason"),
    [("Nowhere Compute", "no price table has it"), ("Anthropic", "its price of the model")],
)
def test_a_host_whose_price_is_not_known_is_named(
    cli: Cli, tmp_path: Path, host: str, reason: str
) -> None:
    document = profiled(cli, tmp_path, "a.json", json.dumps(response(provider=host)))
    texts = [warning["text"] for warning in document["warnings"]]
    assert any(f"'{host}'" in text and reason in text for text in texts)
    total = document["total"]
    assert float(total["cost_low"]) < float(total["cost"]) < float(total["cost_high"])


def test_an_unlisted_name_at_hugging_face_is_at_the_price_of_its_host(
    cli: Cli, tmp_path: Path
) -> None:
    model = "meta-llama/Llama-3.3-70B-Instruct"
    url = f"{HUGGING_FACE}/v1/chat/completions"
    listed = profiled(cli, tmp_path, "a.json", recording(url, chat(model), asked=f"{model}:groq"))
    unlisted = profiled(
        cli, tmp_path, "b.json", recording(url, chat(f"{model}:scaleway"), asked=model)
    )
    assert listed["total"]["cost"] == "0.669"  # 0.59 and 0.79
    assert unlisted["total"]["cost"] is not None
    assert unlisted["total"]["unpriced_calls"] == 0


@pytest.mark.parametrize(
    ("asked", "answered", "cost"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.3-70b", True),  # as a host calls it
        ("Qwen/Qwen3-14B", "Qwen/Qwen3-14B-fast", False),  # not listed: what any host asks
    ],
)
def test_hugging_face_is_asked_by_the_name_that_it_lists(
    cli: Cli, tmp_path: Path, asked: str, answered: str, cost: bool
) -> None:
    tape = recording(f"{HUGGING_FACE}/v1/chat/completions", chat(answered), asked=asked)
    total = profiled(cli, tmp_path, "a.json", tape)["total"]
    assert (total["cost"] is not None) == cost
    assert float(total["cost_low"]) < float(total["cost_high"])
