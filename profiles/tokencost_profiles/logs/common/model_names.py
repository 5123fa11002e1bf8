"""Model names that begin with a provider: `openai/gpt-5`, `bedrock/us.anthropic...`."""

from __future__ import annotations

from typing import Final

# A client's name for a provider -> the price table's.
_PROVIDERS: Final = {
    "gemini": "google",
    "google_genai": "google",
    "vertex_ai": "vertex",
    "google_vertexai": "vertex",
    "azureai": "azure",
    "azure_ai": "azure",
    "azure_openai": "azure",
    "grok": "xai",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "moonshot": "moonshotai",
    "voyage": "voyageai",
    "github_copilot": "github-copilot",
    "dashscope": "alibaba",
    "mistralai": "mistral",
    "amazon-bedrock": "bedrock",
    "amazon_bedrock": "bedrock",
    "bedrock_converse": "bedrock",
    "aws_bedrock": "bedrock",
    "cohere_chat": "cohere",
    **{
        name: name
        for name in (
            "ai21",
            "alibaba",
            "anthropic",
            "azure",
            "bedrock",
            "cerebras",
            "cohere",
            "deepinfra",
            "deepseek",
            "fireworks",
            "github-copilot",
            "google",
            "groq",
            "meta",
            "minimax",
            "mistral",
            "moonshotai",
            "openai",
            "openrouter",
            "perplexity",
            "together",
            "vertex",
            "voyageai",
            "xai",
            "zai",
            "ollama",
            "vllm",
        )
    },
}
_CLOUDS: Final = ("azure", "bedrock", "vertex")


def split_provider(name: str | None, *, prefixed: bool = False) -> tuple[str | None, str | None]:
    """Return the provider of a model, by its name in the price table, and the model's name there.

    `prefixed`: the first part always names the provider, known or not.
    """
    if not name or "/" not in name:
        return None, name
    first, rest = name.split("/", 1)
    provider = _PROVIDERS.get(first.lower())
    if first == "openai-api" and "/" in rest:  # a custom host that speaks OpenAI's API
        return split_provider(rest, prefixed=True)
    if provider is None:
        return (first, rest) if prefixed else (None, name)
    second, _, model = rest.partition("/")
    if model and second in _CLOUDS and provider != "openrouter":
        return second, model  # the client of one maker, the cloud of another
    return provider, rest


def provider_id(name: str | None) -> str | None:
    """Return a provider as the price table calls it; a name it does not know as it is."""
    return _PROVIDERS.get(name.lower(), name) if name else None


def billed_model(provider: str | None, split_provider: str | None, asked: str | None) -> str | None:
    """Return the model of a call by the name that decides most of its price.

    Bedrock answers with the maker's bare name; the name that was asked for has the profile, and
    with it the region.
    """
    if provider == "bedrock" and split_provider and asked and split_provider in asked:
        return asked
    return split_provider or asked
