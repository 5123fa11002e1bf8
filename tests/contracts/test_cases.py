"""Inputs of public bug reports, with the right figures. They lie beside the project."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]

# folder -> the figures of the total that its `expected` names; a cost of None is not named there.
COSTS: dict[str, str] = {
    "01-bedrock-plain-name": "0.525",
    "04-batch-output-google": "0.55",
    "07-litellm-1h-writes": "0.0645",
    "08-langchain-usage-metadata": "0.0648",
    "10-copilot-cli-shutdown": "0.6375",
    "12-gemini2-grounding": "0.03555",
    "14-perplexity-context": "0.0105",
    "15-refused-before-output": "0.0075",
    "17-compaction-only-pass": "0.5925",
    "19-web-search-preview": "0.0278",
    "20-litellm-vertex-region": "0.55",
    "21-litellm-tier-speed-geo": "3.5875",
    "23-xai-live-search": "0.2545",
    "25-promptfoo-results": "0.0028",
}
USAGES: dict[str, dict[str, int]] = {
    "07-litellm-1h-writes": {"input": 1000, "cache_write_1h": 10_000, "output": 100},
    "24-cached-audio": {
        "input": 100,
        "cache_read": 100,
        "input_audio": 300,
        "cache_read_audio": 500,
        "output": 20,
        "output_audio": 80,
    },
    "25-promptfoo-results": {"input": 1000, "output": 100},
    "27-codex-equal-subagents": {"input": 40_000, "output": 700},
}
CALLS: dict[str, int] = {
    "01-bedrock-plain-name": 1,
    "03-other-agent-read-as-pi": 1,
    "25-promptfoo-results": 1,
    "27-codex-equal-subagents": 3,
}


def outcome(cli: Cli, corpora: Path, name: str) -> Any:
    """Run the command of a case inside its folder."""
    folder = corpora / "cases" / name
    if not folder.is_dir():
        pytest.skip(f"no {name} in the corpora")
    words = shlex.split((folder / "cmd").read_text("utf-8"))
    return cli(*words[1:], folder=folder)


def total(cli: Cli, corpora: Path, name: str) -> dict[str, Any]:
    result = outcome(cli, corpora, name)
    assert result.code == 0, result.err
    totals: dict[str, Any] = json.loads(result.out)["total"]
    return totals


@pytest.mark.parametrize("name", COSTS)
def test_it_costs_what_was_billed(cli: Cli, corpora: Path, name: str) -> None:
    totals = total(cli, corpora, name)
    assert Decimal(totals["cost"]) == Decimal(COSTS[name])
    assert totals["unpriced_calls"] == 0


@pytest.mark.parametrize("name", USAGES)
def test_it_counts_what_was_used(cli: Cli, corpora: Path, name: str) -> None:
    counted = {unit: count for unit, count in total(cli, corpora, name)["usage"].items() if count}
    assert counted == USAGES[name]


@pytest.mark.parametrize("name", CALLS)
def test_each_call_is_counted_once(cli: Cli, corpora: Path, name: str) -> None:
    assert total(cli, corpora, name)["calls"] == CALLS[name]


def test_a_check_of_no_calls_is_no_pass(cli: Cli, corpora: Path) -> None:
    result = outcome(cli, corpora, "02-gate-zero-calls")
    assert result.code == 3
    assert "nothing to check" in result.err


def test_a_session_of_another_agent_is_read_by_the_next_reader(cli: Cli, corpora: Path) -> None:
    usage = total(cli, corpora, "03-other-agent-read-as-pi")["usage"]
    assert usage["input"] == 2877
    assert usage["output"] + usage.get("reasoning", 0) == 90


def test_premium_requests_are_no_dollars(cli: Cli, corpora: Path) -> None:
    assert total(cli, corpora, "10-copilot-cli-shutdown")["cost_reported"] is None


def test_an_image_that_a_tool_made_is_counted(cli: Cli, corpora: Path) -> None:
    totals = total(cli, corpora, "11-image-generation-dropped")
    assert totals["usage"]["output_image"] == 4160
    is_priced = Decimal(totals["cost"]) > Decimal("0.1")
    assert is_priced or totals["unpriced_calls"] == 1


def test_each_tier_speed_and_geography_has_its_price(cli: Cli, corpora: Path) -> None:
    result = outcome(cli, corpora, "21-litellm-tier-speed-geo")
    costs = {group["key"]["file"]: group["cost"] for group in json.loads(result.out)["groups"]}
    assert costs == {"fast.jsonl": "3", "geo.jsonl": "0.55", "flex.jsonl": "0.0375"}


def test_a_count_that_cannot_be_is_not_believed(cli: Cli, corpora: Path) -> None:
    result = outcome(cli, corpora, "29-implausible-counts")
    document = json.loads(result.out) if result.code == 0 else None
    if document is not None:
        assert not document["total"]["cost"] or Decimal(document["total"]["cost"]) < 1
        assert document["audit"]["skipped"] or document["total"]["calls_without_usage"]
