"""Names from logs and repositories: seen in every output, and without effect in any."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sinks import hostile, render
from tokencost_cli.output.safe_text import escaped_json, inert, visible

Cli = Callable[..., Any]
# A colour, the title of a window, a hidden link, a line turned around, a line of its own.
NAMES = (
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "\x9b2J",
    "\u202etxt.exe",
    "two\nlines\rand\tmore",
    "page\u2028break",
    "\udc80",
    "\x00",
)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "\uff1d1+1")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[])))
@example("".join(NAMES))
def test_visible_text_is_one_line_without_controls(text: str) -> None:
    label = visible(text)
    assert label.splitlines() in ([label], [])
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in label)
    assert visible(label) == label
    label.encode()


def test_visible_text_keeps_what_can_be_seen() -> None:
    for text in ("größe-日本.txt", "a\\nb", "C:\\new", "👩\u200d💻", "a\u00a0b", "=1", "100 %"):
        assert visible(text) == text


def test_escapes_say_which_character_it_was() -> None:
    assert visible("a\tb\nc\x1b\x9b\u202e\U000e0041") == r"a\tb\nc\x1b\x9b\u202e\U000e0041"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_led_by_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{visible(text)}"


@pytest.mark.parametrize("text", ["-5", "+3.25", "-1e-7", "-.5", "gpt-4o", "a=b", "1-1", ""])
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[])))
def test_escaped_json_says_the_same_and_holds_no_controls(text: str) -> None:
    document = {"name": text, "more": [text]}
    written = escaped_json(json.dumps(document, indent=2, ensure_ascii=False))
    assert json.loads(written) == document
    assert not any(unicodedata.category(one) in ("Cc", "Cs") and one != "\n" for one in written)


def log(folder: Path, name: str) -> Path:
    """Write a log of one call whose model, user and file are named so."""
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    row = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": f"gpt-4o{name}",
        "choices": [],
        "usage": usage,
        "user": name,
    }
    path = folder / "log.jsonl"
    path.write_text(json.dumps(row) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["table", "csv", "markdown", "json"])
def test_a_name_in_a_log_has_no_effect_in_a_report(
    cli: Cli, tmp_path: Path, name: str, form: str
) -> None:
    log(tmp_path, name)
    result = cli("profile", "log.jsonl", "-f", form)
    assert result.code == 0
    for text in (result.out, result.err):
        assert not any(
            (unicodedata.category(one) in ("Cc", "Cs") and one != "\n") or one == "\u202e"
            for one in text
        )


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_in_a_log_is_no_formula_in_csv(cli: Cli, tmp_path: Path, name: str) -> None:
    path = log(tmp_path, "")
    row = json.loads(path.read_text()) | {"model": name}
    path.write_text(json.dumps(row) + "\n", "utf-8")
    result = cli("profile", "log.jsonl", "-f", "csv")
    cells = [cell for line in csv.reader(io.StringIO(result.out)) for cell in line]
    assert f"'{visible(name)}" in cells
    assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in cells)


@pytest.mark.parametrize("name", NAMES[:6])
def test_a_name_of_a_file_has_no_effect_in_an_error(cli: Cli, name: str) -> None:
    result = cli("estimate", f"{name.replace('/', '')}.txt")
    assert result.code == 3
    assert result.err.count("\n") == 1
    assert "\x1b" not in result.err
    assert visible(name.replace("/", "")) in result.err


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["github", "gitlab", "json", "junit", "markdown", "sarif"])
def test_a_name_has_no_effect_in_any_sink_of_the_gate(name: str, form: str) -> None:
    written = render(form, hostile(name))
    assert not any(
        (unicodedata.category(one) in ("Cc", "Cs") and one != "\n") or one == "\u202e"
        for one in written
    )
    if form == "github":
        assert all(line.startswith("::") for line in written.splitlines()[:-1])
