"""Readers of lists that state days, bands or one host; `test_lists` has the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from price_archives import LIST_DAY, fact_lines, list_wheel
from tokencost_pricing.errors import InputError
from tokencost_pricing.imports.public_lists import read_list

METERGRAPH = """
version: "2026-10-25"
models:
  - canonical_id: openai/gpt-6-sol
    aliases:
      - &sol {provider: openai, alias: gpt-6-sol, channel: openai-api}
      - {<<: *sol, provider: litellm}
    prices:
      - channel: openai-api
        region: global
        effective_from: "2026-09-22"
        effective_to: "2026-10-22"
        input_per_mtok: 2.00
        output_per_mtok: 10.00
        rules:
          long_context: {threshold: 272000, input_multiplier: 2, output_multiplier: 1.5}
      - channel: aws-bedrock-geo
        region: global
        effective_from: "2026-09-22"
        input_per_mtok: 2.20
        output_per_mtok: 11.00
  - canonical_id: reflection/beam
"""


def test_metergraph(tmp_path: Path) -> None:
    member = "metergraph_core/data/prices.yaml"
    path = list_wheel(tmp_path, "metergraph-core", "0.7.4", member, METERGRAPH)
    days = "2026-09-22..2026-10-21"
    assert fact_lines(read_list(path)) == [
        f"metergraph (stated days)/T {line}"
        for line in (
            f"openai gpt-6-sol input 2 {days}",
            f"openai gpt-6-sol input_above_272000 4 {days}",
            f"openai gpt-6-sol output 10 {days}",
            f"openai gpt-6-sol output_above_272000 15 {days}",
            "bedrock gpt-6-sol input@geo 2.2 2026-09-22..",
            "bedrock gpt-6-sol output@geo 11 2026-09-22..",
        )
    ]


def test_aliases_without_end_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"a{number}: *x\n" for number in range(2001))
    member = "metergraph_core/data/prices.yaml"
    path = list_wheel(tmp_path, "metergraph-core", "0.7.4", member, "x: &x [1]\n" + rows)
    with pytest.raises(InputError, match="more than 2,000 aliases"):
        read_list(path)


def test_azure_genai_prices(tmp_path: Path) -> None:
    def item(unit: str, regions: list[str]) -> Mapping[str, Any]:
        return {
            "effectiveStartDate": "2026-03-01T00:00:00Z",
            "meterName": "5.4 opt Dz",
            "productName": "Azure OpenAI GPT5",
            "regions": regions,
            "retailPrice": 0.0165 if unit == "1K" else 16.5,
            "unitOfMeasure": unit,
        }

    items = [item("1M", ["b", "a"]), item("1K", list("dcba")), item("1/Hour", [])]
    data = {"fetched_at": "2026-08-11T00:57:47", "items": items}
    member = "azure_genai_prices/data/snapshot.json"
    path = list_wheel(tmp_path, "azure-genai-prices", "0.2.0", member, json.dumps(data))
    meter = "azure-meters Azure OpenAI GPT5 | 5.4 opt Dz"
    assert fact_lines(read_list(path)) == [
        f"azure-retail-meters (stated days)/meters {meter} {price} 2026-03-01.."
        for price in ("per_1m@a+b 16.5", "per_1m@a+b+c+1 16.5", "per_1_hour 16.5")
    ]


def test_models_dev(tmp_path: Path) -> None:
    cost = {
        "input": 1.25,
        "output": 10,
        "cache_read": 0.125,
        "context_over_200k": {"input": 2.5, "output": 15},
        "tiers": [{"tier": {"type": "context", "size": 272000}, "input": 3}],
    }
    models = {"gemini-2.5-pro": {"cost": cost}, "free": {"cost": {"input": 0, "output": 0}}}
    path = tmp_path / "api.json"
    data = {"google-vertex": {"models": models}, "opencode-go": {"models": models}}
    path.write_text(json.dumps(data))
    assert fact_lines(read_list(path, LIST_DAY)) == [
        f"models.dev/M vertex gemini-2.5-pro {price} {LIST_DAY}.."
        for price in (
            "input 1.25",
            "output 10",
            "cache_read 0.125",
            "input_above_200000 2.5",
            "output_above_200000 15",
            "input_above_272000 3",
        )
    ]


def test_openrouter(tmp_path: Path) -> None:
    pricing = {
        "prompt": "0.000004",
        "completion": "0.00002",
        "image": "0",
        "web_search": "0.01",
        "input_cache_read": "0.0000002",
        "input_cache_write": "0.000005",
    }
    router = {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}}
    free = {"id": "x:free", "pricing": {"prompt": "0", "completion": "0"}}
    data = {"data": [{"id": "anthropic/claude-opus-5.5", "pricing": pricing}, router, free]}
    path = tmp_path / "models.json"
    path.write_text(json.dumps(data))
    assert fact_lines(read_list(path, LIST_DAY)) == [
        f"openrouter-api/OR openrouter {line} {LIST_DAY}.."
        for line in (
            "anthropic/claude-opus-5.5 input 4",
            "anthropic/claude-opus-5.5 output 20",
            "anthropic/claude-opus-5.5 cache_read 0.2",
            "anthropic/claude-opus-5.5 search_1k 10",
            "anthropic/claude-opus-5.5 cache_write_5m 5",
            "x:free input 0",
            "x:free output 0",
        )
    ]
