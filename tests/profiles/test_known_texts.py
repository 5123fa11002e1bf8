"""A text is counted once a tokenizer, in bounded memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost_profiles.tokens.encoders import cut
from tokencost_profiles.tokens.encoders.tokenizer import Family, KnownTexts, Tokenizer
from tokencost_profiles.tokens.tokenizers import tokenizer


class Lengths:
    """Counts characters, and how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def count(self, text: str) -> int:
        self.asked.append(text)
        return len(text)


def test_a_text_that_is_sent_again_is_counted_once() -> None:
    engine = Lengths()
    chosen = Tokenizer(Family("lengths", "", "exact", "", "", lambda _: engine), engine)
    messages = [f"message {number}" for number in range(20)]
    for sent in range(1, 21):
        counts = [chosen.count("".join([message])).tokens for message in messages[:sent]]
        assert counts == [len(message) for message in messages[:sent]]
    assert engine.asked == messages


@given(st.lists(st.text(alphabet="abé", max_size=9), max_size=60))
def test_what_is_remembered_is_true_and_bounded(texts: list[str]) -> None:
    known = KnownTexts(most=20)
    for text in texts:
        tokens = known.get(text)
        assert tokens in (None, len(text))
        if tokens is None:
            known.put(text, len(text))
    assert sum(map(len, (*known._young, *known._old))) <= 40


def test_the_last_texts_are_known_and_a_very_long_one_is_not() -> None:
    known = KnownTexts(most=20)
    for text in ("a" * 9, "b" * 9, "c" * 9, "d" * 21):
        known.put(text, 1)
    assert [known.get(text * 9) for text in "abc"] == [1, 1, 1]
    assert known.get("d" * 21) is None


@pytest.mark.parametrize("name", ["o200k_base", "p50k_base", "qwen-3.5"])
def test_blocks_that_cores_share_count_as_one_after_the_other(
    name: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cut, "BLOCK", 200)
    lines = [
        "plain words of a line",
        "<|endoftext|> is text",
        "naïve → 日本",
        "it'ſ 42",
        "x = [1, 2]",
    ]
    text = "\n".join(f"a{number} {line} z" for number, line in enumerate(lines * 40))
    chosen = tokenizer(name, cache)
    chosen.expect(1 << 30)
    one_by_one = sum(chosen.count(block).tokens for block in cut.blocks(text))
    assert chosen.count_blocks([text[at : at + 70] for at in range(0, len(text), 70)]).tokens == (
        one_by_one
    )
