"""How clients, hosts and routers write the name of a model, and what each spelling means."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tokencost_pricing.errors import AmbiguousModelError, UnknownModelError
from tokencost_pricing.matching.spellings import dated, profile, tuned_from, weights_key
from tokencost_pricing.table import PriceTable

_SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0"
_ARN = "arn:aws:bedrock:us-east-1"
_VERTEX = "projects/p/locations/{}/publishers/anthropic/models/claude-sonnet-4-5@20250929"


@pytest.mark.parametrize(
    ("name", "provider", "key"),
    [
        # Claude Code and other clients.
        ("claude-opus-4-8[1m]", None, "anthropic/claude-opus-4-8"),
        ("claude-sonnet-4.5-thinking", None, "anthropic/claude-sonnet-4-5"),
        ("claude-4.6-sonnet-20260217", None, "anthropic/claude-sonnet-4-6"),
        # OpenRouter: makers' models, dated slugs, variants; free ones with the provider known.
        ("anthropic/claude-sonnet-4.6", None, "anthropic/claude-sonnet-4-6"),
        ("anthropic/claude-sonnet-4.6", "openrouter", "openrouter/claude-sonnet-4-6"),
        ("anthropic/claude-4.6-sonnet-20260217", "openrouter", "openrouter/claude-sonnet-4-6"),
        ("openrouter/openai/gpt-5.2-20251211", None, "openrouter/gpt-5.2"),
        ("anthropic/claude-sonnet-4.6:online", "openrouter", "openrouter/claude-sonnet-4-6"),
        ("anthropic/claude-sonnet-4.6:nitro", "openrouter", "openrouter/claude-sonnet-4-6"),
        (
            "~anthropic/claude-opus-latest",
            "openrouter",
            "openrouter/~anthropic/claude-opus-latest",
        ),
        # Makers by the prefixes that gateways write.
        ("google/gemini-2.5-pro", None, "google/gemini-2.5-pro"),
        ("x-ai/grok-4.3", None, "xai/grok-4.3"),
        ("moonshotai/kimi-k3", None, "moonshotai/kimi-k3"),
        # Fine-tunes: by their base's row of fine-tunes.
        ("ft:gpt-4o-mini-2024-07-18:acme::x1", None, "openai/ft:gpt-4o-mini-2024-07-18"),
        ("openai/ft:gpt-4o-mini-2024-07-18:acme", None, "openai/ft:gpt-4o-mini-2024-07-18"),
        ("gpt-4o-mini-2024-07-18.ft-0a1b", "azure", "azure/ft:gpt-4o-mini-2024-07-18"),
        # Clouds.
        (f"us.{_SONNET}", None, "bedrock/claude-sonnet-4-5"),
        (f"bedrock/us-east-1/{_SONNET}", None, "bedrock/claude-sonnet-4-5"),
        (f"{_ARN}::foundation-model/{_SONNET}", None, "bedrock/claude-sonnet-4-5"),
        ("claude-sonnet-4-5@20250929", "vertex_ai", "vertex/claude-sonnet-4-5"),
        (_VERTEX.format("us-east5"), None, "vertex/claude-sonnet-4-5"),
        # Names that only one host uses.
        ("llama3-70b-8192", None, "groq/llama3-70b-8192"),
        ("llama-3.3-70b-versatile", None, "groq/llama-3.3-70b-versatile"),
        # What the makers themselves sell, by their own ids.
        ("qwen2-72b-instruct", None, "alibaba/qwen2-72b-instruct"),
        ("qwen3-32b", None, "alibaba/qwen3-32b"),
        ("deepseek-chat", None, "deepseek/deepseek-chat"),
        # Free of charge, where it is known who is asked.
        ("gemma-4-31b-it", "google", "google/gemma-4-31b-it"),
        ("gemini/gemma-4-31b-it", None, "google/gemma-4-31b-it"),
        # Hosts by their channel, however they write the weights.
        (
            "fireworks/mixtral-8x7b-instruct",
            None,
            "fireworks/accounts/fireworks/models/mixtral-8x7b-instruct",
        ),
        ("groq/gpt-oss-120b", None, "groq/openai/gpt-oss-120b"),
        ("openai/gpt-oss-120b", "cerebras", "cerebras/gpt-oss-120b"),
    ],
)
def test_a_spelling_means_one_model(
    table: PriceTable, name: str, provider: str | None, key: str
) -> None:
    assert table.find(name, provider).key == key


@pytest.mark.parametrize(
    ("name", "regions"),
    [
        (f"eu.{_SONNET}", {"region": "eu"}),
        (f"bedrock/ap-south-1/{_SONNET}", {"region": "ap-south-1"}),
        (f"bedrock/ap-south-1/us.{_SONNET}", {"region": "us"}),
        (_VERTEX.format("us-east5"), {"region": "us-east5"}),
        (_VERTEX.format("global"), {"region": "global"}),
    ],
)
def test_a_place_in_a_name_is_a_condition(
    table: PriceTable, name: str, regions: dict[str, str]
) -> None:
    assert dict(table.find(name).conditions) == regions


@pytest.mark.parametrize(
    "name",
    [
        "gpt-oss-120b",
        "openai/gpt-oss-120b",
        "Qwen/Qwen3-32B",
        "qwen/qwen3-32b",
        "llama-3.3-70b-instruct",
        "meta-llama/Llama-3.3-70B-Instruct",
        "meta-llama/Meta-Llama-3.1-8B-Instruct",
        "deepseek-ai/DeepSeek-R1",
        "deepseek-r1-distill-llama-70b",
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "phi-2",
        "phi-4",
    ],
)
def test_the_name_of_weights_says_who_sells_them_and_for_what(table: PriceTable, name: str) -> None:
    with pytest.raises(AmbiguousModelError) as refused:
        table.find(name)
    error = refused.value
    assert error.exit_code == 4
    assert error.candidates
    assert error.bounds["input"][0]
    assert all(text in str(error) for text in (name, error.candidates[0].provider, "--provider"))
    for offer in error.candidates:
        assert table.find(offer.model.id, offer.provider).key == offer.key


@pytest.mark.parametrize(
    ("name", "provider", "reason"),
    [
        ("gemma-4-31b-it", None, "does not say who bills|free at 'google'"),
        ("deepseek/deepseek-r1:free", None, "no price for model"),
        ("deepseek-r1:7b", None, "no price for model"),
        ("claude-opus-4.8-turbo", None, "no price for model"),
        ("gpt-5-nano-fast", None, "no price for model"),
        ("gpt-5-20990101", None, "no snapshot of 'gpt-5' can be of 2099-01-01"),
        ("gpt-4o-2019-01-01", None, "no snapshot of 'gpt-4o' can be of 2019-01-01"),
        ("ft:gpt-5:acme::x1", None, "a fine-tune of 'gpt-5'"),
        ("gpt-5-2025-08-07.ft-0a1b", "azure", "a fine-tune of 'gpt-5-2025-08-07'"),
        ("custom:mine", None, r"a name of yours.*\[aliases\]"),
        ("my-deployment", "azure", r"a deployment of yours.*\[aliases\]"),
        (
            "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc",
            "bedrock",
            r"an inference profile of yours.*\[aliases\]",
        ),
        ("chatgpt/gpt-5.2", None, "a subscription, which is not billed by the token"),
        ("gpt-5.2", "chatgpt", "a subscription, which is not billed by the token"),
        ("groq/nonsense-1", None, "not in the table of 'groq'"),
    ],
)
def test_what_has_no_price_says_why(
    table: PriceTable, name: str, provider: str | None, reason: str
) -> None:
    with pytest.raises(UnknownModelError, match=reason):
        table.find(name, provider)


def test_the_days_of_a_snapshot_are_within_the_life_of_its_model(table: PriceTable) -> None:
    released = table.find("gpt-6.1-sol").model.released
    assert released is not None
    day = datetime.combine(released, datetime.min.time(), UTC).date()
    assert table.find(f"gpt-6.1-sol-{day}").rule == "snapshot of 'gpt-6.1-sol'"
    for wrong in (day.replace(year=day.year - 1), day.replace(year=day.year + 1)):
        with pytest.raises(UnknownModelError, match="no snapshot"):
            table.find(f"gpt-6.1-sol-{wrong}")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a-2026-03-05", ("a", date(2026, 3, 5))),
        ("a-20260305", ("a", date(2026, 3, 5))),
        ("a@20260305", ("a", date(2026, 3, 5))),
        ("a-2026-0305", None),
        ("a-202603-05", None),
        ("a-20261305", None),
        ("a-1126", None),
        ("20260305", None),
    ],
)
def test_dates_behind_a_name(name: str, parts: tuple[str, date] | None) -> None:
    assert dated(name) == parts


@pytest.mark.parametrize(
    "names",
    [
        (
            "meta-llama/llama-3.3-70b-instruct",
            "llama-3-3-70b-instruct",
            "us.meta.llama3-3-70b-instruct-v1:0",
            "accounts/fireworks/models/llama-v3p3-70b-instruct",
        ),
        ("openai/gpt-oss-120b", "openai.gpt-oss-120b-1:0", "gpt-oss-120b"),
        ("moonshotai/kimi-k2.5", "moonshot.kimi-k2-5", "kimi-k2p5"),
    ],
)
def test_spellings_of_one_name_have_one_key(names: tuple[str, ...]) -> None:
    assert len({weights_key(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("llama-3.1-8b", "llama-3.1-80b"),
        ("deepseek-v3", "deepseek-v3.1"),
        ("anthropic.claude-v2", "anthropic.claude-v2:1"),
        ("mixtral-8x7b-instruct", "mixtral-8x22b-instruct"),
        ("gpt-oss-120b", "gpt-oss-20b"),
        ("qwen3-32b", "qwen3-32b-fp8"),
    ],
)
def test_other_weights_have_another_key(name: str, other: str) -> None:
    assert weights_key(name) != weights_key(other)


def test_parts_of_names() -> None:
    assert profile("us-gov.anthropic.claude") == "us-gov"
    assert profile("anthropic.claude") is None
    assert tuned_from("ft:gpt-4.1") == tuned_from("ft:gpt-4.1:a::b") == "gpt-4.1"
    assert tuned_from("gpt-4.1.ft-12") == "gpt-4.1"
    assert tuned_from("gpt-4.1") is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        # Points of a maker's id as dashes, where no host writes it so.
        ("gemini-2-5-flash", "google/gemini-2.5-flash"),
        ("glm-4-6", "zai/glm-4.6"),
        ("minimax-m2-5", "minimax/MiniMax-M2.5"),
        # What only OpenRouter calls so.
        ("~anthropic/claude-opus-latest", "openrouter/~anthropic/claude-opus-latest"),
        ("anthropic/claude-sonnet-4.6:online", "openrouter/claude-sonnet-4-6"),
        ("openai/gpt-oss-120b:nitro", "openrouter/openai/gpt-oss-120b"),
        ("openai/gpt-4o:extended", "openrouter/openai/gpt-4o:extended"),
        ("copilot/gpt-4.1", "github-copilot/gpt-4.1"),
        ("ollama:llama3:8b", "local/ollama:llama3:8b"),
    ],
)
def test_a_spelling_that_one_seller_has_needs_no_provider(
    table: PriceTable, name: str, key: str
) -> None:
    assert table.find(name).key == key


@pytest.mark.parametrize(
    ("name", "maker"),
    [("gemini-3-1-pro-preview", "gemini-3.1-pro-preview"), ("gpt4o", "gpt-4o")],
)
def test_a_spelling_that_hosts_share_asks_for_the_id_of_the_maker(
    table: PriceTable, name: str, maker: str
) -> None:
    with pytest.raises(AmbiguousModelError, match=f"did you mean '{maker}'"):
        table.find(name)


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("deepseek/deepseek-r1:free", "openrouter"),
        ("google/gemma-3-27b-it:free", "openrouter"),
        ("qwen3:8b", "local"),
        ("mixtral:8x7b", "local"),
    ],
)
def test_what_is_free_names_who_must_be_asked(table: PriceTable, name: str, host: str) -> None:
    with pytest.raises(UnknownModelError, match=f"`--provider {host}`"):
        table.find(name)
    assert table.find(name, host).provider == host


def test_what_runs_at_ollama_is_no_local_model(table: PriceTable) -> None:
    with pytest.raises(UnknownModelError) as caught:
        table.find("gpt-oss:120b-cloud")
    assert "local" not in str(caught.value)


def test_copilot_has_no_price_before_it_billed_tokens(table: PriceTable) -> None:
    first = datetime(2026, 6, 1, tzinfo=UTC)
    for name in ("gpt-5.2", "claude-sonnet-4.6"):  # inherited, and a row of its table
        with pytest.raises(UnknownModelError, match="premium requests of a subscription") as caught:
            table.find(name, "github-copilot", datetime(2026, 5, 31, 23, tzinfo=UTC))
        assert caught.value.starts == first
        offer = table.find(name, "github-copilot", first)
        assert (offer.provider, offer.since) == ("github-copilot", first)
