"""What the readers of public lists share: names of providers, numbers, bands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Context, Decimal, InvalidOperation
from typing import Final, NamedTuple

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package

MILLION: Final = Decimal(1_000_000)
THOUSAND: Final = Decimal(1000)
HOUR: Final = Decimal(3600)
MINUTE: Final = Decimal(60)
# What lists call a provider that the table calls otherwise.
PROVIDERS: Final = {
    "amazon-bedrock": "bedrock",
    "aws": "bedrock",
    "aws-bedrock": "bedrock",
    "azure-openai": "azure",
    "azure_ai": "azure",
    "bedrock_converse": "bedrock",
    "bedrock_mantle": "bedrock",
    "bigmodel": "zhipuai",
    "clf_ai_gateway": "cloudflare-ai-gateway",
    "cloudflare-workers-ai": "cloudflare",
    "codestral": "mistral",
    "cohere_chat": "cohere",
    "dashscope": "alibaba",
    "fal_ai": "fal",
    "fireworks-ai": "fireworks",
    "fireworks_ai": "fireworks",
    "friendliai": "friendli",
    "gemini": "google",
    "github_copilot": "github-copilot",
    "gmi": "gmicloud",
    "google-vertex": "vertex",
    "google-vertex-anthropic": "vertex",
    "gradient_ai": "digitalocean",
    "jina_ai": "jina",
    "lambda_ai": "lambda",
    "meta_llama": "meta",
    "moonshot": "moonshotai",
    "nova": "amazon-nova",
    "amazon_nova": "amazon-nova",
    "qwen": "alibaba",
    "qwen_ai_platform": "alibaba",
    "qwencloud": "alibaba",
    "stepfun-ai": "stepfun",
    "tencent-tokenhub": "tencent",
    "togetherai": "together",
    "together_ai": "together",
    "vercel-ai-gateway": "vercel",
    "vercel_ai_gateway": "vercel",
    "voyage": "voyageai",
    "x-ai": "xai",
    "x_ai": "xai",
    "xiaomi_mimo": "xiaomi",
}
# Billers whose own list the public lists copy: one witness, whoever copies it.
BILLERS: Final = {"openrouter": "OR", "vercel": "VG", "huggingface": "HF"}
_SMALLEST: Final = -12  # powers of ten: nobody's price lies outside
_LARGEST: Final = 12
_DIGITS: Final = Context(prec=12)  # lists write what a float made of 0.05: 0.05000000000000001


def provider_name(called: str) -> str:
    """Return the table's name of a provider, or the list's where the table has none."""
    if called.startswith(("vertex_ai", "google-vertex")):
        return "vertex"
    if called.startswith("fireworks_ai"):
        return "fireworks"
    return PROVIDERS.get(called, called)


def is_plan(called: str) -> bool:
    """Whether a list's provider is a subscription: what it states per token is not billed."""
    return called.endswith(("-go", "_go", "-codex", "-coding", "-coding-cn")) or (
        "-token-plan" in called or "coding-plan" in called or called == "chatgpt"
    )


def number(value: object) -> Decimal | None:
    """Return a number or the text of one as a `Decimal`, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        return None
    try:
        result = Decimal(value)
    except InvalidOperation:
        return None
    if not result.is_finite() or not (not result or _SMALLEST <= result.adjusted() <= _LARGEST):
        return None
    return result


def tidy(value: Decimal) -> Decimal:
    """Return a value of at most 12 digits, without superfluous zeros: 0.5, 200."""
    value = value.normalize(_DIGITS)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


class Reader(NamedTuple):
    """A plug-in of the folder `lists`: which packages it knows, and their facts."""

    recognises: Callable[[Package], bool]
    facts: Callable[[Package], Iterator[Fact]]


class Sheet:
    """Collects the facts of one list: `add` leaves out what is no number."""

    def __init__(self, name: str, family: str, day: str) -> None:
        self.name = name
        self.family = family
        self.day = day
        self.facts: list[Fact] = []

    def add(
        self,
        provider: str,
        model: str,
        field: str,
        value: object,
        *,
        times: Decimal = Decimal(1),
        family: str | None = None,
        first: str | None = None,
        last: str | None = None,
        name: str | None = None,
    ) -> None:
        """Add a fact; `times` turns the list's unit into that of the field."""
        price = number(value)
        if price is None:
            return
        self.facts.append(
            Fact(
                name or self.name,
                family or BILLERS.get(provider, self.family),
                provider,
                model,
                field,
                tidy(price * times),
                first or self.day,
                last,
            )
        )


def cache_write(model: str) -> str:
    """Return the field of an unsplit cache write: 5 minutes where the model is a Claude."""
    return "cache_write_5m" if "claude" in model.lower() else "cache_write"


def above(field: str, tokens: object) -> str:
    """Return the field of an upper band, as the list writes its bound."""
    return f"{field}_above_{int(number(tokens) or 0)}"


def last_days(starts: Iterable[str]) -> list[str | None]:
    """Return for each start day the last day before the next start; None for the last."""
    from datetime import date, timedelta

    days = list(starts)
    if not days:
        return []
    ends = [str(date.fromisoformat(day) - timedelta(days=1)) for day in days[1:]]
    return [*ends, None]
