"""Words and gaps, counted apart, add up to what the marked stream of the text has."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost_profiles.tokens.encoders.claude_stream import (
    BOW,
    CAPS,
    EOW,
    SHIFT,
    Rules,
    normalise,
    part_stream,
)
from tokencost_profiles.tokens.encoders.claude_vocabulary import vocabulary
from tokencost_profiles.tokens.tokenizers import tokenizer

RULES = {
    "claude-3": Rules(fold_quotes=True, caps_from=4, frame_bow=True, free_tail=False),
    "claude-5": Rules(fold_quotes=False, caps_from=None, frame_bow=False, free_tail=True),
}
FRAGMENTS = (
    *("a", "The", "foo", "HTTP", "xYz", "s", "t", "ll", "ve", "'", "''", "'s", "'Tis"),
    *(
        " ",
        " ",
        "  ",
        "   ",
        "\n",
        "\n\n",
        "\t",
        "0",
        "12",
        "3456",
        ".",
        "(",
        ") {",
        "==",
        '"',
        "_",
    ),
    *("é", "naïve", "→", "…", "日本", "\u00a0", "\ue000", "\x00", "\x07", "👍", "\u0301", "’"),
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=14).map("".join)
END = "x"  # a word at either end: what a message adds at its borders is another test's


def by_stream(name: str, text: str) -> int:
    """Count part by part, each as a marked stream, from one word to another."""
    rules, tiles = RULES[name], vocabulary(name if name == "claude-3" else "claude-4.7").tiles
    total = 0
    for at, stretch in enumerate(re.split("( {2,})", normalise(text, rules))):
        if at % 2:
            total += tiles(stretch)
            continue
        parts = stretch.split(" ") if stretch else []
        streams = [
            part_stream(part, rules, left_space=True, right_space=i < len(parts), first=False)
            if part
            else ""
            for i, part in enumerate(parts, 1)
        ]
        for stream in streams:
            segments = re.findall("[\x03\x04]*\x01?[^\x01-\x04]*\x02?", stream)
            total += sum(tiles(segment) for segment in segments if segment)
        for left, right in pairwise(streams):
            total += left[-1:] != EOW or right.lstrip(SHIFT + CAPS)[:1] != BOW
    return total


@pytest.mark.parametrize("name", sorted(RULES))
@settings(max_examples=250, deadline=None)
@given(text=TEXTS)
def test_a_text_between_two_words_counts_as_its_stream(name: str, text: str) -> None:
    between = f"{END} {text} {END}"
    clean = between.encode("utf-8", "replace").decode()
    assert tokenizer(name).count(clean).tokens == by_stream(name, clean)
