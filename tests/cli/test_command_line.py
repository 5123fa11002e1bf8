"""The command line itself: help, formats and endings, completion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tokencost_cli import commands
from tokencost_cli.app import LazyGroup, app
from tokencost_cli.options import completion as _completion
from tokencost_cli.output.renderers import by_ending, endings, renderer
from tokencost_cli.output.renderers import names as formats
from tokencost_pricing.errors import UsageError
from tokencost_profiles.discovery import names

Cli = Callable[..., Any]
MAGIC = {
    "csv": "path,",
    "json": "{",
    "md": "**",
    "markdown": "**",
    "txt": "p.txt: ",
    "parquet": "PAR1",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.txt").write_text("hello")
    return tmp_path


# --- formats and endings -------------------------------------------------------------------------
@pytest.mark.parametrize("ending", MAGIC)
def test_the_ending_of_the_output_chooses_the_format(cli: Cli, folder: Path, ending: str) -> None:
    result = cli("estimate", "p.txt", "-m", "gpt-4o", "-o", f"out.{ending}")
    assert (result.code, result.out) == (0, "")
    assert (folder / f"out.{ending}").read_bytes().startswith(MAGIC[ending].encode())


@pytest.mark.parametrize("name", ["OUT.JSON", "a.csv.json", ".hidden.json", "sub/x.y/out.json"])
def test_the_last_ending_counts_whatever_its_case(cli: Cli, folder: Path, name: str) -> None:
    assert cli("models", "--search", "gpt-4o", "-o", name).code == 0
    assert json.loads((folder / name).read_text())["format"] == "tokencost.models/2"


@pytest.mark.parametrize(
    ("ending", "begins"),
    [
        ("xml", "<?xml"),
        ("sarif", '{\n  "$schema"'),
        ("sarif.json", '{\n  "$schema"'),
        ("md", "<!--"),
    ],
)
def test_check_has_further_endings(cli: Cli, folder: Path, ending: str, begins: str) -> None:
    base = ("check", "p.txt", "-m", "gpt-4o", "--budget", "1")
    assert cli(*base, "-o", f"out.{ending}", "--report", f"more.{ending}").code == 0
    assert (folder / f"out.{ending}").read_text("utf-8").startswith(begins)
    assert (folder / f"more.{ending}").read_bytes() == (folder / f"out.{ending}").read_bytes()


@pytest.mark.parametrize("command", ["estimate", "count", "profile", "check"])
@pytest.mark.parametrize("ending", ["pdf", "jsonl", "xlsx", "c.s.v", "xml"])
def test_an_ending_that_no_format_claims_is_refused_before_the_work(
    cli: Cli, folder: Path, command: str, ending: str
) -> None:
    if (command, ending) == ("check", "xml"):
        return
    result = cli(command, "nothing-there.txt", "-o", f"out.{ending}")
    assert (result.code, result.out) == (2, "")
    assert f"out.{ending}: no format has this ending" in result.err
    for known, name in endings(command).items():
        assert f".{known} ({name})" in result.err
    assert not (folder / f"out.{ending}").exists()


def test_a_typed_format_wins_over_the_ending(cli: Cli, folder: Path) -> None:
    base = ("estimate", "p.txt", "-m", "gpt-4o")
    assert cli(*base, "-f", "json", "-o", "out.csv").code == 0
    assert (folder / "out.csv").read_text().startswith("{")
    assert cli(*base, "--json", "-o", "out.pdf").code == 0
    assert (folder / "out.pdf").read_text().startswith("{")


def test_an_ending_wins_over_settings_and_the_environment(cli: Cli, folder: Path) -> None:
    (folder / "tokencost.toml").write_text('[estimate]\nformat_name = "json"\n')
    base = ("estimate", "p.txt", "-m", "gpt-4o")
    assert cli(*base).out.startswith("{")
    cli(*base, "-o", "out.csv")
    assert (folder / "out.csv").read_text().startswith("path,")
    cli(*base, "-o", "out")
    assert (folder / "out").read_text().startswith("{")


def test_json_is_a_flag_of_every_command_that_has_formats(cli: Cli, folder: Path) -> None:
    for name in names(commands.__name__):
        text = cli(name, "--help").out
        assert ("--format" in text) == ("--json" in text)
    result = cli("estimate", "p.txt", "-m", "gpt-4o", "--json")
    assert json.loads(result.out)["format"] == "tokencost.estimate/2"
    result = cli("estimate", "p.txt", "--json", "-f", "csv")
    assert result.code == 2
    assert "--json and --format csv: give one" in result.err


def test_a_dash_is_stdout(cli: Cli, folder: Path) -> None:
    assert cli("models", "--search", "gpt-4o", "--json", "-o", "-").out.startswith("{")


def test_what_has_one_format_is_not_named_as_if_it_had_another(cli: Cli, folder: Path) -> None:
    result = cli("baseline", "p.txt", "-m", "gpt-4o", "-o", "base.csv")
    assert result.code == 2
    assert "baseline writes json, not csv" in result.err
    assert cli("baseline", "p.txt", "-m", "gpt-4o", "-o", "base.anything").code == 0


def test_a_format_of_check_is_refused_elsewhere_before_the_work(cli: Cli) -> None:
    result = cli("profile", "nothing-there", "-f", "sarif")
    assert result.code == 2
    assert "sarif writes the answer of check, not of profile" in result.err


def test_endings_are_claimed_once() -> None:
    claimed = [ending for name in formats() for ending in renderer(name).endings]
    assert len(claimed) == len(set(claimed))
    assert by_ending("no-ending", "check") is None
    with pytest.raises(UsageError, match="no format has this ending"):
        by_ending("x.sarif", "profile")


# --- help ----------------------------------------------------------------------------------------
def test_alone_it_prints_its_help(cli: Cli) -> None:
    alone, asked, helped = cli(), cli("--help"), cli("help")
    assert (alone.code, alone.err) == (0, "")
    assert alone.out == asked.out == helped.out
    for name in names(commands.__name__):
        assert f"\n  {name} " in alone.out
    for form in formats():
        assert form in alone.out
    for code in ("0", "1", "2", "3", "4", "5", "70"):
        assert f"\n  {code} " in alone.out


def test_a_group_of_commands_alone_prints_its_help(cli: Cli) -> None:
    alone = cli("prices")
    assert (alone.code, alone.err) == (0, "")
    assert alone.out == cli("prices", "--help").out == cli("help", "prices").out


@pytest.mark.parametrize("name", names(commands.__name__))
def test_help_of_a_command_is_its_help_page(cli: Cli, name: str) -> None:
    result = cli("help", name)
    assert (result.code, result.err) == (0, "")
    assert result.out == cli(name, "--help").out


def test_help_of_nothing_is_refused(cli: Cli) -> None:
    assert cli("help", "prifile").code == 2
    assert "did you mean 'profile'" in cli("help", "prifile").err
    assert cli("help", "profile", "more").code == 2


@pytest.mark.parametrize("name", ["estimate", "profile", "whatif", "check"])
def test_help_comes_in_groups_and_names_all_formats(cli: Cli, name: str) -> None:
    text = cli(name, "--help").out
    assert text.index("Pricing:") < text.index("Output:")
    output = " ".join(text[text.index("Output:") :].split())
    assert f"{', '.join(formats(name))}." in output


# --- completion ----------------------------------------------------------------------------------
def completed(line: str, cache: Path, folder: Path) -> list[str]:
    """Return what bash is offered for the last word of a command line."""
    words = f"tokencost {line}"
    environment = {
        **os.environ,
        "_TOKENCOST_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "TOKENCOST_CACHE": str(cache),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tokencost_cli"],
        env=environment,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "wanted", "unwanted"),
    [
        ("esti", "estimate", "profile"),
        ("help pro", "profile", "estimate"),
        ("estimate -m gpt-4o", "gpt-4o-mini", "claude-haiku-5-5"),
        ("estimate -m azure/gpt-4o", "azure/gpt-4o", "gpt-4o"),
        ("whatif logs --mode b", "batch", "flex"),
        ("estimate -f ", "markdown", "sarif"),
        ("check -f s", "sarif", "csv"),
        ("profile --by model,da", "model,day", "day"),
        ("profile --by ta", "tag:", "team"),
        ("profile --sort c", "cost", "tokens"),
        ("profile --where mo", "model=", "team="),
        ("profile --input-format lite", "litellm", "codex"),
    ],
)
def test_names_are_completed(
    cache: Path, tmp_path: Path, line: str, wanted: str, unwanted: str
) -> None:
    offered = completed(line, cache, tmp_path)
    assert wanted in offered
    assert unwanted not in offered


def test_options_that_take_known_names_offer_them() -> None:
    group = app_group()
    for name in ("estimate", "profile", "whatif", "check", "diff"):
        command = group.get_command(None, name)
        for option in command.params:
            if option.name in ("model", "mode", "format_name", "by", "where", "input_format"):
                assert option._custom_shell_complete is not None, (name, option.name)


def app_group() -> LazyGroup:
    import typer

    group = typer.main.get_command(app)
    assert isinstance(group, LazyGroup)
    return group


def test_times_are_offered_as_words() -> None:
    assert "yesterday" in _completion.times("yes")
