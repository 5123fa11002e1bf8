"""Names of documents that reports state without the structs of them."""

from __future__ import annotations

from typing import Final

ESTIMATE: Final = "tokencost.estimate/2"
