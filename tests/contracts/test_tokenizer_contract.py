"""What every tokenizer family promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tokencost_pricing
from corpus import DIFFICULT, PROSE
from tokencost_profiles.tokens.tokenizers import FALLBACK, families, family, tokenizer

NAMES = sorted(tokenizer.name for tokenizer in families())
TABLES = Path(tokencost_pricing.__file__).parent / "tables"
# Of models that have no price any more: `--tokenizer NAME` takes them; and the one of all others.
CHOSEN_BY_NAME = {"p50k_base", "r50k_base", FALLBACK}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name: str) -> None:
    tokenizer = family(name)
    assert tokenizer.method in ("exact", "reconstructed", "family", "ratio")
    assert tokenizer.models
    assert tokenizer.vocabulary
    assert tokenizer.licence
    assert (tokenizer.error == 0) == (tokenizer.method == "exact")
    assert 0 <= tokenizer.error < 0.5


@pytest.mark.parametrize("name", NAMES)
def test_it_counts_anything(name: str, cache: Path) -> None:
    chosen = tokenizer(name, cache)
    assert chosen.count("").tokens == 0
    for text in [*PROSE.values(), *DIFFICULT.values(), "a\ud800b", "\x00", " " * 3000, "é" * 3000]:
        counted = chosen.count(text)
        assert 0 <= counted.tokens <= 4 * len(text.encode("utf-8", "replace")) + 4
        assert counted == chosen.count(text)
        assert (counted.method, counted.error) == (chosen.family.method, chosen.family.error)


@pytest.mark.parametrize("name", NAMES)
def test_more_text_is_not_fewer_tokens(name: str, cache: Path) -> None:
    chosen = tokenizer(name, cache)
    short = chosen.count(PROSE["en"]).tokens
    assert chosen.count(f"{PROSE['en']} {PROSE['de']}").tokens > short


@pytest.mark.parametrize("name", NAMES)
def test_special_tokens_in_text_are_plain_text(name: str, cache: Path) -> None:
    text = "<|endoftext|>" * 4
    assert tokenizer(name, cache).count(text).tokens > 4


def tokenizers_of_the_price_table() -> set[str]:
    """Return the tokenizers that rows name, and those that rules name for other models."""
    rows = "".join(path.read_text("utf-8") for path in TABLES.glob("*.yaml"))
    return set(re.findall(r"\btokenizer: ([\w.-]+)", rows))


def test_every_tokenizer_of_the_price_table_exists() -> None:
    named = tokenizers_of_the_price_table()
    assert [f"{name}: no module of tokenizers/" for name in sorted(named - set(NAMES))] == []


def test_every_tokenizer_is_of_the_price_table() -> None:
    unused = set(NAMES) - tokenizers_of_the_price_table() - CHOSEN_BY_NAME
    problem = "named by no rule of families.yaml and no row of a price table"
    assert [f"{name}: {problem}" for name in sorted(unused)] == []
