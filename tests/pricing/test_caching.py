"""A model's cache rules on a day, from the profiles of the table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tokencost_pricing.caching import CacheRule, Lifetime, cache_rules, seconds_of
from tokencost_pricing.errors import TableError
from tokencost_pricing.table import PriceTable

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def rules(table: PriceTable, model: str, provider: str | None = None) -> tuple[CacheRule, ...]:
    return cache_rules(table.find(model, provider), NOW)


@pytest.mark.parametrize(
    ("model", "minimum"),
    [
        ("claude-opus-5", 512),
        ("claude-haiku-5-5", 512),
        ("claude-sonnet-5", 1024),
        ("claude-opus-4-8", 1024),
        ("claude-opus-4-7", 2048),
        ("claude-haiku-4-5", 4096),
    ],
)
def test_claude_writes_at_breakpoints_from_the_minimum_of_the_model_on(
    table: PriceTable, model: str, minimum: int
) -> None:
    (rule,) = rules(table, model)
    assert (rule.kind, rule.min_tokens) == ("breakpoints", minimum)
    assert rule.lifetimes == (Lifetime("cache_write_5m", 300), Lifetime("cache_write_1h", 3600))
    assert (rule.max_breakpoints, rule.lookback_blocks) == (4, 20)
    assert (rule.lifetime().name, rule.refresh_on_hit) == ("5m", True)


def test_openai_before_and_after_5_6(table: PriceTable) -> None:
    (old,) = rules(table, "gpt-4.1")
    assert (old.kind, old.min_tokens, old.increment) == ("automatic", 1024, 128)
    assert (old.idle_seconds, old.max_seconds, old.writes_are_billed) == (300, 3600, False)
    (new,) = rules(table, "gpt-6.1-sol")
    assert [life.name for life in new.lifetimes] == ["30m", "12h"]
    assert (new.lookback_blocks, new.lookback_breakpoints) == (None, 80)
    (day,) = rules(table, "gpt-5.5")
    assert day.idle_seconds == 86400


def test_gemini_has_an_implicit_cache_and_objects(table: PriceTable) -> None:
    implicit, stored = rules(table, "gemini-3.5-flash")
    assert (implicit.kind, implicit.min_tokens) == ("automatic", 4096)
    assert (stored.kind, stored.min_tokens, stored.idle_seconds) == ("object", 4096, 3600)
    assert rules(table, "gemini-2.5-pro")[0].min_tokens == 2048


def test_alibaba_has_an_implicit_and_an_explicit_cache(table: PriceTable) -> None:
    implicit, explicit = rules(table, "qwen3-coder-plus", "alibaba")
    assert (implicit.kind, implicit.min_tokens) == ("automatic", 256)
    assert (explicit.kind, explicit.min_tokens, explicit.lookback_blocks) == (
        "breakpoints",
        1024,
        20,
    )
    assert (implicit.reads, explicit.reads) == ("cache_read", "cache_read_explicit")


def test_rules_of_a_day_are_of_that_day(table: PriceTable) -> None:
    offer = table.find("deepseek-v4-pro", "deepseek")
    steps = [
        cache_rules(offer, datetime(2026, month, day, tzinfo=UTC))[0].increment
        for month, day in ((4, 30), (5, 1), (9, 1))
    ]
    assert steps == [64, 128, 128]


def test_a_host_uses_its_profile_or_else_the_makers(table: PriceTable) -> None:
    (claude,) = rules(table, "us.anthropic.claude-haiku-4-5-20251001-v1:0")
    assert (claude.kind, claude.min_tokens) == ("breakpoints", 4096)
    inherited = table.find("gemini-3.5-flash", "vertex")
    assert (inherited.provider, inherited.model.provider) == ("vertex", "google")
    assert [rule.name for rule in cache_rules(inherited, NOW)] == ["implicit_3", "object"]


def test_what_is_not_published_is_reported(table: PriceTable) -> None:
    (rule,) = rules(table, "moonshotai/Kimi-K3", "together")
    assert rule.assumed == ("min_tokens", "idle_seconds")
    assert rules(table, "gpt-4.1")[0].assumed == ()


def test_every_model_of_the_table_has_rules_that_can_be_read(table: PriceTable) -> None:
    listed = 0
    for model in table.models():
        offer = table.find(model.id, model.provider)
        listed += len(cache_rules(offer, NOW))
    assert listed > 200


def test_a_lifetime_is_the_one_named_or_the_next_longer() -> None:
    rule = CacheRule(
        "x",
        "automatic",
        lifetimes=(Lifetime("cache_write_30m", 1800), Lifetime("cache_write_12h", 43200)),
        default="cache_write_30m",
    )
    wanted = [rule.lifetime(name).name for name in ("5m", "30m", "1h", "12h", "24h", None)]
    assert wanted == ["30m", "30m", "12h", "12h", "12h", "30m"]
    assert Lifetime("cache_write_other", 300).name == "5m"
    assert seconds_of("90s") == 90
    with pytest.raises(ValueError, match="bills no writes"):
        CacheRule("x", "automatic").lifetime()
    with pytest.raises(ValueError, match="not a lifetime"):
        seconds_of("long")


HEAD = """\
schema: 1
provider: tiny
name: Tiny
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-11-22"
"""
PRICES = '{basis: release, rates: {input: "1", output: "2"}}'


def tiny(folder: Path, cache: str, model: str) -> PriceTable:
    (folder / "TABLE.yaml").write_text("schema: 1\n")
    text = f"{HEAD}cache:\n{cache}models:\n  m:\n    cache: {model}\n    prices: [{PRICES}]\n"
    (folder / "tiny.yaml").write_text(text)
    return PriceTable.load(folder=folder)


def test_profiles_and_minimums_may_be_dated(tmp_path: Path) -> None:
    profile = (
        '  p:\n    - {from: "2026-01-01", kind: automatic, min_tokens: 100, until: "2026-09-01"}\n'
        '    - {from: "2026-10-01", kind: automatic, increment: 64}\n'
    )
    minimum = '[{tokens: 300}, {from: "2026-11-01", tokens: 50}]'
    table = tiny(tmp_path, profile, f"{{profile: p, min_tokens: {minimum}}}")
    offer = table.find("m")
    listed = {
        month: [rule.min_tokens for rule in cache_rules(offer, datetime(*month, 2, tzinfo=UTC))]
        for month in ((2025, 12), (2026, 1), (2026, 9), (2026, 10), (2026, 11))
    }
    assert listed == {
        (2025, 12): [],
        (2026, 1): [300],
        (2026, 9): [],
        (2026, 10): [300],
        (2026, 11): [50],
    }


@pytest.mark.parametrize(
    ("profiles", "model", "complaint"),
    [
        ("  p: {kind: automatic}\n", "{profile: q}", "no cache profile 'q'"),
        ("  p: {kind: automatic}\n", "{profile: p, also: [r]}", "no cache profile 'r'"),
        ("  p: [{kind: automatic}, {kind: none}]\n", "{profile: p}", "does not come after"),
        (
            "  p: {kind: automatic}\n",
            '{profile: p, min_tokens: [{from: "2026-02-01", tokens: 1}, {tokens: 2}]}',
            "does not come after",
        ),
    ],
)
def test_a_wrong_profile_is_refused(
    tmp_path: Path, profiles: str, model: str, complaint: str
) -> None:
    with pytest.raises(TableError, match=complaint):
        tiny(tmp_path, profiles, model)
