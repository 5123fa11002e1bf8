"""The logs of the examples, and the profile of one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents import profiled

EXAMPLES = Path(__file__).parents[1] / "examples" / "logs"
AGENT = EXAMPLES / "agent.jsonl"
SERVICE = EXAMPLES / "service.jsonl"


@pytest.fixture
def full(cli: Callable[..., Any]) -> dict[str, Any]:
    return profiled(cli, str(AGENT))
