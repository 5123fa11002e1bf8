"""File, line and reason are fields: a name that looks like a place and a reason changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.errors import ConfigError, InputError

ROW = '{"model": "gpt-4o-mini", "usage": {"prompt_tokens": 1000, "completion_tokens": 10}}'
NAMES = ("run: one.jsonl", "a:12: b.jsonl", "x: y", "a:1", "C: run.jsonl", "one!two: three.jsonl")


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_profile_of_any_name_is_read_again(
    cli: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text(f"{ROW}\n{{broken: row\n{ROW}\n")
    saved = cli("profile", name, "-f", "json", "--save", "saved.tokencost", folder=tmp_path)
    assert saved.code == 0, saved.err
    first = json.loads(saved.out)
    (place,) = first["audit"]["skipped_places"]
    assert (place["file"], place["line"]) == (name, 2)
    assert place["reason"] == "cut off"
    again = cli("profile", "saved.tokencost", "-f", "json", folder=tmp_path)
    assert again.code == 0, again.err
    second = json.loads(again.out)
    assert second["total"] == first["total"]
    assert second["audit"]["skipped_places"] == first["audit"]["skipped_places"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_cannot_be_read_is_named_once(
    cli: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("no log at all")
    result = cli("profile", name, folder=tmp_path)
    assert result.code == 3
    assert result.err.startswith(f"error: {name}: not a log that tokencost knows")


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_that_cannot_be_read_has_its_line_in_a_check(
    cli: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    name = f"{name.removesuffix('.jsonl')}.json"
    (tmp_path / name).write_text('{"messages": [\n')
    (tmp_path / "good.txt").write_text("a prompt")
    result = cli("check", ".", "-m", "gpt-4o", "-f", "json", folder=tmp_path)
    assert result.code == 3
    assert result.err == f"error: {name}: line 2: not JSON: Expecting value\n"


def test_a_member_of_an_archive_that_cannot_be_read(
    cli: Callable[..., Any], tmp_path: Path
) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.writestr("good: one.jsonl", f"{ROW}\n")
        archive.writestr("bad: two.json", '{"usage": ')
    result = cli("profile", "logs.zip", "-f", "json", folder=tmp_path)
    places = json.loads(result.out)["audit"]["unreadable"]
    assert all(place["file"] == "logs.zip!bad: two.json" for place in places)


def test_the_message_is_made_of_the_fields() -> None:
    error = InputError("not JSON", file="run: one.jsonl", line=3, hint="mend it")
    assert (error.file, error.line, error.reason) == ("run: one.jsonl", 3, "not JSON")
    assert error.message == "run: one.jsonl:3: not JSON"
    assert str(error) == "run: one.jsonl:3: not JSON — mend it"
    assert error.advice == "not JSON — mend it"
    assert ConfigError("not TOML", file=Path("a") / "b.toml").message == "a/b.toml: not TOML"
    assert InputError("nothing to read").file is None
