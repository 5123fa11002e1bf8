"""Token counts equal the published ones, through every engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import DIFFICULT, PROSE, WORST, documents
from encoding_references import published_sha256, reference_engine
from tokencost_profiles.tokens.encoders import split
from tokencost_profiles.tokens.encoders.bpe import IndexEngine, merge_count
from tokencost_profiles.tokens.encoders.cut import blocks, rejoin_blocks
from tokencost_profiles.tokens.encoders.indexed import (
    Encoding,
    Indexed,
    native_engine,
)
from tokencost_profiles.tokens.encoders.openai import ENCODINGS, PUBLISHED_SHA256
from tokencost_profiles.tokens.encoders.tokenizer import Engine, replace_surrogates
from tokencost_profiles.tokens.encoders.vocabulary import (
    build_index,
    open_index,
    pack,
    tokens_of,
    unpack,
)
from tokencost_profiles.tokens.tokenizers import tokenizer
from tokencost_profiles.tokens.tokenizers.qwen_3_5 import ENCODING as QWEN

ALL = [*ENCODINGS.values(), QWEN]
BOTH = [ENCODINGS["o200k_base"], ENCODINGS["cl100k_base"]]


@pytest.fixture(scope="module")
def references() -> dict[str, Engine]:
    return {encoding.name: reference_engine(encoding) for encoding in ALL}


def index_of(encoding: Encoding, cache: Path) -> IndexEngine:
    ranks = open_index(encoding.vocabulary, cache)
    assert ranks is not None
    return IndexEngine(ranks, encoding.split, limit=encoding.limit)


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base", "p50k_base"])
def test_the_vocabulary_is_the_published_file(name: str) -> None:
    assert published_sha256(tokens_of(name)) == PUBLISHED_SHA256[name]


def test_r50k_is_the_front_of_p50k() -> None:
    front = {rank: token for rank, token in tokens_of("p50k_base").items() if rank < 50_256}
    assert published_sha256(front) == PUBLISHED_SHA256["r50k_base"]


def test_the_corpus_is_large_enough() -> None:
    assert len(documents()) >= 2000


@pytest.mark.parametrize("encoding", ALL, ids=lambda e: e.name)
def test_every_engine_equals_tiktoken_on_the_corpus(
    encoding: Encoding, references: dict[str, Engine], cache: Path
) -> None:
    index, fast, complete = (
        index_of(encoding, cache),
        native_engine(encoding),
        Indexed(encoding, cache),
    )
    for text in documents():
        clean = replace_surrogates(text)
        expected = references[encoding.name].count(clean)
        try:
            assert index.count(clean) == expected, text[:80]
        except split.Unassigned:  # a character newer than this Python: the native engine counts
            assert any(ord(character) > 127 for character in clean)
        if "\u017f" not in clean:
            assert fast.count(clean) == expected, text[:80]
        if not encoding.nfc:
            assert complete.count(clean) == expected, text[:80]


@pytest.mark.parametrize("encoding", BOTH, ids=lambda e: e.name)
@given(text=st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_counts_as_tiktoken_counts_it(
    encoding: Encoding, references: dict[str, Engine], cache: Path, text: str
) -> None:
    clean = replace_surrogates(text)
    counted = tokenizer(encoding.name, cache).count(text).tokens
    assert counted == references[encoding.name].count(clean)


@pytest.mark.parametrize("encoding", BOTH, ids=lambda e: e.name)
@given(text=st.text(alphabet="aA1 '\n\r\tſsdé中ⅷ!_/", max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_corners_of_the_pattern(
    encoding: Encoding, references: dict[str, Engine], cache: Path, text: str
) -> None:
    assert index_of(encoding, cache).count(text) == references[encoding.name].count(text)


@pytest.mark.parametrize("encoding", BOTH, ids=lambda e: e.name)
@pytest.mark.parametrize("name", sorted(set(WORST) - {"spaces"}))
def test_a_megabyte_of_one_thing(
    encoding: Encoding, name: str, references: dict[str, Engine], cache: Path
) -> None:
    text = WORST[name]
    expected = references[encoding.name].count(text)
    assert tokenizer(encoding.name, cache).count(text).tokens == expected


def test_a_megabyte_of_spaces_which_tiktoken_cannot_take(
    references: dict[str, Engine], cache: Path
) -> None:
    with pytest.raises(ValueError, match="white space"):
        references["o200k_base"].count(WORST["spaces"])
    assert tokenizer("o200k_base", cache).count(WORST["spaces"]).tokens == 7813
    assert tokenizer("p50k_base", cache).count(WORST["spaces"]).tokens == 62_500


def test_special_token_text_is_plain_text(cache: Path) -> None:
    assert tokenizer("o200k_base", cache).count("<|endoftext|>").tokens == 7


def test_lone_surrogates_are_replaced(cache: Path) -> None:
    counted = tokenizer("o200k_base", cache).count("a\ud800b\udfff")
    assert counted == tokenizer("o200k_base", cache).count("a\ufffdb\ufffd")


def test_without_a_cache_the_native_engine_does_all_the_work(
    references: dict[str, Engine],
) -> None:
    engine = Indexed(ENCODINGS["cl100k_base"], None)
    assert engine.count(PROSE["en"]) == references["cl100k_base"].count(PROSE["en"])


def test_a_character_newer_than_python_goes_to_the_native_engine(
    references: dict[str, Engine], cache: Path
) -> None:
    text = "x \U000323b0 y"  # not assigned in any Unicode so far
    with pytest.raises(split.Unassigned):
        index_of(ENCODINGS["o200k_base"], cache).count(text)
    expected = references["o200k_base"].count(text)
    assert Indexed(ENCODINGS["o200k_base"], cache).count(text) == expected


@given(st.binary(min_size=2, max_size=90))
@settings(max_examples=200, deadline=None)
def test_both_ways_of_merging_agree(block: bytes) -> None:
    from tokencost_profiles.tokens.encoders import bpe

    tokens = {token: rank for rank, token in tokens_of("p50k_base").items()}

    def rank(token: bytes) -> int:
        return tokens.get(token, -1)

    assert bpe._scan(block, rank) == bpe._heap(block, rank) == merge_count(block, rank)


def test_a_vocabulary_survives_packing_and_indexing(tmp_path: Path) -> None:
    tokens = {0: b"a", 1: b"b", 3: b"ab", 7: bytes(range(200))}
    assert unpack(pack(tokens)) == tokens
    (tmp_path / "x.tcx").write_bytes(build_index(tokens))
    from tokencost_profiles.tokens.encoders.vocabulary import Ranks

    ranks = Ranks(tmp_path / "x.tcx")
    assert {rank: token for token, rank in ranks.items()} == tokens
    assert (ranks.rank(b"ab"), ranks.rank(b"abc")) == (3, -1)


@given(st.lists(st.text(alphabet="ab \n", max_size=30), max_size=30))
def test_blocks_lose_nothing(chunks: list[str]) -> None:
    assert "".join(rejoin_blocks(chunks)) == "".join(chunks)
    assert "".join(blocks("".join(chunks))) == "".join(chunks)


def test_large_text_counts_the_same_in_blocks(cache: Path) -> None:
    text = "\n".join(documents()[:300]) * 3
    chunks = [text[at : at + 70_000] for at in range(0, len(text), 70_000)]
    for name in ("o200k_base", "claude-3", "claude-5", "llama-3"):
        chosen = tokenizer(name, cache)
        assert chosen.count_blocks(chunks) == chosen.count(text), name


def test_prose_of_every_script_is_in_the_corpus() -> None:
    assert len(PROSE) >= 20
    assert len(DIFFICULT) >= 12
