"""Each reader of a public list: what it makes of a small archive laid out as the list is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from price_archives import LIST_DAY, fact_lines, list_wheel, litellm, packed, pi_ai, tarball, wheel
from tokencost_pricing.imports.public_lists import read_list, readers


def test_every_reader_is_a_file_of_its_name() -> None:
    assert [name for name, _ in readers()] == [
        "azure_genai_prices",
        "genai_prices",
        "litellm",
        "metergraph",
        "model_prices",
        "models_dev",
        "openai_cost_calculator",
        "openrouter",
        "pi_ai",
        "rates",
    ]


LITELLM: Mapping[str, Any] = {
    "sample_spec": {"litellm_provider": "one of many", "input_cost_per_token": 1},
    "gpt-5.5": {
        "litellm_provider": "openai",
        "input_cost_per_token": 5e-06,
        "input_cost_per_token_above_272k_tokens_batches": 5e-06,
        "output_cost_per_token_priority": 7.5e-05,
        "cache_creation_input_token_cost": 0.0,
        "max_input_tokens": 1050000,
        "search_context_cost_per_query": {"search_context_size_low": 0.01},
    },
    "azure_ai/gpt-6-luna": {"litellm_provider": "azure_ai", "input_cost_per_token": 2e-07},
    "azure/gpt-6-luna": {"litellm_provider": "azure", "input_cost_per_token": 1e-07},
    "vertex_ai/claude-opus-4-8": {
        "litellm_provider": "vertex_ai-anthropic_models",
        "cache_creation_input_token_cost": 6.25e-06,
        "cache_creation_input_token_cost_above_1hr": 1e-05,
    },
    "dashscope/qwen3-coder-plus": {
        "litellm_provider": "dashscope",
        "tiered_pricing": [
            {"range": [0, 32000.0], "input_cost_per_token": 1e-06},
            {"range": [32000.0, 128000.0], "input_cost_per_token": 1.8e-06},
        ],
    },
    "chatgpt/gpt-5.5": {"litellm_provider": "chatgpt", "input_cost_per_token": 5e-06},
    "rerank-v3.5": {"litellm_provider": "cohere", "input_cost_per_query": 0.002},
    "mistral/mistral-ocr": {"litellm_provider": "mistral", "ocr_cost_per_page": 0.001},
}


def test_litellm(tmp_path: Path) -> None:
    facts = read_list(litellm(tmp_path, LITELLM), LIST_DAY)
    assert fact_lines(facts) == [
        f"litellm/L {line} {LIST_DAY}.."
        for line in (
            "openai gpt-5.5 input 5",
            "openai gpt-5.5 batch_input_above_272000 5",
            "openai gpt-5.5 priority_output 75",
            "openai gpt-5.5 search_low_1k 10",
            "azure gpt-6-luna input 0.1",
            "cohere rerank-v3.5 per_1k_queries 2",
            "mistral mistral-ocr per_1k_pages 1",
            "azure azure_ai/gpt-6-luna input 0.2",
            "vertex claude-opus-4-8 cache_write_5m 6.25",
            "vertex claude-opus-4-8 cache_write_1h 10",
            "alibaba qwen3-coder-plus input 1",
            "alibaba qwen3-coder-plus input_above_32000 1.8",
        )
    ]


def test_the_file_of_litellm_gives_what_its_wheel_gives(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(LITELLM))
    assert read_list(path, LIST_DAY) == read_list(litellm(tmp_path, LITELLM), LIST_DAY)


GENAI = """
import datetime
from decimal import Decimal
providers: list[Provider] = [
    Provider(id='mistral', models=[ModelInfo(
        id='mistral-large-4', match=ClauseOr(or_=[ClauseEquals(equals='x')]),
        prices=[
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('0.68'))),
            ConditionalPrice(
                constraint=StartDateConstraint(start_date=datetime.date(2026, 10, 29)),
                prices=ModelPrice(input_mtok=Decimal('0.7'))),
            ConditionalPrice(
                constraint=StartDateConstraint(start_date=datetime.date(2027, 1, 1)),
                prices=ModelPrice(input_mtok=Decimal('0.8'))),
        ],
        price_variants=[PriceVariant(
            when={'processing': 'batch'}, prices=ModelPrice(input_mtok=Decimal('0.35')))],
    )]),
    Provider(id='aws', models=[ModelInfo(id='openai.gpt-5.4', prices=ModelPrice(
        input_mtok=TieredPrices(base=Decimal('2.5'), tiers=[
            Tier(start=272000, price=Decimal('5'))])))]),
    Provider(id='huggingface_novita', models=[ModelInfo(
        id='openai/gpt-oss-120b', prices=ModelPrice(input_mtok=Decimal('0.05')))]),
    Provider(id='openrouter', models=[ModelInfo(
        id='x/claude', prices=ModelPrice(cache_write_mtok=Decimal('1.25')))]),
]
"""


def test_genai_prices(tmp_path: Path) -> None:
    path = list_wheel(tmp_path, "genai-prices", "0.2.3", "genai_prices/data.py", GENAI)
    expected = [
        "genai-prices (stated days)/G mistral mistral-large-4 input 0.7 2026-10-29..2026-12-31",
        "genai-prices (stated days)/G mistral mistral-large-4 input 0.8 2027-01-01..",
        f"genai-prices/G mistral mistral-large-4 input 0.7 {LIST_DAY}..",
        f"genai-prices/G mistral mistral-large-4 batch_input 0.35 {LIST_DAY}..",
        f"genai-prices/G bedrock openai.gpt-5.4 input 2.5 {LIST_DAY}..",
        f"genai-prices/G bedrock openai.gpt-5.4 input_above_272000 5 {LIST_DAY}..",
        "huggingface-api (genai-prices)/HF huggingface/novita openai/gpt-oss-120b input 0.05 "
        f"{LIST_DAY}..",
        f"openrouter-api (genai-prices)/OR openrouter x/claude cache_write_5m 1.25 {LIST_DAY}..",
    ]
    assert fact_lines(read_list(path, LIST_DAY)) == expected
    source = tarball(
        tmp_path / "genai_prices-0.2.3.tar.gz",
        {"genai_prices-0.2.3/genai_prices/data.py": GENAI},
    )
    assert fact_lines(read_list(source, LIST_DAY)) == expected


def test_pi_ai(tmp_path: Path) -> None:
    tier = {"inputTokensAbove": 272000, "input": 10, "output": 45, "cacheRead": 1, "cacheWrite": 0}
    cost = {"input": 5, "output": 30, "cacheRead": 0.5, "cacheWrite": 0, "tiers": [tier]}
    free = {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0}
    models: list[dict[str, Any]] = [
        {"id": "openai/gpt-5.5", "cost": cost},
        {"id": "x/free", "cost": free},
    ]
    for provider, label in (("vercel-ai-gateway", "pi-ai/VG vercel"), ("openai", "pi-ai/M openai")):
        assert fact_lines(read_list(pi_ai(tmp_path, provider, models, LIST_DAY), "2026-11-28")) == [
            f"{label} openai/gpt-5.5 {price} {LIST_DAY}.."
            for price in (
                "input 5",
                "output 30",
                "cache_read 0.5",
                "input_above_272000 10",
                "output_above_272000 45",
                "cache_read_above_272000 1",
            )
        ]
    router = fact_lines(read_list(pi_ai(tmp_path, "openrouter", models, LIST_DAY)))
    assert router[-2:] == [
        f"openrouter-api/OR openrouter x/free {side} 0 {LIST_DAY}.." for side in ("input", "output")
    ]
    assert read_list(pi_ai(tmp_path, "openai-codex", models, LIST_DAY)) == []


def test_model_prices(tmp_path: Path) -> None:
    def row(start: str | None, basis: str, **rates: Any) -> Mapping[str, Any]:
        dated = {"valid_from": "2026-05-28T17:04:51Z", "valid_from_basis": basis, **rates}
        return {"start": start, "rates": dated}

    tier = {"above": 200000, "input": 10.0}
    rows = [
        row(None, "models.dev commit", input=5.0, cache_write_1h_multiple=2.0, tiers=[tier]),
        row("2026-07-01T00:00:00Z", "models.dev commit", input=5.0),
        row("2026-10-09T00:00:00Z", "documented", input=4.0),
    ]
    data = {"updated_at": "2026-10-26T18:46:35Z", "prices": {"x-ai": {"claude": {"fast": rows}}}}
    path = list_wheel(
        tmp_path, "model-prices", "0.0.5", "model_prices/snapshot.json", json.dumps(data)
    )
    assert fact_lines(read_list(path)) == [
        "model-prices/M xai claude fast_input 5 2026-05-28..2026-10-08",
        "model-prices (documented days)/D xai claude fast_input 4 2026-10-09..",
        "model-prices/M xai claude fast_cache_write_1h 10 2026-05-28..2026-06-30",
        "model-prices/M xai claude fast_input_above_200000 10 2026-05-28..2026-06-30",
        "model-prices/M xai claude fast_cache_write_1h_above_200000 20 2026-05-28..2026-06-30",
    ]


def test_rates_names_the_family_that_a_value_was_taken_from(tmp_path: Path) -> None:
    model = {
        "provider": "alibaba",
        "id": "qwen3",
        "price": {"currency": "USD", "input_mtok": 1, "output_mtok": 4, "cache_read_mtok": 0.1},
        "price_tiers": [
            {"when": {"dimension": "context", "over": 32000}, "price": {"input_mtok": 2}}
        ],
        "price_discrepancies": [{"field": "output_mtok", "chosen_source": "litellm"}],
        "sources": {"litellm": LIST_DAY, "models_dev": LIST_DAY},
    }
    yuan = {**model, "price": {"currency": "CNY", "input_mtok": 1, "output_mtok": 4}}
    data = {"snapshot_date": "2026-09-28", "models": [model, yuan]}
    path = list_wheel(tmp_path, "rates", "1.1.0", "rates/ai/ledger-ai.json.gz", packed(data))
    assert fact_lines(read_list(path)) == [
        f"rates/{line} 2026-09-28.."
        for line in (
            "M alibaba qwen3 input 1",
            "L alibaba qwen3 output 4",
            "M alibaba qwen3 cache_read 0.1",
            "M alibaba qwen3 input_above_32000 2",
        )
    ]


def test_openai_cost_calculator(tmp_path: Path) -> None:
    prices = [
        {"rates": {"input": "0.3", "web_search": "0.01"}},
        {
            "conditions": {"region": "us-east-1", "service_tier": "batch"},
            "min_input_tokens": 200001,
            "rates": {"input": "0.15", "cache_write": "0"},
            "effective_from": "2027-01-01",
            "effective_until": "2027-02-01",
        },
    ]
    old = {"id": "gpt-4.5", "status": "unverified", "prices": prices}
    models = [{"id": "nova", "prices": prices}, old]
    data = {"provider": "bedrock", "verified_at": "2026-09-23", "models": models}
    folder = "openai_cost_calculator/data/pricing"
    path = wheel(
        tmp_path / "openai_cost_calculator-1.3.0-py3-none-any.whl",
        "openai-cost-calculator",
        "1.3.0",
        {
            f"{folder}/bedrock.json": json.dumps(data),
            f"{folder}/openai.json": json.dumps({"provider": "openai", "models": []}),
        },
    )
    assert fact_lines(read_list(path)) == [
        "openai-cost-calculator/O bedrock nova input 0.3 2026-09-23..",
        "openai-cost-calculator/O bedrock nova search_1k 10 2026-09-23..",
        "openai-cost-calculator/O bedrock nova batch_input_above_200000@us-east-1 0.15 "
        "2027-01-01..2027-01-31",
    ]
