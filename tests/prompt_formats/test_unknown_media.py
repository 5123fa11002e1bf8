"""Media of unknown size or length: what is taken is said, and the range holds the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokencost_profiles.calls.content import USER, Block, Media, Message, Request, Text
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_count import PromptCount

DAY = date(2026, 9, 1)
# (model, provider, tokenizer): one of each rule for images.
SIZED = [
    ("gpt-4o", "openai", "o200k_base"),  # tiles
    ("gpt-4o-mini", "openai", "o200k_base"),
    ("gpt-5.4", "openai", "o200k_base"),  # patches
    ("claude-sonnet-4-5", "anthropic", "claude-3"),
    ("claude-opus-4-7", "anthropic", "claude-4.7"),
    ("gemini-2.0-flash", "google", "gemini"),  # tiles
    ("gemini-3-pro-preview", "google", "gemini"),  # a grid
    ("grok-4.3", "xai", "grok"),
    ("grok-4-0709", "xai", "grok"),
    ("mistral-medium-latest", "mistral", "mistral-tekken"),
    ("qwen3-vl-plus", "alibaba", "qwen-3"),
    ("llama-4-maverick", "groq", "llama-4"),
    ("amazon.nova-pro-v1:0", "bedrock", "nova"),
    ("amazon.nova-2-lite-v1:0", "bedrock", "nova"),
    ("glm-4.6v", "zai", "glm-4"),
]
FLAT = [("gemini-2.5-flash", "google", "gemini"), ("gemma-3-27b-it", "deepinfra", "gemma-3")]
NO_RULE = [("kimi-k2", "moonshotai", "kimi-k2"), ("deepseek-chat", "deepseek", "deepseek-v3")]


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def count(counter: Counter, model: tuple[str, str, str], *media: Media) -> PromptCount:
    blocks: tuple[Block, ...] = (Text("What is this?"), *media)
    request = Request(api="openai-chat", messages=(Message(USER, blocks),))
    name, provider, tokenizer = model
    return counter.request(request, Target(name, provider, tokenizer, DAY))


def test_an_image_of_unknown_size_is_as_uncertain_as_it_is(counter: Counter) -> None:
    text = count(counter, SIZED[0]).tokens
    counted = count(counter, SIZED[0], Media("image", "content[1]"))
    assert counted.tokens == text + 765
    # What is not known of the image, and beside it the error of counting.
    assert counted.high is not None
    assert 0.7 * (text + 255) < counted.low <= text + 255
    assert text + 1445 <= counted.high < 1.1 * (text + 1445)
    assert counted.method == "estimated"
    assert counted.warnings == (
        "content[1]: size of the image not known: taken as 1,024 x 1,024 pixels, 765 tokens "
        "(255 to 1,445 are possible)",
    )


@pytest.mark.parametrize("model", SIZED, ids=lambda model: model[0])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(width=st.integers(16, 8192), height=st.integers(16, 8192))
def test_every_known_size_lies_within_the_range(
    counter: Counter, model: tuple[str, str, str], width: int, height: int
) -> None:
    height = min(max(height, width // 20 + 1), width * 20)
    unknown = count(counter, model, Media("image"))
    known = count(counter, model, Media("image", width=width, height=height))
    assert unknown.high is not None
    assert unknown.low < unknown.tokens <= unknown.high
    assert unknown.low - 1 <= known.tokens <= unknown.high + 1
    assert "taken as" in unknown.warnings[0]


def test_low_detail_costs_the_same_whatever_the_size(counter: Counter) -> None:
    counted = count(counter, SIZED[0], Media("image", detail="low"))
    assert (counted.tokens - count(counter, SIZED[0]).tokens, counted.warnings) == (85, ())
    assert counted.method == "exact"


@pytest.mark.parametrize("model", FLAT, ids=lambda model: model[0])
def test_where_every_size_costs_the_same_nothing_is_uncertain(
    counter: Counter, model: tuple[str, str, str]
) -> None:
    counted = count(counter, model, Media("image"))
    assert (bool(counted.unknown), counted.warnings) == (False, ())


@pytest.mark.parametrize("model", NO_RULE, ids=lambda model: model[0])
def test_without_a_rule_there_is_no_upper_bound(
    counter: Counter, model: tuple[str, str, str]
) -> None:
    counted = count(counter, model, Media("image"))
    assert (counted.high, counted.method) == (None, "estimated")
    assert counted.warnings == ("image not counted: taken as 0 tokens",)


@pytest.mark.parametrize("kind", ["document", "audio", "video"])
@pytest.mark.parametrize("model", [*SIZED, *FLAT, *NO_RULE], ids=lambda model: model[0])
def test_an_unknown_length_has_no_upper_bound(
    counter: Counter, model: tuple[str, str, str], kind: str
) -> None:
    counted = count(counter, model, Media(kind))
    assert counted.high is None
    assert counted.low <= counted.tokens
    assert counted.method == "estimated"
    assert "taken as" in counted.warnings[0]


Cli = Callable[..., Any]


def test_the_range_stands_in_the_table_and_the_document(cli: Cli, tmp_path: Path) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.org/cat.jpg"}}
    body = {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, image]}]}
    (tmp_path / "body.json").write_text(json.dumps(body))
    result = cli("estimate", "body.json", "-m", "gpt-4o")
    assert "255 to 1,445 are possible" in result.err
    document = json.loads(cli("estimate", "body.json", "-m", "gpt-4o", "-f", "json").out)
    prompt = document["items"][0]["prompt"]
    low, high = f"{prompt['low']:,}", f"{prompt['high']:,}"
    assert f"{low} to {high} tokens, estimated" in result.out
    both = cli("estimate", "body.json", "-m", "gpt-4o", "-m", "kimi-k2.5")
    rows = [line for line in both.out.splitlines() if line.startswith(("gpt-4o", "kimi"))]
    assert [row.split("%")[-1].split() for row in sorted(rows)] == [
        [low, "to", high],
        ["8", "or", "more"],
    ]
    assert prompt == {
        **prompt,
        "tokens": 773,
        "method": "estimated",
        "tokenizer": "o200k_base",
        "text_tokens": 1,
        "added_tokens": 772,
    }
