"""What tests read of JSON documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def texts(warnings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the texts of the warnings of a document or an item."""
    return [warning["text"] for warning in warnings]


def parts(item: Mapping[str, Any]) -> dict[str, int]:
    """Return the tokens of each part of a prompt."""
    return {part["role"]: part["tokens"] for part in item["parts"]}


def profiled(cli: Callable[..., Any], *arguments: str, **more: Any) -> dict[str, Any]:
    """Return the document that `profile` writes of logs or saved profiles."""
    result = cli("profile", *arguments, "-f", "json", **more)
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document
