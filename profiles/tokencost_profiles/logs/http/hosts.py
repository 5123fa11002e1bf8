"""Provider, region, model and kind of request, from the address that was called."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

# Ends of host names -> the provider, as the price table calls it.
_HOSTS: Final = {
    "api.openai.com": "openai", "openai.azure.com": "azure", "cognitiveservices.azure.com": "azure",
    "services.ai.azure.com": "azure", "inference.ai.azure.com": "azure",
    "models.ai.azure.com": "azure", "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "google", "aiplatform.googleapis.com": "vertex",
    "openrouter.ai": "openrouter", "api.groq.com": "groq", "mistral.ai": "mistral",
    "api.x.ai": "xai", "api.cohere.com": "cohere", "api.cohere.ai": "cohere",
    "api.deepseek.com": "deepseek", "api.together.xyz": "together", "api.together.ai": "together",
    "api.fireworks.ai": "fireworks", "api.perplexity.ai": "perplexity",
    "api.cerebras.ai": "cerebras", "api.moonshot.ai": "moonshotai", "api.moonshot.cn": "moonshotai",
    "dashscope.aliyuncs.com": "alibaba", "dashscope-intl.aliyuncs.com": "alibaba",
    "bigmodel.cn": "zai", "api.z.ai": "zai", "api.minimax.io": "minimax",
    "api.minimax.chat": "minimax", "api.voyageai.com": "voyageai", "api.ai21.com": "ai21",
    "api.deepinfra.com": "deepinfra", "api.jina.ai": "jina", "githubcopilot.com": "github-copilot",
    "models.github.ai": "github-copilot", "api.llama.com": "meta",
    "router.huggingface.co": "huggingface", "ai-gateway.vercel.sh": "vercel",
    "oai.helicone.ai": "openai", "anthropic.helicone.ai": "anthropic",
}  # fmt: skip
# Cloudflare's gateway names the provider in the path, `compat` in the model or a header.
_CLOUDFLARE: Final = "gateway.ai.cloudflare.com"
_BEHIND_CLOUDFLARE: Final = re.compile(r"^/v1/[^/]+/[^/]+/([a-z0-9-]+)(?:/|$)")
_GATEWAY_NAMES: Final = {
    "google-ai-studio": "google", "google-vertex-ai": "vertex", "vertex-ai": "vertex",
    "aws-bedrock": "bedrock", "azure-openai": "azure", "workers-ai": "cloudflare",
    "perplexity-ai": "perplexity", "together-ai": "together", "fireworks-ai": "fireworks",
    "mistral-ai": "mistral", "grok": "xai", "x-ai": "xai",
}  # fmt: skip
_NO_PROVIDER: Final = ("compat", "dynamic", "universal")
_HUGGING_FACE: Final = "router.huggingface.co"
_BEHIND_HUGGING_FACE: Final = re.compile(r"^/([a-z][a-z-]+)/")
_BEDROCK: Final = re.compile(r"bedrock(?:-[a-z-]+)?\.([a-z0-9-]+)\.(?:amazonaws|api)\b")
_VERTEX: Final = re.compile(r"/locations/([a-z0-9-]+)(?:/|$)")
_VERTEX_HOST: Final = re.compile(
    r"(?:([a-z0-9-]+)-)?aiplatform(?:\.([a-z]+)\.rep)?\.googleapis\.com$"
)
# Hosts of providers that keep data in a region begin, or go on, with its name.
_RESIDENCY: Final = re.compile(
    r"(?:^|\.)(us|eu)(?:-[a-z]+-[0-9])?\.(?:api\.openai\.com|api\.x\.ai|mistral\.ai)$"
)
_MODELS: Final = (
    re.compile(r"/model/([^/]+)/"),
    re.compile(r"/models/([^/:]+):"),
    re.compile(r"/deployments/([^/]+)/"),
)
_ASKED: Final = re.compile(
    r"/(chat/completions|completions|responses|messages|embeddings|converse(-stream)?|"
    r"invoke(-with-response-stream)?|chat|generate|embed|rerank|v2/chat)$"
    r"|:(streamGenerateContent|generateContent|predict|rawPredict|streamRawPredict|embedContent|"
    r"batchEmbedContents)$"
)
# Requests whose answers may hold no counts: audio, images, pages.
_MEASURED: Final = re.compile(
    r"/(audio/(transcriptions|translations|speech)|images/(generations|edits|variations)|ocr)$"
)
_BATCHES: Final = re.compile(r"/batch(es)?(/|$)|:batchGenerateContent$|/batch/jobs")
_USAGE_EXPORTS: Final = re.compile(
    r"/organizations?/(usage|costs?|usage_report|cost_report)\b|/v1/(usage|dashboard/billing)\b"
)
_NOT_ASKED: Final = re.compile(r"/cachedContents|/count_tokens|:countTokens|/fine_tuning/(?!jobs)")


class Address(NamedTuple):
    """What is known from an address."""

    provider: str | None
    region: str | None
    model: str | None
    asks: bool  # a request that a model answers
    measured: bool  # one about audio, images or pages
    batch: bool
    usage_export: bool  # an endpoint that returns usage or costs by day
    other: bool  # neither
    host: str | None = None  # behind a router


@lru_cache(maxsize=1024)
def address(url: str) -> Address:
    """Read an address."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return Address(
            None,
            None,
            None,
            asks=False,
            measured=False,
            batch=False,
            usage_export=False,
            other=False,
        )
    provider = next(
        (
            name
            for end, name in _HOSTS.items()
            if host == end or host.endswith((f".{end}", f"-{end}"))
        ),
        None,
    )
    region = None
    if bedrock := _BEDROCK.match(host):
        provider, region = "bedrock", bedrock[1]
    elif vertex := _VERTEX_HOST.match(host):
        place = _VERTEX.search(parts.path)
        provider, region = "vertex", place[1] if place else vertex[1] or vertex[2]
    elif residency := _RESIDENCY.search(host):
        region = residency[1]
    elif port == 11434 or host == "ollama.com":
        provider = "ollama"
    path = parts.path.rstrip("/")
    behind = None
    if host == _CLOUDFLARE and (match := _BEHIND_CLOUDFLARE.match(path)):
        provider = gateway_provider(match[1])
    elif host == _HUGGING_FACE and (match := _BEHIND_HUGGING_FACE.match(path)):
        behind = match[1]
    model = next((unquote(match[1]) for rule in _MODELS if (match := rule.search(path))), None)
    return Address(
        provider,
        region,
        model,
        bool(_ASKED.search(path) or _MEASURED.search(path)),
        bool(_MEASURED.search(path)),
        bool(_BATCHES.search(path)),
        bool(_USAGE_EXPORTS.search(path)),
        bool(_NOT_ASKED.search(path)),
        behind,
    )


def gateway_provider(name: str | None) -> str | None:
    """Return a provider as the price table calls it, from the name that a gateway has for it."""
    if not name or name in _NO_PROVIDER:
        return None
    return _GATEWAY_NAMES.get(name, name)
