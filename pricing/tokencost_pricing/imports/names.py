"""Which ids of the lists mean the same model of a provider, and what an id says besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tokencost_pricing.imports.facts import Fact

# Providers of whose ids lists write some behind the maker: `openai/gpt-5`.
_MAKER_FIRST: Final = frozenset(
    (
        *("openai", "anthropic", "google", "mistral", "xai", "deepseek", "alibaba", "cohere"),
        *("moonshotai", "zai", "zhipuai", "minimax", "voyageai", "meta", "ai21", "perplexity"),
        *("xiaomi", "tencent", "stepfun", "upstage", "reka", "jina", "inception", "writer"),
        *("azure", "vertex", "groq", "cerebras", "sambanova", "github-models"),
    )
)
# What lists put before a provider's id: `fireworks:NAME`, `qwencloud/NAME`.
_BEFORE: Final = {
    "fireworks": ("fireworks:", "fireworks_ai/", "accounts/fireworks/models/"),
    "alibaba": ("qwencloud/", "qwen_ai_platform/", "dashscope/"),
    "cloudflare": ("workers-ai/", "cloudflare/"),
    "google": ("models/", "gemini/"),
    "vertex": ("vertex_ai/", "publishers/google/models/"),
    "deepinfra": ("deepinfra/",),
    "sambanova": ("sambanova/",),
    "wandb": ("wandb/",),
    "databricks": ("databricks/",),
}
# The Agent models of Perplexity have prices of their own; a makers' folder may be part of a name.
_UNCHANGED: Final = ("perplexity/", "ft:", "meta-llama/llama-prompt", "accounts/")
_BEDROCK: Final = re.compile(
    r"(?:(?:us|eu|apac|global|regional|us-gov|jp|au|ca|sa|uk|in)\.)?[a-z0-9]+\.[a-z0-9][a-z0-9.:_-]*"
)
_BEDROCK_REGION: Final = re.compile(r"([a-z]{2}(?:-gov)?-[a-z]+-\d)/([^/]+)", re.IGNORECASE)
_AZURE_ZONE: Final = re.compile(r"(us|eu|global|us-gov|global-standard)/([^/]+)", re.IGNORECASE)
# A band of prompt lengths that a list writes as an id: `gpt-5.4-272k`.
_BAND: Final = re.compile(r"(.+?)-(32|128|200|256|272)k")
_MODE_IN_NAME: Final = re.compile(r"(.+)#(batch|flex|priority)")
# Images by the step of a diffusion, which lists hold as tokens.
_BY_STEP: Final = re.compile(r"ssd-1b|stable-diffusion|playground-v")
_ODD: Final = re.compile(r"[^a-z0-9._:/@+~-]")
_LONGEST: Final = 120
# Lists that are no witnesses: display names for ids, or a merge of other lists.
LEFT_OUT: Final = frozenset({"model-market-comparison", "rates"})
_LLM_PRICES: Final = "llm-prices"
_ROUTED: Final = "huggingface/"
_CLIENT_VARIANTS: Final = (":thinking", ":1m", "-lte-128k", "-gt-128k")


def clean(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield facts whose ids a call can name; a mode, band or region in an id goes to the field."""
    for fact in facts:
        if fact.list in LEFT_OUT or (
            fact.provider != "openrouter" and fact.id.casefold().endswith(_CLIENT_VARIANTS)
        ):
            continue
        if fact.provider.startswith(_ROUTED):  # the router's price for a host: `NAME:HOST`
            host = fact.provider.removeprefix(_ROUTED)
            fact = fact._replace(provider=_ROUTED[:-1], id=f"{fact.id}:{host}")
        fact = _located(fact)
        if (mode := _MODE_IN_NAME.fullmatch(fact.id)) and "_" not in fact.field[:6]:
            fact = fact._replace(id=mode[1], field=f"{mode[2]}_{fact.field}")
        if fact.list.startswith(_LLM_PRICES) and (band := _BAND.fullmatch(fact.id)):
            fact = fact._replace(id=band[1], field=f"{fact.field}_above_{band[2]}000")
        if is_usable(fact.provider, fact.id):
            yield fact


def _located(fact: Fact) -> Fact:
    """Return a fact with the region of its id in the field."""
    pattern = {"bedrock": _BEDROCK_REGION, "azure": _AZURE_ZONE}.get(fact.provider)
    if pattern is None or "@" in fact.field or not (hit := pattern.fullmatch(fact.id)):
        return fact
    if hit[1].casefold().startswith("global"):
        return fact._replace(id=hit[2])
    return fact._replace(id=hit[2], field=f"{fact.field}@{hit[1].casefold()}")


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
    name = model.casefold()
    if not name or len(name) > _LONGEST or _ODD.search(name) or "commitment" in name:
        return False
    if provider == "bedrock":
        return _BEDROCK.fullmatch(name) is not None
    if provider in ("openrouter", "vercel"):
        return "/" in name
    if provider == "fireworks" and _BY_STEP.search(name):
        return False
    return not name.endswith((":", ".ft-", "-"))


def weights(model: str) -> str:
    """Return the name of a model minus who sells it: what hosts of the same weights share."""
    name = model.casefold().rstrip("/").rsplit("/", 1)[-1].split(":")[0]
    return name.removesuffix("-fp8").removesuffix("-tee")
