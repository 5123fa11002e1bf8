"""Texts become hashes and sizes: once each, and nothing of them remains."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.attribution.digest import Digest
from tokencost_profiles.attribution.part_sizes import PartSizes
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, USER, Part
from tokencost_profiles.calls.thread_parts import ThreadParts

DAY = date(2026, 11, 28)
MODELS = ("claude-opus-4-5", "gpt-4o")


def conversation() -> tuple[list[Part], list[Call]]:
    """Return two calls, of a model each, and the list of parts that their prompts share."""
    texts = ((USER, "Read it."), (ASSISTANT, "It is read."), (USER, "On."), (ASSISTANT, "Done."))
    parts = [Part(role, text, f"{at}") for at, (role, text) in enumerate(texts)]
    ends = (1, 3)
    calls = [
        Call(model=model, parts=ThreadParts(parts, end), answer=(parts[end],))
        for model, end in zip(MODELS, ends, strict=True)
    ]
    return parts, calls


def test_what_no_prompt_holds_is_dropped_from_a_shared_list(table: PriceTable) -> None:
    parts, calls = conversation()
    Digest(PartSizes(table, DAY, counted=False)).take(calls)
    assert [part.size for part in parts] == [8, 11, 3]
    assert not any(part.text for part in parts)
    assert calls[0].answer == (parts[1],)


@pytest.mark.parametrize("counted", [False, True])
def test_a_part_is_digested_once_and_as_long_as_its_text_for_every_model(
    table: PriceTable, cache: Path, counted: bool
) -> None:
    parts, calls = conversation()
    original = parts[1]
    sizes = PartSizes(table, DAY, cache, counted=counted)
    Digest(sizes).take(calls)
    assert calls[0].answer is not None
    assert calls[0].answer[0] is parts[1]
    for model in MODELS:
        assert sizes.tokens(parts[1], model) == sizes.tokens(original, model) > 0
