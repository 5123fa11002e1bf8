"""What people see: footnotes, words and colour of warnings, lines that fit their terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinks import page
from tokencost_cli.app import run
from tokencost_cli.output.formatting import percent, share_percent
from tokencost_cli.output.renderers import Style, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import (
    AtLeast,
    Column,
    Footnote,
    Lines,
    Table,
    display_width,
    folded,
)
from tokencost_cli.runtime.context import Context

Cli = Callable[..., Any]
SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.txt").write_text("hello")
    return tmp_path


def terminal(folder: Path, cache: Path, *arguments: str, width: int = 80, **set_: str) -> Context:
    """Run a command on a terminal, and return the context with what it wrote."""
    context = Context(
        stdin=io.BytesIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environment=set_,
        folder=folder,
        now=datetime(2026, 11, 22, 12, tzinfo=UTC),
        width=width,
        stderr_width=width,
        stdout_is_terminal=True,
        stderr_is_terminal=True,
        cache=cache,
    )
    run(arguments, context)
    return context


def text(stream: Any) -> str:
    return str(stream.getvalue())


# --- footnotes -----------------------------------------------------------------------------------
def test_a_warning_about_a_model_is_a_footnote_of_its_row(cli: Cli, folder: Path) -> None:
    result = cli("estimate", "p.txt", "-m", "gpt-4o", "-m", "deepseek-v4-pro")
    assert result.err == ""
    (row,) = [line for line in result.out.splitlines() if line.startswith("deepseek-v4-pro")]
    assert row.startswith("deepseek-v4-pro ¹")
    assert "\n¹ deepseek/deepseek-v4-pro: the price depends on the hour" in result.out
    assert not re.search(r"^gpt-4o.*[¹²]", result.out, re.MULTILINE)


def test_models_that_nobody_asked_for_have_no_footnotes(cli: Cli, folder: Path) -> None:
    for arguments in (["p.txt"], ["p.txt", "--all-models"]):
        result = cli("estimate", *arguments)
        assert result.err == ""
        assert "depends on the hour" not in result.out
        assert "not verified" not in result.out
    items = json.loads(cli("estimate", "p.txt", "--json").out)["items"]
    assert any("depends on the hour" in str(item["warnings"]) for item in items)


def test_what_most_models_share_is_about_the_prompt_and_stated_once(cli: Cli, folder: Path) -> None:
    body = {"messages": [{"role": "user", "content": [{"type": "hologram", "data": "x"}]}]}
    (folder / "body.json").write_text(json.dumps(body))
    result = cli("estimate", "body.json")
    assert (result.out + result.err).count("'hologram' is counted as text") == 1


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_format_without_footnotes_warns_on_stderr(cli: Cli, folder: Path, form: str) -> None:
    result = cli("estimate", "p.txt", "-m", "grok-3-mini", "-m", "gpt-4o", "-o", f"out.{form}")
    assert result.code == 0
    assert "warning: xai/grok-3-mini: the price is not verified" in result.err


TABLE = Table(
    (Column("name", "name"), Column("cost", "cost", "money")),
    [("one", Decimal(1)), ("two", AtLeast(Decimal(2))), ("three", None)],
    footnotes=[Footnote("last", (2,)), Footnote("both", (0, 1)), Footnote("of all")],
)


def test_footnotes_are_numbered_by_their_first_rows() -> None:
    label = renderer("table").render(Report("x/1", {}, (TABLE,)), Style())
    assert isinstance(label, str)
    lines = label.splitlines()
    assert [line.split("  ")[0] for line in lines[2:5]] == ["one ¹", "two ¹", "three ²"]
    assert lines[-3:] == ["¹ both", "² last", "of all"]
    plain = renderer("table").render(Report("x/1", {}, (TABLE,)), Style(unicode=False))
    assert "one [1]" in str(plain)


def test_footnotes_in_markdown_are_raised() -> None:
    label = renderer("markdown").render(Report("x/1", {}, (TABLE,)), Style())
    html = page(str(label))
    assert "<td>one<sup>1</sup></td>" in html
    assert "<sup>2</sup> last" in html


# --- warnings and errors -------------------------------------------------------------------------
def test_warnings_and_errors_are_words_and_colour(folder: Path, cache: Path) -> None:
    (folder / "image.bin").write_bytes(b"\0")
    context = terminal(folder, cache, "estimate", ".", "-m", "gpt-4o")
    assert text(context.stderr).startswith("\x1b[1;33mwarning:\x1b[0m ")
    context = terminal(folder, cache, "estimate", "gone.txt")
    assert text(context.stderr).startswith("\x1b[1;31merror:\x1b[0m ")
    context = terminal(folder, cache, "estimate", "gone.txt", NO_COLOR="1")
    assert text(context.stderr).startswith("error: ")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_breaks_inside_a_word(folder: Path, cache: Path, width: int) -> None:
    commands = ("profile", "estimate p.txt", "estimate p.txt -m grok-3-mini")
    for arguments in map(str.split, commands):
        context = terminal(folder, cache, *arguments, width=width)
        wide = cli_text(folder, cache, *arguments)
        words = set(wide.split())
        for stream in (context.stdout, context.stderr):
            for line in SGR.sub("", text(stream)).splitlines():
                assert display_width(line) <= width or " " not in line.strip()
                assert line.startswith("─") or set(line.split()) <= words, line


def cli_text(folder: Path, cache: Path, *arguments: str) -> str:
    context = terminal(folder, cache, *arguments, width=100_000)
    return SGR.sub("", text(context.stdout) + text(context.stderr))


def test_each_warning_is_written_once() -> None:
    context = Context(
        stdin=io.BytesIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environment={},
        folder=Path(),
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    for message in ("one", "two", "one"):
        context.warn(message)
    assert text(context.stderr) == "warning: one\nwarning: two\n"


# --- folding -------------------------------------------------------------------------------------
@settings(deadline=None)
@given(st.text(), st.integers(1, 60), st.sampled_from(["", "  "]))
def test_folding_loses_nothing_but_spaces(value: str, width: int, indent: str) -> None:
    lines = folded(value, width, indent)
    assert "".join("".join(lines).split()) == "".join(value.split())


@settings(deadline=None)
@given(st.lists(st.text("abcdefg-/._", min_size=1, max_size=9)), st.integers(10, 60))
def test_folding_breaks_between_words(words: list[str], width: int) -> None:
    for line in folded(" ".join(words), width):
        assert display_width(line) <= width
        assert set(line.split()) <= set(words)


def test_a_path_is_broken_behind_a_slash() -> None:
    assert folded("prompts/support/refund.txt", 16) == ["prompts/support/", "refund.txt"]


def test_names_of_models_are_not_broken_while_there_is_room_elsewhere() -> None:
    columns = (Column("a", "model"), Column("b", "why"))
    row = ("claude-opus-5-5-20261001", "because of this and of that and of much more beside it")
    label = renderer("table").render(Report("x/1", {}, (Table(columns, [row]),)), Style(width=40))
    assert "claude-opus-5-5-20261001" in str(label)


def test_long_lines_are_folded_on_a_terminal_only() -> None:
    report = Report("x/1", {}, (Lines(("word " * 40,)),))
    folded_ = str(renderer("table").render(report, Style(width=40, fold=True)))
    piped = str(renderer("table").render(report, Style(width=40)))
    assert max(map(len, folded_.splitlines())) <= 40
    assert len(piped.splitlines()) == 1


# --- parts and shares ----------------------------------------------------------------------------
@settings(deadline=None)
@given(st.decimals(0, 1, places=9))
def test_a_share_is_never_rounded_up(part: Decimal) -> None:
    label = share_percent(part)
    if label != "<0.1%":
        assert Decimal(label.removesuffix("%")) <= part * 100
    assert (label == "100%") == (part == 1)
    assert (label == "0%") == (part == 0)


def test_shares_and_changes_near_everything() -> None:
    assert share_percent(0.99996) == "99.9%"
    assert share_percent(Decimal("0.999999999999999999999999")) == "99.9%"
    assert share_percent(2879 / 2880) == "99.9%"
    assert share_percent(0.105) == "10%"
    assert [percent(value) for value in (0.996, 0.99996, 1.0, -0.99996, 1.003)] == [
        "99.6%",
        "99.9%",
        "100%",
        "-99.9%",
        "100.3%",
    ]


def unpriced_log(folder: Path) -> None:
    rows = [
        {
            "id": f"chatcmpl-{at}",
            "object": "chat.completion",
            "created": 1_790_000_000 + at,
            "model": model,
            "choices": [],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 10},
        }
        for at, model in enumerate(["gpt-4o", "gpt-4o", "unheard-of-9b"])
    ]
    (folder / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_part_never_passes_for_everything(cli: Cli, folder: Path) -> None:
    unpriced_log(folder)
    out = cli("profile", "log.jsonl").out
    assert out.startswith("at least $0.0052 (1 of 3 calls unpriced): 3 calls, ")
    assert re.search(r"^total +3 .* ≥\$0\.0052$", out, re.MULTILINE)
    assert "of priced" in out
    by_day = cli("profile", "log.jsonl", "--by", "day").out
    assert re.search(r"^2026-\S+ ¹ .*≥\$0\.0052", by_day, re.MULTILINE)
    reported = cli("profile", "log.jsonl", "--cost", "reported").out
    assert reported.startswith("no cost reported: 3 calls")
    whatif = cli("whatif", "log.jsonl", "--mode", "batch").out
    assert whatif.startswith("as recorded: at least $0.0052 (1 of 3 calls unpriced) for 3 calls")
    assert "≥$0.0026" in whatif


def test_the_rest_of_the_groups_is_summed_with_what_it_lacks(cli: Cli, folder: Path) -> None:
    unpriced_log(folder)
    out = cli("profile", "log.jsonl", "--by", "user", "--by", "model", "--top", "1").out
    assert "(1 more)" in out
    assert re.search(r"^total .*≥\$0\.0052$", out, re.MULTILINE)


def test_without_unicode_our_signs_are_ascii() -> None:
    table = TABLE._replace(columns=(Column("name", "× 1,000"), Column("cost", "cost", "money")))
    report = Report("x/1", {}, (table, Lines(("±1 … —",))))
    label = str(renderer("table").render(report, Style(unicode=False)))
    assert label.isascii()
    assert "x 1,000" in label
    assert ">=$2.00" in label
