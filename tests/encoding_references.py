"""What encodings are compared with: tiktoken, and the files that OpenAI publishes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from tokencost_profiles.tokens.encoders.indexed import Encoding, ranks_of
from tokencost_profiles.tokens.encoders.native import Tiktoken
from tokencost_profiles.tokens.encoders.tokenizer import Engine


def reference_engine(encoding: Encoding) -> Engine:
    """Return tiktoken over our copy of the vocabulary."""
    return Tiktoken(encoding.name, encoding.pattern, dict(ranks_of(encoding)))


def published_sha256(tokens: Mapping[int, bytes]) -> str:
    """Return the sha256 of a vocabulary written as a `.tiktoken` file, as OpenAI publishes it."""
    digest = sha256()
    for rank, token in sorted(tokens.items()):
        digest.update(b64encode(token) + f" {rank}\n".encode())
    return digest.hexdigest()
