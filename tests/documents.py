"""What tests read of JSON documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def texts(warnings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the texts of the warnings of a document or an item."""
    return [warning["text"] for warning in warnings]


def parts(item: Mapping[str, Any]) -> dict[str, int]:
    """Return the tokens of each part of a prompt."""
    return {part["role"]: part["tokens"] for part in item["parts"]}
