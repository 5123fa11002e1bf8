"""Claude's counts: recorded by the provider, and a small corpus of ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tokencost_profiles.tokens.encoders import claude_vocabulary
from tokencost_profiles.tokens.tokenizers import family, tokenizer

# Tokens of the frame of one user message, which the recorded counts include.
FRAMES = {"claude-3": 7, "claude-4.7": 11, "claude-4.8": 6, "claude-5": 6}
RECORDED = {"v3": "claude-3", "v4.7": "claude-4.7", "v5": "claude-5"}
CORPUS = json.loads((Path(__file__).parent / "data" / "claude_counts.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_the_small_corpus(name: str) -> None:
    """Counts that agree with ctok 1.3.0, whose rules were measured through the provider."""
    chosen = tokenizer(name)
    wrong = [
        (entry["text"], entry[name], chosen.count(entry["text"]).tokens)
        for entry in CORPUS
        if name in entry and chosen.count(entry["text"]).tokens != entry[name]
    ]
    assert wrong == []


@pytest.mark.parametrize("part", ["rosetta", "udhr"])
@pytest.mark.parametrize("version", sorted(RECORDED))
def test_every_recorded_count(corpora: Path, part: str, version: str) -> None:
    folder = corpora / "truth" / "claude_counts"
    with gzip.open(folder / f"{part}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = [json.loads(line) for line in file]
    texts = {row.get("id") or row["f"]: row["text"] for row in rows}
    counts = json.loads((folder / f"{part}_counts.json").read_text("utf-8"))[version]["counts"]
    assert len(counts) == {"rosetta": 1741, "udhr": 501}[part]
    name = RECORDED[version]
    chosen = tokenizer(name)
    wrong = {
        key: (recorded, counted)
        for key, recorded in counts.items()
        if (counted := chosen.count(texts[key]).tokens + FRAMES[name]) != recorded
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "claude_3", "claude_5"),
    [
        ("", 0, 0),
        ("hello, world", 3, 4),
        (" a", 1, 2),  # the frame of Claude 3 absorbs one leading space
        ("  a", 2, 2),
        ("a\n", 1, 1),  # line ends at the end merge into the frame
        ("a \t\n", 3, 1),  # white space at the end is free from Opus 5 on
        ("1", 2, 1),  # a digit at the start leaves the frame's marker standing
    ],
)
def test_the_edges_of_a_message(text: str, claude_3: int, claude_5: int) -> None:
    assert tokenizer("claude-3").count(text).tokens == claude_3
    assert tokenizer("claude-5").count(text).tokens == claude_5


def test_only_claude_3_reads_curly_quotes_as_straight() -> None:
    for name, same in (("claude-3", True), ("claude-4.7", False)):
        chosen = tokenizer(name)
        counts = [chosen.count(text).tokens for text in ("it\u2019s", "it's")]
        assert (counts[0] == counts[1]) is same


@pytest.mark.parametrize("character", list("aA!\n\t=中- é"))
@pytest.mark.parametrize("name", ["claude-3", "claude-4.7"])
def test_long_runs_are_tiled_as_short_ones_are(
    name: str, character: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shortcut for runs of one character finds what tiling them one by one finds."""
    chosen = family(name)
    for size in (1500, 17_001):
        text = f"x {character * size} y"
        monkeypatch.setattr(claude_vocabulary, "_LONG_RUN", 1 << 40)
        claude_vocabulary.vocabulary.cache_clear()
        slow = chosen.make(None).count(text)
        monkeypatch.setattr(claude_vocabulary, "_LONG_RUN", 200)
        claude_vocabulary.vocabulary.cache_clear()
        assert chosen.make(None).count(text) == slow
