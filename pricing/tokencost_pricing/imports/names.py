"""Which ids of the lists mean the same model of a provider."""

from __future__ import annotations

import re
from typing import Final

# Providers of whose ids lists write some behind the maker: `openai/gpt-5`.
_MAKER_FIRST: Final = frozenset({
    "ai21", "alibaba", "anthropic", "azure", "cerebras", "cohere", "deepseek", "google", "groq",
    "meta", "minimax", "mistral", "moonshotai", "openai", "perplexity", "vertex", "voyageai", "xai",
    "zai", "zhipuai",
})  # fmt: skip
_BEFORE: Final = {
    "fireworks": ("accounts/fireworks/models/", "fireworks_ai/"),
    "cloudflare": ("workers-ai/",),
    "sambanova": ("sambanova/",),
}
# The Agent models of Perplexity have prices of their own.
_UNCHANGED: Final = ("perplexity/", "ft:")
_BEDROCK: Final = re.compile(
    r"(?:(?:us|eu|apac|global|us-gov|jp|au|ca|sa|uk)\.)?[a-z0-9]+\.[a-z0-9][a-z0-9.:_-]*"
)
# Azure's kinds of deployment, which are no part of a name.
_ZONES: Final = ("eu/", "us/", "global/", "global-standard/")
_DISPLAY: Final = re.compile(r"\s")
_ODD: Final = re.compile(r"[^a-z0-9._:/@+~-]")


def folded(provider: str, model: str) -> str:
    """Return the form in which the ids of one model of a provider are equal."""
    name = model.casefold()
    for before in _BEFORE.get(provider, ()):
        name = name.removeprefix(before)
    if provider in _MAKER_FIRST and name.count("/") == 1 and not name.startswith(_UNCHANGED):
        name = name.rsplit("/", 1)[1]
    return name


def is_usable(provider: str, model: str) -> bool:
    """Whether an id is one that a call can name, not a display name or a row of a price page."""
    if not model or _DISPLAY.search(model) or len(model) > 120 or _ODD.search(model.casefold()):
        return False
    if provider == "bedrock":
        return _BEDROCK.fullmatch(model.casefold()) is not None
    if provider == "azure" and model.startswith(_ZONES):
        return False
    if provider == "openrouter":
        return "/" in model and "#" not in model
    return "commitment" not in model


def weights(model: str) -> str:
    """Return the name of a model without who sells it: what hosts of the same weights share."""
    name = model.casefold().rstrip("/").rsplit("/", 1)[-1].split(":")[0]
    return name.removesuffix("-fp8").removesuffix("-tee")
