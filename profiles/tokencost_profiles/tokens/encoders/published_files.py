"""Tokenizers from files of the user's: Hugging Face `tokenizer.json`, OpenAI `.tiktoken`."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.tokens.encoders.cut import blocks
from tokencost_profiles.tokens.encoders.tokenizer import Engine

# Ranks alone do not say how text is cut; o200k's way is the most common among newer vocabularies,
# cl100k's among those of at most 130,000 tokens.
_SMALL_VOCABULARY: Final = 130_000


class HuggingFace:
    """A `tokenizer.json`, by the `tokenizers` library. Special tokens are not added.

    `special`: special tokens that its text may hold, beside those of the file.
    """

    def __init__(self, path: Path, special: tuple[str, ...] = ()) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer: Any = Tokenizer.from_file(str(path))
        except Exception as error:
            # The library raises plain `Exception` for whatever is wrong with a file.
            raise InputError(f"not a tokenizer.json: {error}", file=path) from error
        # A file may cut its texts, or fill them up.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        missing = [token for token in special if self._tokenizer.token_to_id(token) is None]
        if missing:
            self._tokenizer.add_special_tokens(missing)

    def count(self, text: str) -> int:
        """Return how many tokens `text` has."""
        return sum(
            len(self._tokenizer.encode(block, add_special_tokens=False).ids)
            for block in blocks(text)
        )


def engine_of(path: Path, special: tuple[str, ...] = ()) -> Engine:
    """Return the engine of a tokenizer file. Raise `InputError` when it is not one."""
    if path.suffix == ".json":
        return HuggingFace(path, special)
    if path.suffix == ".tiktoken":
        return _tiktoken(path)
    raise InputError(
        "not a tokenizer file that tokencost reads",
        hint="it reads tokenizer.json and .tiktoken; convert a SentencePiece .model",
        file=path,
    )


def _tiktoken(path: Path) -> Engine:
    from tokencost_profiles.tokens.encoders.native import Tiktoken
    from tokencost_profiles.tokens.encoders.openai import ENCODINGS

    ranks: dict[bytes, int] = {}
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from error
    for number, line in enumerate(lines, 1):
        try:
            token, rank = line.split()
            ranks[b64decode(token, validate=True)] = int(rank)
        except (ValueError, Base64Error) as error:
            raise InputError("not a line of a .tiktoken file", file=path, line=number) from error
    if len(ranks) < 256:
        raise InputError(
            f"has only {len(ranks)} tokens; a byte vocabulary has 256 or more", file=path
        )
    name = "cl100k_base" if len(ranks) < _SMALL_VOCABULARY else "o200k_base"
    return Tiktoken(path.stem, ENCODINGS[name].pattern, ranks)
