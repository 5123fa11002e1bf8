"""The canonical form of a table: what its hash is taken over."""

from __future__ import annotations

import json
from typing import Any


def canonical(content: Any) -> bytes:
    """Return the canonical form of compiled content."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal digits."""
    import hashlib  # costs 5 ms a start

    return hashlib.sha256(content).hexdigest()
