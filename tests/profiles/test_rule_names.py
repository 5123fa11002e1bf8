"""Names are compared with the expressions of rules as `re` compares them, mostly without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost_pricing.yaml_loader import load
from tokencost_profiles.tokens.prompt_rules import HERE, HIDDEN_TEXTS, compile_rules, fits

NAMES = (
    *("gpt-4o", "gpt-5.2-mini", "gpt-5x2", "GPT-5", "o3", "claude-opus-4-6", "openai/gpt-oss-120b"),
    *("grok-4-fast-non-reasoning", "x-ai/grok-4.3", "qwen3-coder", "llama-3.1", "", "é", "ſ\n"),
)


def expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("models", "names") and isinstance(item, str):
                yield item
            yield from expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from expressions(item)


RULES = sorted(
    {
        *expressions(compile_rules(HERE)),
        *(one for path in HIDDEN_TEXTS.glob("*.yaml") for one in expressions(load(path).data)),
    }
)
PARTS = sorted({part for rule in RULES for part in re.split(r"[^A-Za-z0-9-]+", rule) if part})
NAME = st.sampled_from(NAMES) | st.lists(
    st.sampled_from([*PARTS, "-", ".", "/", "5", "\n", "K"]), max_size=4
).map("".join)


@settings(max_examples=150, deadline=None)
@given(name=NAME)
def test_a_name_fits_what_the_expression_matches(name: str) -> None:
    assert len(RULES) > 100
    for rule in RULES:
        assert fits(rule, name) is (re.fullmatch(rule, name) is not None), rule
        ignored = re.fullmatch(rule, name, re.IGNORECASE) is not None
        assert fits(rule, name, any_case=True) is ignored, rule
