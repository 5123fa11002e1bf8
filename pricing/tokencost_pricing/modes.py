"""The service modes: how a request may be served at a price that is not the list price."""

from __future__ import annotations

from typing import Final

STANDARD: Final = "standard"  # the list price
MODES: Final = ("batch", "flex", "priority", "fast", "ultrafast")
