"""What makers and hosts beside the large clouds charged on a day, each with its evidence.

Evidence names the lists by their families (L litellm, M models.dev, G genai-prices, A aichat,
H helicone, N one-api and new-api, PK portkey-models, CW catwalk, OR OpenRouter's list) and the
days on which they had the value first and last.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tokencost_pricing.card_rates import card
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.rate_card import Card
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms

# (provider, name, day, rates as input/output or input/output/cached, evidence)
ROWS = [
    # DeepSeek: V2 in 2024, V3 by the name of its weights, R1.
    ("deepseek", "deepseek-chat", "2024-05-08", "0.14/0.28", "L A 2024-05-07"),
    ("deepseek", "deepseek-chat", "2024-10-01", "0.14/0.28/0.014", "L 2024-09-07..2025-02-06"),
    ("deepseek", "deepseek-coder", "2024-06-15", "0.14/0.28", "L A 2024-05-07"),
    ("deepseek", "deepseek-v3", "2025-01-10", "0.14/0.28/0.014", "as deepseek-chat"),
    ("deepseek", "deepseek-v3", "2025-07-01", "0.27/1.1/0.07", "L 2025-06-28"),
    ("deepseek", "deepseek-r1", "2025-02-01", "0.55/2.19/0.14", "K 2025-01-20, S 2025-01-21"),
    ("deepseek", "deepseek-reasoner", "2025-02-01", "0.55/2.19/0.14", "K 2025-01-20"),
    # Groq: 0.64/0.8 was a slip of one list; the cut of Mixtral on 2024-06-21.
    ("groq", "llama3-70b-8192", "2024-04-21", "0.59/0.79", "N 2024-04-21, A 2024-04-29"),
    ("groq", "llama3-70b-8192", "2024-06-30", "0.59/0.79", "L 2024-07-01"),
    ("groq", "llama3-8b-8192", "2024-05-01", "0.05/0.08", "N 2024-04-21, A 2024-04-29"),
    ("groq", "mixtral-8x7b-32768", "2024-06-20", "0.27/0.27", "A L until 2024-06-20"),
    ("groq", "mixtral-8x7b-32768", "2024-06-21", "0.24/0.24", "A 2024-06-21, L 2024-07-01"),
    ("groq", "llama-3.2-11b-vision-preview", "2024-12-01", "0.18/0.18", "L 2024-11-22, G"),
    ("groq", "llama-3.2-90b-vision-preview", "2024-12-01", "0.9/0.9", "L 2024-11-22, G"),
    ("groq", "deepseek-r1-distill-llama-70b", "2025-07-20", "0.75/0.99", "L 2025-02-06, M, G"),
    # Cerebras.
    ("cerebras", "llama3.1-70b", "2024-10-01", "0.6/0.6", "L 2024-09-07, PK"),
    ("cerebras", "llama3.1-8b", "2024-10-01", "0.1/0.1", "L 2024-09-07, CW, G"),
    # Fireworks: a newer generation is another model; the year 2024.
    ("fireworks", "deepseek-v4-pro-0813", "2026-11-20", "1.32/3.96/0.044", "L O, M 2026-09-04"),
    ("fireworks", "deepseek-v4-pro", "2026-08-01", "1.74/3.48/0.145", "M 2026-04-28, CW, L"),
    ("fireworks", "mixtral-8x7b-instruct", "2024-06-15", "0.5/0.5", "A 2024-04-30, L"),
    ("fireworks", "llama-v3-70b-instruct", "2024-06-15", "0.9/0.9", "A 2024-04-30, L"),
    ("fireworks", "llama-v3-8b-instruct", "2024-06-15", "0.2/0.2", "A 2024-04-30, L"),
    ("fireworks", "qwen2-72b-instruct", "2024-06-20", "0.9/0.9", "A 2024-06-14, L 2024-07-18"),
    ("fireworks", "mistral-7b-instruct-v3", "2024-06-20", "0.2/0.2", "A 2024-06-14, L"),
    ("fireworks", "mistral-7b-instruct-v0p2", "2024-06-01", "0.2/0.2", "A 2024-04-30, L"),
    # Replicate in 2024.
    ("replicate", "meta/meta-llama-3-70b-instruct", "2024-06-15", "0.65/2.75", "A L 2024-04-29"),
    ("replicate", "meta/meta-llama-3-8b-instruct", "2024-06-15", "0.05/0.25", "A L 2024-04-29"),
    ("replicate", "meta/llama-3-70b-instruct", "2024-06-15", "0.65/2.75", "A L 2024-04-29"),
    # Alibaba.
    ("alibaba", "qwen2-72b-instruct", "2024-06-15", "0.6897/1.3793", "CNY 5/10, provider page"),
    ("alibaba", "qwen3-32b", "2025-12-01", "0.7/2.8", "M until 2026-01-15, PK"),
    ("alibaba", "qwen3-32b", "2026-01-16", "0.16/0.64", "D from 2026-01-16"),
    ("alibaba", "qwen3.7-plus", "2026-06-05", "0.4/1.6/0.04", "T; OR 2026-06-03..2026-06-10"),
    ("alibaba", "qwen3.7-plus-2026-05-26", "2026-11-27", "0.4/1.6/0.08", "M 2026-09-09"),
    ("alibaba", "qwen3.7-plus", "2026-11-27", "0.32/1.28/0.064", "D: a promotion with no end"),
    # Z.ai and BigModel are two platforms with two lists.
    ("zai", "glm-5.3", "2026-11-27", "1.4/4.4/0.26", "G L M CW"),
    ("zhipuai", "glm-5.3", "2026-11-27", "1.103/3.862/0.276", "G; L at another rate of CNY"),
    ("bigmodel", "glm-5.1", "2026-11-27", "0.828/3.31/0.179", "G"),
    ("zhipu", "glm-4.7", "2026-11-27", "0.276/1.103/0.055", "G"),
    # Mistral: pointers and dated names.
    ("mistral", "mistral-medium-latest", "2024-05-01", "2.7/8.1", "N 2024-03-03, L H A"),
    ("mistral", "mistral-medium", "2024-05-01", "2.7/8.1", "L 2024-03-19"),
    ("mistral", "mistral-medium-latest", "2026-06-15", "0.4/2/0.04", "G until 2026-06-15"),
    ("mistral", "mistral-medium-latest", "2026-06-16", "1.5/7.5/0.15", "G from 2026-06-16"),
    ("mistral", "mistral-small-latest", "2025-01-28", "0.2/0.6", "A until 2025-01-28"),
    ("mistral", "mistral-small-latest", "2025-02-02", "0.1/0.3", "A 2025-02-02, L 2025-03-10"),
    ("mistral", "mistral-large-2402", "2024-05-01", "8/24", "L 2024-03-19..2024-05-22"),
    ("mistral", "mistral-large-2402", "2024-07-01", "4/12", "L 2024-06-06"),
    ("mistral", "mistral-large-2407", "2024-08-01", "3/9", "L 2024-07-25"),
    ("mistral", "mistral-large-2407", "2024-10-01", "2/6/0.2", "OR; A has the pointer at 2/6"),
    ("mistral", "mistral-large-3", "2026-11-27", "0.5/1.5/0.05", "T L O"),
    ("mistral", "mistral-large-latest", "2026-03-10", "0.5/1.5/0.05", "M 2025-12-08, L, PK"),
    ("mistral", "mistral-large-4", "2026-11-27", "0.7/2.1/0.07", "G M L"),
    ("mistral", "codestral-latest", "2026-11-27", "0.3/0.9/0.03", "M L PK"),
    ("mistral", "ministral-8b-latest", "2026-11-27", "0.15/0.15/0.015", "G L PK D"),
    ("mistral", "devstral-latest", "2026-11-27", "0.4/2/0.04", "M L PK"),
    ("mistral", "devstral-2512", "2026-11-27", "0.4/2/0.04", "G M"),
    ("mistral", "mistral-small-2506", "2026-11-27", "0.1/0.3/0.01", "M L"),
    ("mistral", "mistral-tiny", "2026-11-27", "0.25/0.25/0.025", "L"),
    ("mistral", "open-mistral-nemo", "2026-11-27", "0.15/0.15/0.015", "M PK A"),
    ("mistral", "pixtral-12b", "2026-11-27", "0.15/0.15/0.015", "M S G"),
    # MiniMax M3 in its first month.
    ("minimax", "MiniMax-M3", "2026-06-10", "0.6/2.4/0.12", "CW K M L until 2026-06-10"),
    ("minimax", "MiniMax-M3", "2026-06-30", "0.3/1.2/0.06", "L 2026-06-21, M 2026-06-25"),
    # Together.
    ("together", "meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo", "2024-08-01", "5/5", "H A"),
    ("together", "meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo", "2024-10-03", "3.5/3.5", "A"),
    ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "2026-09-03", "0.88/0.88", "L"),
    ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "2026-09-04", "1.04/1.04", "M"),
    ("together", "meta-llama/Llama-3-70b-chat-hf", "2024-06-15", "0.9/0.9", "A H G"),
    ("together", "mistralai/Mixtral-8x7B-Instruct-v0.1", "2024-06-15", "0.6/0.6", "L PK"),
    # DeepInfra.
    ("deepinfra", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "2025-09-01", "0.038/0.12", "L"),
    ("deepinfra", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "2025-10-04", "0.13/0.39", "L"),
    ("deepinfra", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "2026-02-17", "0.1/0.32", "PK M"),
    ("deepinfra", "mistralai/Mistral-Small-3.2-24B-Instruct-2506", "2025-07-10", "0.06/0.12", "A"),
    ("deepinfra", "mistralai/Mistral-Small-3.2-24B-Instruct-2506", "2025-08-22", "0.05/0.1", "L"),
    ("deepinfra", "mistralai/Mistral-Small-3.2-24B-Instruct-2506", "2025-10-04", "0.075/0.2", "L"),
    ("deepinfra", "openai/gpt-oss-120b", "2025-08-10", "0.09/0.45", "A"),
    ("deepinfra", "openai/gpt-oss-120b", "2025-10-04", "0.05/0.45", "L"),
    ("deepinfra", "openai/gpt-oss-120b", "2026-03-01", "0.039/0.19", "PK 2025-12-26, M"),
    ("deepinfra", "openai/gpt-oss-120b", "2026-09-11", "0.037/0.17", "L O"),
    ("deepinfra", "meta-llama/Meta-Llama-3-70B-Instruct", "2024-06-20", "0.59/0.79", "A L"),
    ("deepinfra", "Qwen/Qwen2-72B-Instruct", "2024-06-20", "0.59/0.79", "A"),
    # Perplexity: the chat product and the model of its Agent.
    ("perplexity", "sonar", "2026-08-01", "1/1", "A L G M PK"),
    ("perplexity", "perplexity/sonar", "2026-11-27", "0.25/2.5/0.0625", "L G D"),
    # xAI: reasoning or not, beta or not: spellings.
    ("xai", "grok-4-fast-non-reasoning", "2025-11-01", "0.2/0.5/0.05", "G L M"),
    ("xai", "grok-4-1-fast-non-reasoning", "2026-02-01", "0.2/0.5/0.05", "G L M CW"),
    ("xai", "grok-4.20-beta-latest-non-reasoning", "2026-04-01", "2/6/0.2", "PK L"),
    ("xai", "grok-4.20-0309-non-reasoning", "2026-11-27", "1.25/2.5/0.2", "L M G CW"),
    ("xai", "grok-4.20-multi-agent-experimental-beta-0304", "2026-04-01", "2/6/0.2", "M PK"),
    ("xai", "grok-3-fast", "2025-07-15", "5/25/1.25", "G M L"),
    ("xai", "grok-3-mini-fast-latest", "2025-07-15", "0.6/4/0.15", "G M L"),
    ("xai", "grok-2-vision-1212", "2025-03-01", "2/10/2", "G L M"),
    ("moonshotai", "kimi-k3.1-pro", "2026-11-27", "2/10/0.2", "M G L"),
]


def evaluated(
    table: PriceTable, provider: str | None, name: str, day: str, prompt: int = 0, *modes: str
) -> Card:
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    return card(table.find(name, provider, at), Terms(at, True, modes), prompt)


def known_rates(priced: Card) -> str:
    assert priced.unpriced is None, priced.unpriced
    rates = [priced.rates[name] for name in ("input", "output")]
    if "cache_read" in priced.rates:
        rates.append(priced.rates["cache_read"])
    return "/".join(f"{rate.normalize():f}" for rate in rates)


@pytest.mark.parametrize(
    ("provider", "name", "day", "expected", "evidence"),
    ROWS,
    ids=[f"{provider}/{name}@{day}" for provider, name, day, *_ in ROWS],
)
def test_the_price_of_a_day(
    table: PriceTable, provider: str, name: str, day: str, expected: str, evidence: str
) -> None:
    assert known_rates(evaluated(table, provider, name, day)) == expected, evidence


@pytest.mark.parametrize(
    ("name", "day", "expected", "evidence"),
    [
        ("codestral-latest", "2024-07-01", "1/3", "L 2024-06-06, A 2024-06-14..2024-09-18"),
        ("codestral-latest", "2024-10-01", "0.2/0.6", "A 2024-09-25..2024-12-28"),
        ("codestral-latest", "2025-01-15", "0.3/0.9/0.03", "A 2025-01-15, K 2025-01-17"),
        ("ministral-8b-latest", "2025-06-15", "0.1/0.1/0.01", "G until 2025-12-01, M, A"),
        ("ministral-8b-latest", "2025-12-02", "0.15/0.15/0.015", "G from 2025-12-02"),
        ("ministral-3b-latest", "2025-06-15", "0.04/0.04/0.004", "A, M, S"),
        ("ministral-3b-latest", "2026-11-27", "0.1/0.1/0.01", "PK, L, D"),
        ("devstral-small-latest", "2025-06-01", "0.1/0.3/0.01", "A 2025-05-26"),
        ("devstral-medium-latest", "2026-11-27", "0.4/2/0.04", "M L PK"),
        ("mistral-medium-3", "2026-08-30", "0.4/2/0.04", "M until 2026-08-30"),
        ("mistral-medium-3", "2026-08-31", "1.5/7.5/0.15", "M 2026-08-31, L"),
    ],
)
def test_a_pointer_means_the_model_of_the_day(
    table: PriceTable, name: str, day: str, expected: str, evidence: str
) -> None:
    assert known_rates(evaluated(table, "mistral", name, day)) == expected, evidence


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # half of 0.68/2.09, of 1.36/4.18 and of 0.7/2.1, cached input with them
        ("2026-10-10", "0.34/1.045/0.035"),
        ("2026-10-22", "0.68/2.09/0.07"),
        ("2026-11-27", "0.35/1.05/0.035"),
    ],
)
def test_a_batch_of_mistral_large_4_is_half_of_the_row_of_the_day(
    table: PriceTable, day: str, expected: str
) -> None:
    assert known_rates(evaluated(table, "mistral", "mistral-large-4", day, 0, "batch")) == expected


@pytest.mark.parametrize("model", ["llama-3.3-70b-versatile", "openai/gpt-oss-120b"])
def test_a_batch_at_groq_is_half_but_for_cached_input(table: PriceTable, model: str) -> None:
    standard = evaluated(table, "groq", model, "2026-11-27").rates
    batch = evaluated(table, "groq", model, "2026-11-27", 0, "batch").rates
    # 0.59/0.79 -> 0.295/0.395 and 0.15/0.6 -> 0.075/0.3; its cache does not stack with batch
    assert batch["input"] == standard["input"] / 2
    assert batch["output"] == standard["output"] / 2
    assert batch.get("cache_read") == standard.get("cache_read")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (32_000, "1.2/6/0.24"),
        (32_001, "2.4/12/0.48"),
        (128_000, "2.4/12/0.48"),
        (128_001, "3/15/0.6"),
    ],
)
def test_qwen3_max_at_deepinfra_has_bands(table: PriceTable, prompt: int, expected: str) -> None:
    assert known_rates(evaluated(table, "deepinfra", "Qwen/Qwen3-Max", "2026-11-27", prompt)) == (
        expected
    )


@pytest.mark.parametrize(
    ("model", "hour"), [("whisper-large-v3", "0.111"), ("whisper-large-v3-turbo", "0.04")]
)
def test_whisper_at_groq_is_billed_by_the_second(table: PriceTable, model: str, hour: str) -> None:
    fee = evaluated(table, "groq", model, "2026-11-27").fees["input_audio_seconds"]
    assert fee.price / fee.per * 3600 == Decimal(hour)


@pytest.mark.parametrize(
    "name",
    [
        "deepseek-r1:7b",
        "deepseek-r1:70b",
        "deepseek/deepseek-r1:free",
        "deepseek-r1-distill-llama-70b",
        "deepseek-r1-distill-qwen-32b",
        "deepseek/deepseek-r1-0528-qwen3-8b",
    ],
)
def test_what_is_not_r1_is_never_billed_by_deepseek(table: PriceTable, name: str) -> None:
    try:
        offer = table.find(name)
    except UnknownModelError:
        return
    assert offer.provider != "deepseek"
