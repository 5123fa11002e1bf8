"""A large file of requests is read line by line, as a small one is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.content import Text
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.tokens import prompts
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions

LONG = "The same long question, which is sent again and again with every request. " * 3
USER = {"role": "user", "content": LONG}
HISTORY = [
    USER,
    {"role": "assistant", "content": "Ja \ud83d\ude00."},
    {"role": "tool", "content": "2"},
]
LINES: tuple[Any, ...] = (
    {"model": "gpt-4o", "messages": [USER]},
    {"model": "gpt-4o", "messages": [*HISTORY, USER]},
    {"model": "claude-sonnet-4-5", "system": LONG, "messages": [USER], "max_tokens": 5},
    {
        "custom_id": "1",
        "method": "POST",
        "url": "/v1/x",
        "body": {"model": "m", "messages": [USER]},
    },
    {"messages": [{"role": "user", "content": "Hello, {{name}}."}, {"role": "function"}]},
    {"messages": [USER, {"role": "assistant", "content": "four"}]},
    {"prompt": "two and two", "completion": "four"},
    {"model": "gpt-4o", "messages": [USER], "usage": {"input_tokens": 5}},
    {"city": "Bern"},
    [USER],
    "text",
    None,
)
TEXTS = st.lists(
    st.sampled_from(LINES).map(json.dumps)
    | st.sampled_from(
        ['{"messages": [', "", "  ", "\u00a0", '{"messages": [], "n": 1e999}', ' {"a": "\\ud83d"}']
    ),
    max_size=5,
).map("\n".join)


def outcome(
    path: Path, how: ReadOptions, named: bool
) -> list[Prompt] | tuple[type, str, int | None]:
    try:
        return list(prompts.read_prompts(from_file(path, path.name, named=named), how))
    except InputError as error:
        return type(error), error.message, error.line


def unnamed(prompt: Prompt) -> Prompt:
    return prompt._replace(text="", known_digest=None)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("tokens_only", [False, True])
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(text="\n".join([json.dumps({"prompt": "two and two", "completion": "four"})] * 2))
@given(text=TEXTS)
def test_a_large_file_has_the_prompts_of_a_small_one(
    tokens_only: bool, named: bool, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text(text, "utf-8")
    how = ReadOptions(log_of=lambda _: "records", tokens_only=tokens_only)
    small = outcome(path, how, named)
    with monkeypatch.context() as patched:
        patched.setattr(prompts, "LARGE_TEXT", 0)
        patched.setattr(prompts, "_maybe_body", lambda _: True)  # what is no lines is held
        large = outcome(path, how, named)
    if isinstance(small, tuple):
        assert large == small
        return
    assert not isinstance(large, tuple)
    assert [unnamed(one) for one in large] == [unnamed(one) for one in small]
    if not tokens_only:
        assert [one.digest for one in large] == [one.digest for one in small]


def test_a_text_that_stands_in_many_lines_is_held_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text("\n".join(json.dumps({"messages": [USER]}) for _ in range(3)))
    monkeypatch.setattr(prompts, "LARGE_TEXT", 0)
    read = list(prompts.read_prompts(from_file(path, path.name)))
    blocks = [block for one in read for _, block in one.request.blocks()]
    texts = {id(block.text) for block in blocks if isinstance(block, Text)}
    assert len(read) == 3
    assert len(texts) == 1
