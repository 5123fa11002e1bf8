"""Logs of calls that cost what a gateway states, beside priced and unpriced ones."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

UNKNOWN = "nobody/unknown-7b"


def answer(number: int, model: str, **usage: Any) -> dict[str, Any]:
    return {
        "id": f"gen-17000000{number:02}-aaaaaaaaaaaaaaaaaaaa",
        "object": "chat.completion",
        "created": 1_782_000_000 + number,
        "model": model,
        "provider": "Chutes",
        "choices": [{"message": {"role": "assistant", "content": "hello"}}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200, **usage},
    }


def routed(cost: float, *, upstream: float | None = None) -> dict[str, Any]:
    details = {"upstream_inference_cost": upstream}
    return {"cost": cost, "is_byok": upstream is not None, "cost_details": details}


ANSWERS = (
    answer(1, UNKNOWN, **routed(0.00123)),
    answer(2, UNKNOWN, **routed(0.00005, upstream=0.001)),
    answer(3, "openai/gpt-5.4-mini", **routed(0.0009)),
    answer(4, "nobody/unknown-8b"),
)
CHARGED = Decimal("0.00228")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ANSWERS))
    return path


def write(path: Path, *answers: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in answers))
    return str(path)
