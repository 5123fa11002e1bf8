"""Recorded calls: a request and what was billed for it are enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_profiles.accuracy import samples
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs import read

Reading = Callable[..., samples.SampleSet]
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What does this cost?"}]}
USAGE = {"prompt_tokens": 12, "completion_tokens": 3}


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    def of(*rows: dict[str, Any]) -> samples.SampleSet:
        path = tmp_path / "calls.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return samples.read([from_file(path, path.name)], read.ReadOptions(text=True))

    return of


def test_a_request_and_a_usage_object_are_enough(reading: Reading) -> None:
    (sample,) = reading({"request": BODY, "usage": USAGE}).samples
    assert (sample.model, sample.billed, sample.api) == ("gpt-4o", 12, "openai-chat")


def test_cached_tokens_are_of_the_input_whatever_the_provider_calls_it(reading: Reading) -> None:
    usage = {"input_tokens": 5, "cache_read_input_tokens": 7, "output_tokens": 3}
    body = {"model": "claude-opus-4-8", "max_tokens": 9, "messages": BODY["messages"]}
    (sample,) = reading({"request": body, "usage": usage, "provider": "anthropic"}).samples
    assert sample.billed == 12


def test_a_call_with_no_day_is_of_spring_2026(reading: Reading) -> None:
    (sample,) = reading({"request": BODY, "usage": USAGE}).samples
    assert sample.day == date(2026, 3, 15)


def test_input_tokens_go_before_the_usage_object(reading: Reading) -> None:
    (sample,) = reading({"request": BODY, "usage": USAGE, "input_tokens": 14}).samples
    assert sample.billed == 14


def test_unknown_fields_are_ignored(reading: Reading) -> None:
    row = {"request": BODY, "input_tokens": 12, "loose_key": "k", "flags": ["remote-state"]}
    assert len(reading(row, {**row, "request": {**BODY, "model": "gpt-4.1"}}).samples) == 2


def test_calls_of_one_group_count_once(reading: Reading) -> None:
    other = {**BODY, "messages": [{"role": "user", "content": "And this?"}]}
    rows = [{"request": body, "usage": USAGE} for body in (BODY, other, BODY)]
    assert len(reading(*rows).samples) == 2
    assert len(reading(*({**row, "group": "a"} for row in rows)).samples) == 1


def test_what_is_to_skip_or_cannot_be_counted_is_left_out_and_counted(reading: Reading) -> None:
    row = {"request": BODY, "usage": USAGE}
    result = reading(row, {**row, "group": "b", "skip": "a remote file"}, {**row, "request": {}})
    assert (len(result.samples), result.left_out, result.calls) == (1, 2, 3)


def test_an_answer_has_its_tokens_unless_it_was_cut_off_or_reasoned(reading: Reading) -> None:
    row = {"request": BODY, "usage": USAGE, "output_text": "A cent."}
    (sample,) = reading(row).samples
    assert (sample.answered, sample.answer is not None) == (3, True)
    for more in ({"finish": "length"}, {"finish": ["length"]}, {"reasoning_tokens": 2}):
        (sample,) = reading({**row, **more}).samples
        assert (sample.answered, sample.answer) == (None, None)
