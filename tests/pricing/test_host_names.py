"""Which names mean one host, and which are names of weights that many serve."""

from __future__ import annotations

import pytest

from tokencost_pricing.errors import AmbiguousModelError
from tokencost_pricing.table import PriceTable


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        # names that one host alone uses
        ("llama-3.3-70b-versatile", "groq"),
        ("llama-3.1-8b-instant", "groq"),
        ("llama3-70b-8192", "groq"),
        ("mixtral-8x7b-32768", "groq"),
        ("zai-glm-4.7", "cerebras"),
        ("accounts/fireworks/models/kimi-k3", "fireworks"),
        ("meta-llama/Llama-3-70b-chat-hf", "together"),
        ("meta-llama/Meta-Llama-3-70B-Instruct-Turbo", "together"),
        # a host that is named
        ("fireworks/mixtral-8x7b-instruct", "fireworks"),
        ("replicate/meta/meta-llama-3-70b-instruct", "replicate"),
        ("groq/openai/gpt-oss-120b", "groq"),
        ("openrouter/openai/gpt-4o", "openrouter"),
        ("ollama/llama3.2:3b", "local"),
        # closed models behind the prefix of their maker
        ("x-ai/grok-4.7", "xai"),
        ("mistralai/mistral-large-2512", "mistral"),
        ("cohere/command-a", "cohere"),
        ("perplexity/sonar-pro", "perplexity"),
        ("qwen/qwen3-max", "alibaba"),
        # a maker's own model
        ("qwen2-72b-instruct", "alibaba"),
        ("glm-5.3", "zai"),
        ("bigmodel/glm-5.3", "zhipuai"),
        ("deepseek-v3", "deepseek"),
    ],
)
def test_a_name_that_says_who_bills(table: PriceTable, name: str, provider: str) -> None:
    assert table.find(name).provider == provider


@pytest.mark.parametrize(
    "name",
    [
        "gpt-oss-120b",
        "openai/gpt-oss-20b",
        "llama-3.3-70b",
        "llama3.1-8b",
        "meta-llama/Meta-Llama-3.1-8B-Instruct",
        "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        "Qwen/Qwen3-32B",
        "qwen/qwen3-32b",
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "moonshotai/kimi-k2-instruct-0905",
        "z-ai/glm-5.3",
        "thinkingmachines/inkling-small",
        "zai-org/glm-5.2",
        "phi-2",
        "microsoft/phi-2",
    ],
)
def test_a_name_of_weights_does_not_say_who_bills(table: PriceTable, name: str) -> None:
    with pytest.raises(AmbiguousModelError) as refused:
        table.find(name)
    assert refused.value.candidates
