"""Tokenizers from files of the user's."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import PROSE
from tokencost_pricing.errors import InputError
from tokencost_profiles.tokens.encoders.vocabulary import tokens_of
from tokencost_profiles.tokens.tokenizers import from_path, tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained `tokenizer.json`, and cl100k_base as a `.tiktoken` file."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    path = tmp_path_factory.mktemp("files")
    trained: Any = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer: Any = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=alphabet, special_tokens=["<s>"], show_progress=False
    )
    trained.train_from_iterator(PROSE.values(), trainer)
    trained.save(str(path / "tokenizer.json"))
    lines = [b64encode(t) + b" %d" % r for r, t in sorted(tokens_of("cl100k_base").items())]
    (path / "cl100k.tiktoken").write_bytes(b"\n".join(lines))
    return path


def test_a_tokenizer_json(folder: Path) -> None:
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    reference = Tokenizer.from_file(str(path))
    chosen = from_path(path, "tokenizer.json")
    for text in PROSE.values():
        expected = len(reference.encode(text, add_special_tokens=False).ids)
        assert chosen.count(text) == (expected, "exact", 0.0)


def test_a_tiktoken_file(folder: Path, cache: Path) -> None:
    chosen = from_path(folder / "cl100k.tiktoken", "mine")
    for text in PROSE.values():
        assert chosen.count(text).tokens == tokenizer("cl100k_base", cache).count(text).tokens


def test_on_the_command_line(folder: Path, cli: Callable[..., Any]) -> None:
    (folder / "p.txt").write_text(PROSE["en"])
    result = cli("count", "p.txt", "-t", "tokenizer.json", "-f", "csv", folder=folder)
    assert result.code == 0
    assert result.out.splitlines()[1].startswith("p.txt,,tokenizer.json,")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"{}", "not a tokenizer.json"),
        ("a.json", b"", "not a tokenizer.json"),
        ("a.tiktoken", b"IQ== 0\nnonsense\n", "a.tiktoken:2: not a line"),
        ("a.tiktoken", b"IQ== 0\n", "has only 1 tokens"),
        ("a.model", b"x", "not a tokenizer file"),
    ],
)
def test_what_is_no_tokenizer_is_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        from_path(tmp_path / name, name)
    assert message in str(caught.value)


def test_an_unknown_family_names_the_near_ones(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("x")
    result = cli("count", "p.txt", "-t", "o200k_bas")
    assert result.code == 2
    assert "did you mean 'o200k_base'" in result.err
