"""A name means one model, by a rule that is named, or it means none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tokencost_pricing.errors import TableError, UnknownModelError
from tokencost_pricing.matching.index import name_lines
from tokencost_pricing.table import TABLES, PriceTable


@pytest.mark.parametrize(
    ("name", "provider", "key", "rule"),
    [
        ("gpt-4o", None, "openai/gpt-4o", "id"),
        ("GPT-4o", None, "openai/gpt-4o", "id"),
        ("gpt-4o-2024-05-13", None, "openai/gpt-4o-2024-05-13", "id"),
        ("gpt-4o-2024-08-06", None, "openai/gpt-4o-2024-08-06", "id"),
        ("gpt-4.1-2025-04-14", None, "openai/gpt-4.1", "alias"),
        ("gpt-6.1-sol-2026-09-29", None, "openai/gpt-6.1-sol", "snapshot"),
        ("gpt-5.5-chat-latest", None, "openai/gpt-5.5", "floating"),
        (
            "claude-sonnet-4.5-thinking",
            None,
            "anthropic/claude-sonnet-4-5",
            "asked with '-thinking'",
        ),
        ("openai/gpt-4o", None, "openai/gpt-4o", "channel prefix 'openai/'"),
        ("models/gemini-2.5-pro", None, "google/gemini-2.5-pro", "channel prefix 'models/'"),
        ("gpt-4o", "azure-openai", "azure/gpt-4o", "id"),
        ("gpt-5.2", "azure", "azure/gpt-5.2", "inherited from openai/gpt-5.2"),
        ("azure/gpt-5.2", None, "azure/gpt-5.2", "inherited"),
        ("claude-opus-4.8", "openai", None, ""),
        # A maker's name at a host that calls the model otherwise.
        ("claude-opus-4-7", "bedrock", "bedrock/claude-opus-4-7", "bare name of 'global.anthropic"),
        (
            "claude-haiku-4-5-20251001",
            "bedrock",
            "bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0",
            "bare name",
        ),
        ("nova-lite", "bedrock", "bedrock/amazon.nova-lite-v1:0", "bare name"),
        ("gpt-oss-120b", "groq", "groq/openai/gpt-oss-120b", "bare name of 'openai/gpt-oss-120b'"),
        ("kimi-k3", "fireworks", "fireworks/accounts/fireworks/models/kimi-k3", "bare name"),
        ("claude-sonnet-4-6", "github-copilot", "github-copilot/claude-sonnet-4.6", "bare name"),
        ("claude-opus-4-7", "groq", None, ""),
        ("opus-4-7", "bedrock", None, ""),
        (
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws.bedrock",
            "bedrock/claude-sonnet-4-5",
            "inherited from anthropic",
        ),
        (
            "arn:aws:bedrock:eu-west-1:123:inference-profile/eu.anthropic.claude-haiku-4-5-"
            "20251001-v1:0",
            None,
            "bedrock/claude-haiku-4-5",
            "inherited",
        ),
        (
            "claude-3-5-sonnet@20240620",
            "vertex_ai",
            "vertex/claude-3-5-sonnet-20240620",
            "inherited",
        ),
        ("llama-3.3-70b-versatile", None, "groq/llama-3.3-70b-versatile", "id"),
        ("gemini-1.5-flash-8b", None, "google/gemini-1.5-flash-8b", "id"),
    ],
)
def test_names_resolve_by_a_named_rule(
    table: PriceTable, name: str, provider: str | None, key: str | None, rule: str
) -> None:
    if key is None:
        with pytest.raises(UnknownModelError):
            table.find(name, provider)
        return
    offer = table.find(name, provider)
    assert offer.key == key
    assert rule in offer.rule


@pytest.mark.parametrize(
    ("name", "provider", "message"),
    [
        ("gpt-5-minni", None, "did you mean 'gpt-5-mini'"),
        ("replicate/openai/gpt-4o", None, "no price for model"),
        ("gpt-4o", "heliconia", "'heliconia' has no price table"),
        ("gpt-4o", "huggingface", "not in the table of 'huggingface'"),
        ("openai/gpt-oss-120b", None, "does not say who bills"),
        ("gpt-4o-turbo-max", None, "no price for model"),
        ("claude-sonnet-4-55", None, "no price for model"),
        ("", None, "no price for model"),
    ],
)
def test_nothing_is_guessed(
    table: PriceTable, name: str, provider: str | None, message: str
) -> None:
    with pytest.raises(UnknownModelError) as caught:
        table.find(name, provider)
    assert message in str(caught.value)


def test_a_region_in_the_name_sets_the_price(table: PriceTable) -> None:
    offer = table.find("eu.anthropic.claude-sonnet-4-6", "bedrock")
    assert offer.conditions == (("region", "eu"),)
    assert [modifier.name for modifier in offer.modifiers] == [
        "geo_profile",
        "in_region",
        "gov_cloud",
    ]


def test_two_models_of_one_name_are_refused() -> None:
    models = {"a": {"aliases": {"exact": ["x"]}}, "b": {"aliases": {"exact": ["X"]}}}
    with pytest.raises(TableError, match="'X' means both 'a' and 'b'"):
        name_lines("p", {"models": models})


@pytest.mark.parametrize(
    ("prefix", "name", "matches"),
    [
        ("acme-1-", "acme-1-fast", True),
        ("acme-1@", "acme-1@2026", True),
        ("acme-1:", "acme-1:extended", True),
        ("acme-1/", "acme-1/eu", True),
        ("acme-1-", "acme-1@2026", False),
        ("acme-1-", "acme-10", False),
        ("acme-1-", "acme-1", False),
        ("acme-1-", "acme-1-", False),
    ],
)
def test_a_prefix_ends_where_the_table_says(
    tmp_path: Path, prefix: str, name: str, matches: bool
) -> None:
    shutil.copytree(TABLES, tmp_path / "tables")
    (tmp_path / "tables" / "acme.yaml").write_text(
        f"""\
schema: 1
provider: acme
name: Acme
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-11-22"
models:
  base:
    aliases: {{prefix: ["{prefix}"]}}
    prices: [{{from: "2026-01-01", basis: release, rates: {{input: "1"}}}}]
""",
        "utf-8",
    )
    table = PriceTable.load(folder=tmp_path / "tables")
    if matches:
        assert table.find(name, "acme").model.key == "acme/base"
    else:
        with pytest.raises(UnknownModelError):
            table.find(name, "acme")


def test_every_id_leads_to_its_model(table: PriceTable) -> None:
    for model in table.models():
        assert table.find(model.id, model.provider).model is model
        if not (model.provider == "google" and model.id.startswith("gemma-")):  # free there alone
            assert table.find(model.key).key == model.key


def test_known_names_at_makers_resolve(corpora: Path, table: PriceTable) -> None:
    """Models of recorded calls to the makers: what is in no table must be listed here."""
    import gzip
    import json

    makers = {"openai", "anthropic", "gemini", "mistral", "deepseek", "xai"}
    with gzip.open(corpora / "truth" / "dev.jsonl.gz", "rt") as file:
        calls = [json.loads(line) for line in file]
    asked = {(c["provider"], c["model"]) for c in calls if c["provider"] in makers and c["model"]}
    missing = set()
    for provider, model in asked:
        try:
            table.find(model, provider)
        except UnknownModelError:
            missing.add(model)
    assert len(missing) <= len(asked) * 0.2, sorted(missing)
