"""Budgets of prompts as tests: `pytest examples/ci/test_prompts.py`, with tokencost installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SUPPORT = Path(__file__).parents[1] / "prompts" / "support.txt"


@pytest.mark.token_budget(max_tokens=900, max_usd="0.01", model="gpt-6.1-sol")
def test_an_answer_of_support_stays_cheap(tokencost: Any) -> None:
    """The budget holds for all estimates of the test together."""
    tokencost.estimate(SUPPORT, output_tokens=500)


def test_the_prompt_fits_on_one_page(tokencost: Any) -> None:
    """What is only counted belongs to no budget."""
    assert tokencost.count(SUPPORT, model="claude-sonnet-5-5") < 600
