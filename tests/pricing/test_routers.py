"""Routers charge what makers charge; a machine of one's own charges nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tokencost_pricing.cost import cost_of
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage

USAGE = {"input": 1_000_000, "output": 100_000}


def total(
    table: PriceTable,
    name: str,
    provider: str,
    day: str,
    usage: dict[str, int] = USAGE,
    **conditions: str,
) -> Decimal | None:
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    offer = table.find(name, provider)
    return cost_of(offer, Usage(usage), Terms(at, True, (), tuple(conditions.items()))).total


@pytest.mark.parametrize(
    ("router", "name", "day", "maker", "its_name"),
    [
        ("openrouter", "openai/gpt-4o", "2024-06-01", "openai", "gpt-4o"),
        ("openrouter", "openai/gpt-4o", "2026-11-27", "openai", "gpt-4o"),
        ("openrouter", "openai/gpt-5.4-nano-20260317", "2026-11-27", "openai", "gpt-5.4-nano"),
        ("openrouter", "openai/gpt-6.1-sol-pro", "2026-11-27", "openai", "gpt-6.1-sol"),
        ("openrouter", "anthropic/claude-opus-4.8", "2026-11-27", "anthropic", "claude-opus-4-8"),
        (
            "openrouter",
            "anthropic/claude-sonnet-4.5:beta",
            "2026-01-01",
            "anthropic",
            "claude-sonnet-4-5",
        ),
        ("openrouter", "google/gemini-2.5-pro", "2026-11-27", "google", "gemini-2.5-pro"),
        ("openrouter", "google/gemini-flash-1.5", "2025-06-01", "google", "gemini-1.5-flash"),
        ("openrouter", "x-ai/grok-4.1-fast", "2026-01-01", "xai", "grok-4-1-fast"),
        # Retired by xAI on 2026-05-15 and billed as grok-4.3 since; dropped from both lists then.
        ("openrouter", "x-ai/grok-3", "2026-05-14", "xai", "grok-3"),
        ("openrouter", "x-ai/grok-3", "2026-11-27", "xai", "grok-4.3"),
        ("openrouter", "x-ai/grok-4-fast", "2026-07-01", "xai", "grok-4.3"),
        ("vercel", "xai/grok-3-mini", "2026-07-01", "xai", "grok-4.3"),
        (
            "openrouter",
            "anthropic/claude-3.7-sonnet",
            "2026-03-01",
            "anthropic",
            "claude-3.7-sonnet",
        ),
        ("openrouter", "google/gemini-3.8-flash", "2026-11-27", "google", "gemini-3.8-flash"),
        ("openrouter", "anthropic/claude-3-5-haiku", "2025-03-01", "anthropic", "claude-3-5-haiku"),
        ("openrouter", "x-ai/grok-4.20-20260309", "2026-11-27", "xai", "grok-4.20"),
        ("openrouter", "cohere/command-a", "2026-11-27", "cohere", "command-a-03-2025"),
        (
            "openrouter",
            "mistralai/mistral-large-2512",
            "2026-11-27",
            "mistral",
            "mistral-large-2512",
        ),
        ("openrouter", "amazon/nova-pro-v1", "2026-11-27", "bedrock", "amazon.nova-pro-v1:0"),
        ("vercel", "anthropic/claude-opus-4.8", "2026-11-27", "anthropic", "claude-opus-4-8"),
        ("vercel", "spacexai/grok-4.7", "2026-11-27", "xai", "grok-4.7"),
        ("vercel", "mistral/mistral-large-3", "2026-11-27", "mistral", "mistral-large-3"),
        ("zenmux", "openai/gpt-5.2", "2026-11-27", "openai", "gpt-5.2"),
        ("opencode", "claude-opus-4-8", "2026-11-27", "anthropic", "claude-opus-4-8"),
        ("cloudflare-ai-gateway", "gpt-5.5", "2026-11-27", "openai", "gpt-5.5"),
    ],
)
def test_a_makers_model_costs_what_the_maker_charges_that_day(
    table: PriceTable, router: str, name: str, day: str, maker: str, its_name: str
) -> None:
    charged = total(table, name, router, day)
    assert charged is not None
    assert charged == total(table, its_name, maker, day)
    assert table.find(name, router).provider == router


def test_an_embedding_answers_under_the_makers_bare_name(table: PriceTable) -> None:
    usage = {"input": 1_000_000}
    charged = total(table, "text-embedding-3-small", "openrouter", "2026-02-01", usage)
    assert charged == Decimal("0.02")


@pytest.mark.parametrize(
    ("provider", "name", "context", "expected"),
    [
        # 100 in and 100 out at 1/1, 3/15, 2/8 a million, and the fee of one request
        ("perplexity", "sonar", "low", "0.0052"),
        ("perplexity", "sonar", "medium", "0.0082"),
        ("perplexity", "sonar", "high", "0.0122"),
        ("perplexity", "sonar-pro", "low", "0.0078"),
        ("perplexity", "sonar-pro", "medium", "0.0118"),
        ("perplexity", "sonar-pro", "high", "0.0158"),
        ("perplexity", "sonar-reasoning-pro", "high", "0.015"),
        ("openrouter", "perplexity/sonar", "low", "0.0052"),
        ("openrouter", "perplexity/sonar-pro", "low", "0.0078"),
        ("openrouter", "perplexity/sonar-reasoning-pro", "low", "0.007"),
    ],
)
def test_every_call_of_perplexity_pays_for_its_search(
    table: PriceTable, provider: str, name: str, context: str, expected: str
) -> None:
    usage = {"input": 100, "output": 100, "requests": 1}
    charged = total(table, name, provider, "2026-05-30", usage, search_context=context)
    assert charged == Decimal(expected)


def test_a_free_variant_costs_nothing_where_the_router_is_known(table: PriceTable) -> None:
    assert total(table, "deepseek/deepseek-r1:free", "openrouter", "2025-06-01") == 0
    with pytest.raises(UnknownModelError):
        table.find("meta-llama/llama-3.2-3b-instruct:free")


@pytest.mark.parametrize("runtime", ["ollama", "lmstudio", "lm-studio", "vllm", "llama.cpp", "mlx"])
def test_a_model_on_the_users_machine_costs_nothing(table: PriceTable, runtime: str) -> None:
    assert total(table, "qwen2.5-coder:7b", runtime, "2026-11-27") == 0
    assert "on your own hardware" in (table.find("x", runtime).model.note or "")


def test_a_local_runtime_and_a_router_must_be_named(table: PriceTable) -> None:
    assert table.find("ollama/deepseek-r1:7b").provider == "local"
    with pytest.raises(UnknownModelError):
        table.find("my-private-model")


def test_a_model_on_the_users_machine_goes_by_the_name_that_was_asked(table: PriceTable) -> None:
    named = table.find("ollama/qwen2.5-coder:7b").model
    assert (named.id, named.tokenizer) == ("qwen2.5-coder:7b", "qwen-3")
    assert table.find("hf.co/acme/llama-3.1-8b", "ollama").model.id == "hf.co/acme/llama-3.1-8b"
    assert table.find("deepseek/deepseek-r1:free", "openrouter").model.tokenizer == "deepseek-v3"


@pytest.mark.parametrize("end", [":nitro", ":floor", ":exacto", ":online", ":thinking", ":beta"])
def test_a_variant_of_a_router_has_the_price_of_the_model(table: PriceTable, end: str) -> None:
    plain = total(table, "anthropic/claude-sonnet-4.5", "openrouter", "2026-11-27")
    assert total(table, f"anthropic/claude-sonnet-4.5{end}", "openrouter", "2026-11-27") == plain


@pytest.mark.parametrize(
    "name", ["deepseek/deepseek-v4-pro", "moonshotai/kimi-k3", "z-ai/glm-5.3", "z-ai/glm-5.3:nitro"]
)
def test_open_weights_at_a_router_have_the_range_of_their_hosts(
    table: PriceTable, name: str
) -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    cost = cost_of(table.find(name, "openrouter"), Usage(USAGE), Terms(at, True))
    assert cost.low is not None
    assert cost.high is not None
    assert cost.total is not None
    assert cost.low <= cost.total <= cost.high
    assert cost.low < cost.high


@pytest.mark.parametrize(
    ("slug", "listed"),
    [
        ("moonshotai/kimi-k2.5-0127", "moonshotai/kimi-k2.5"),
        ("qwen/qwen3-32b-04-28", "qwen/qwen3-32b"),
        ("meta-llama/llama-4-scout-17b-16e-instruct", "meta-llama/llama-4-scout"),
        ("nvidia/nemotron-3-super-120b-a12b-20230311", "nvidia/nemotron-3-super-120b-a12b"),
        ("qwen/qwen3.5-397b-a17b-20260216", "qwen/qwen3.5-397b-a17b"),
    ],
)
def test_a_permanent_name_has_the_price_of_the_listed_one(
    table: PriceTable, slug: str, listed: str
) -> None:
    plain = total(table, listed, "openrouter", "2026-05-29")
    assert plain is not None
    assert total(table, slug, "openrouter", "2026-05-29") == plain


def test_glm_5_turbo_costs_at_openrouter_what_was_charged(table: PriceTable) -> None:
    # recorded on 2026-04-27: 1.2 and 4 a million, though the list of that day states 0.96 and 3.2
    assert total(table, "z-ai/glm-5-turbo-20260315", "openrouter", "2026-04-27") == Decimal("1.6")


def test_what_is_free_at_a_router_stays_free_in_its_last_days() -> None:
    table = PriceTable.load()
    name = "google/gemini-2.0-flash-exp:free"
    assert total(table, name, "openrouter", "2026-01-23") == 0
