"""The provider of a span: from instrumentations' names to those of the price table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.logs.spans.names import HOST, PROVIDER
from tokencost_profiles.logs.spans.span import text_in

# The address that was called names the provider, where the library names only the protocol.
_HOSTS: Final = (
    ("openai.azure.com", "azure"), ("cognitiveservices.azure.com", "azure"),
    ("services.ai.azure.com", "azure"), ("inference.ai.azure.com", "azure"),
    ("models.ai.azure.com", "azure"), ("openrouter.ai", "openrouter"), ("groq.com", "groq"),
    ("deepseek.com", "deepseek"), ("api.x.ai", "xai"), ("mistral.ai", "mistral"),
    ("together.xyz", "together"), ("together.ai", "together"), ("fireworks.ai", "fireworks"),
    ("deepinfra.com", "deepinfra"), ("cerebras.ai", "cerebras"), ("perplexity.ai", "perplexity"),
    ("moonshot.", "moonshotai"), ("cohere.", "cohere"), ("anthropic.com", "anthropic"),
    ("bedrock", "bedrock"), ("aiplatform.googleapis.com", "vertex"),
    ("generativelanguage.googleapis.com", "google"), ("api.openai.com", "openai"),
    ("githubcopilot.com", "github-copilot"), ("dashscope", "alibaba"), ("api.z.ai", "zai"),
    ("voyageai.com", "voyageai"), ("minimax", "minimax"), ("ai21.com", "ai21"),
    ("router.huggingface.co", "huggingface"), ("ai-gateway.vercel.sh", "vercel"),
)  # fmt: skip
# Names, folded to lower case and stripped of punctuation. The longest prefix that fits is taken.
_NAMES: Final = {
    "azure": "azure",
    "azureopenai": "azure",
    "azureaiopenai": "azure",
    "azaiopenai": "azure",
    "azaiinference": "azure",
    "azureaiinference": "azure",
    "microsoft": "azure",
    "awsbedrock": "bedrock",
    "amazonbedrock": "bedrock",
    "bedrock": "bedrock",
    "aws": "bedrock",
    "amazon": "bedrock",
    "chatbedrock": "bedrock",
    "vertex": "vertex",
    "vertexai": "vertex",
    "googlevertex": "vertex",
    "gcpvertexai": "vertex",
    "gcpvertexagent": "vertex",
    "googlevertexai": "vertex",
    "anthropicvertex": "vertex",
    "vertexanthropic": "vertex",
    "google": "google", "gemini": "google", "gcpgemini": "google", "gcpgenai": "google",
    "googlegla": "google", "googlegenai": "google", "googlegenerativeai": "google",
    "googleaistudio": "google", "gcp": "google",
    "openai": "openai", "chatopenai": "openai", "anthropic": "anthropic",
    "chatanthropic": "anthropic", "claude": "anthropic",
    "xai": "xai", "mistral": "mistral", "mistralai": "mistral", "cohere": "cohere",
    "groq": "groq", "deepseek": "deepseek", "openrouter": "openrouter", "together": "together",
    "togetherai": "together", "fireworks": "fireworks", "fireworksai": "fireworks",
    "perplexity": "perplexity", "moonshot": "moonshotai", "moonshotai": "moonshotai",
    "deepinfra": "deepinfra", "cerebras": "cerebras", "alibaba": "alibaba", "qwen": "alibaba",
    "zai": "zai", "zhipu": "zai", "minimax": "minimax", "voyage": "voyageai",
    "voyageai": "voyageai", "githubcopilot": "github-copilot", "copilot": "github-copilot",
    "ai21": "ai21", "meta": "meta",
}  # fmt: skip
_SPEAKS_OPENAI: Final = (None, "openai")


def provider_of(attributes: Mapping[str, Any]) -> str | None:
    """Return the provider of a call, by its name in the price table, or None."""
    name = text_in(attributes, PROVIDER)
    provider = canonical_name(name) if name else None
    # Azure, OpenRouter and others are called with OpenAI's library, which states "openai".
    if provider in _SPEAKS_OPENAI or provider == "anthropic":
        host = text_in(attributes, HOST)
        if host:
            served = next(
                (served_name for part, served_name in _HOSTS if part in host.lower()), None
            )
            return served or provider
    return provider


def canonical_name(name: str) -> str | None:
    """Return a provider's name as the price table has it; an unknown name as it is.

    `openai.responses`, `google.vertex.chat`: what follows the name is the API.
    """
    if name.startswith("_"):
        return None  # OTel's word for "other"
    words = [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
    for size in range(len(words), 0, -1):
        provider = _NAMES.get("".join(words[:size]))
        if provider is not None:
            return provider
    return name


def region_of(attributes: Mapping[str, Any]) -> str | None:
    """Return the region that the called address names."""
    host = text_in(attributes, HOST)
    if not host:
        return None
    match = re.search(r"bedrock[a-z-]*\.([a-z]{2}(?:-[a-z]+)+-\d)\.", host.lower()) or re.search(
        r"\b([a-z]+-[a-z]+\d+)-aiplatform\.", host.lower()
    )
    return match.group(1) if match else None
