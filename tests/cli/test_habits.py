"""Habits of every command: streams, colour, files, closed pipes, settings, bugs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tokencost_cli import commands
from tokencost_cli.app import run
from tokencost_profiles.discovery import names

Cli = Callable[..., Any]
HEAVY = (
    "pandas",
    "pyarrow",
    "tokenizers",
    "tiktoken",
    "splintr",
    "regex",
    "yaml",
    "rich.console",
    "pathspec",
    "msgspec",
    "hypothesis",
)


def python(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
    )


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    path = tmp_path / "prompt.txt"
    path.write_text("Say hello, please.\n")
    return path


@pytest.mark.parametrize("name", names(commands.__name__))
def test_every_command_has_help_with_a_first_sentence(cli: Cli, name: str) -> None:
    result = cli(name, "--help")
    assert result.code == 0
    text = result.out.split("\n\n")[1].strip()
    assert len(text) > 20
    assert text.endswith((".", "?"))


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, io; from tokencost_cli.app import run; "
        "from tokencost_cli.runtime.context import Context; c = Context.of_process(); "
        "c.stdout = io.StringIO(); run(['--help'], c); "
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    assert python("-c", code).stdout.endswith("[]\n")


def test_the_version_imports_no_typer() -> None:
    code = (
        "import sys; sys.argv = ['tokencost', '--version']; from tokencost_cli.__main__ import "
        "main; main(); print([m for m in ('typer', 'rich', 'json', 're') if m in sys.modules and "
        "m not in before])"
    )
    result = python("-c", f"import sys; before = set(sys.modules); {code}")
    assert result.stdout.startswith("tokencost 0.")
    assert result.stdout.endswith("[]\n")


def test_an_estimate_on_an_openai_model_reads_no_yaml_and_no_vocabulary(
    prompt: Path, cache: Path
) -> None:
    code = (
        "import sys; from tokencost_cli.app import run; "
        "from tokencost_cli.runtime.context import Context; "
        f"c = Context.of_process(); run(['estimate', {str(prompt)!r}, '-m', 'gpt-4o'], c); "
        f"print([m for m in {('yaml', *HEAVY[:6])!r} if m in sys.modules])"
    )
    environment = {"TOKENCOST_CACHE": str(cache), "PATH": ""}
    python("-c", code, env=environment)  # may fill the cache
    assert python("-c", code, env=environment).stdout.endswith("[]\n")


def test_a_closed_pipe_is_silent_and_no_error(prompt: Path) -> None:
    command = (
        f"{sys.executable} -m tokencost_cli models --retired | head -1; exit ${{PIPESTATUS[0]}}"
    )
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_reports_go_to_stdout_and_warnings_to_stderr(cli: Cli, prompt: Path) -> None:
    (prompt.parent / "image.bin").write_bytes(b"\0\1")
    result = cli("estimate", ".", "-m", "gpt-4o")
    assert result.err.startswith("warning: ")
    assert "image.bin" in result.err
    assert "image.bin" not in result.out
    assert cli("estimate", ".", "-m", "gpt-4o", "-q").err == ""


def test_colour_only_where_it_is_wanted(cli: Cli, prompt: Path) -> None:
    plain = cli("estimate", "prompt.txt", "-m", "gpt-4o").out
    assert "\x1b[" not in plain
    forced = cli("estimate", "prompt.txt", "-m", "gpt-4o", environment={"FORCE_COLOR": "1"}).out
    assert "\x1b[" in forced
    both = {"FORCE_COLOR": "1", "NO_COLOR": "1"}
    assert "\x1b[" not in cli("estimate", "prompt.txt", "-m", "gpt-4o", environment=both).out


def test_an_output_file_is_written_in_full_or_not_at_all(
    cli: Cli, prompt: Path, tmp_path: Path
) -> None:
    result = cli(
        "estimate", "prompt.txt", "-m", "gpt-4o", "-f", "json", "-o", str(tmp_path / "o.json")
    )
    assert (result.code, result.out) == (0, "")
    assert json.loads((tmp_path / "o.json").read_text())["format"] == "tokencost.estimate/2"
    (tmp_path / "taken").mkdir()
    result = cli("estimate", "prompt.txt", "-m", "gpt-4o", "-o", str(tmp_path / "taken"))
    assert result.code == 3
    assert "cannot be written" in result.err
    assert not list(tmp_path.glob(".taken*"))


def test_narrow_terminals_drop_columns_before_they_cut_numbers(cli: Cli, prompt: Path) -> None:
    for width in (40, 60, 80, 100, 160):
        result = cli("estimate", "prompt.txt", "-q", width=width)
        table = result.out.split("\n\n")[1]
        assert all(len(line) <= max(width, 50) for line in table.splitlines())


def test_settings_give_defaults(cli: Cli, prompt: Path, tmp_path: Path) -> None:
    (tmp_path / "tokencost.toml").write_text(
        'models = ["gpt-4o"]\n[estimate]\noutput_tokens = "7"\n'
    )
    data = json.loads(cli("estimate", "prompt.txt", "-f", "json").out)
    assert [item["model"] for item in data["items"]] == ["gpt-4o"]
    assert data["items"][0]["usage"]["output"] == 7


def test_settings_of_a_project_hold_in_its_folders(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.tokencost]\nmodels = ["gpt-4o-mini"]\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "p.txt").write_text("x")
    data = json.loads(cli("estimate", "p.txt", "-f", "json", folder=inner).out)
    assert [item["model"] for item in data["items"]] == ["gpt-4o-mini"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('modles = ["x"]', "unknown key 'modles'; did you mean 'models'"),
        ('models = "x"', "'models' must be a list of texts"),
        ("[estimate]\nmodle = 1", "[estimate] has no setting 'modle'; did you mean"),
        ("models = [", "not TOML"),
    ],
)
def test_wrong_settings_end_in_one_line(
    cli: Cli, prompt: Path, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "tokencost.toml").write_text(text)
    result = cli("estimate", "prompt.txt")
    assert result.code == 5
    assert message in result.err
    assert len(result.err.splitlines()) == 1


def test_flags_come_from_the_environment(prompt: Path, cache: Path) -> None:
    environment = {"TOKENCOST_CACHE": str(cache), "TOKENCOST_ESTIMATE_MODEL": "gpt-4o", "PATH": ""}
    result = python("-m", "tokencost_cli", "estimate", str(prompt), "-f", "csv", env=environment)
    assert "gpt-4o" not in result.stderr
    assert result.stdout.count("\n") >= 2


def test_a_bug_shows_its_traceback_and_ends_with_70(
    cli: Cli, prompt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("tokencost_cli.tasks.estimate.estimate", fail)
    result = cli("estimate", "prompt.txt")
    assert result.code == 70
    assert "ZeroDivisionError: surprise" in result.err
    assert "bug in tokencost" in result.err


def test_run_is_the_only_place_that_catches() -> None:
    root = Path(run.__code__.co_filename).parent
    caught = [
        path.name
        for path in root.rglob("*.py")
        if "except TokencostError" in path.read_text("utf-8")
    ]
    assert caught == ["app.py"]


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "tokencost_cli", "models"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            check=False,
        )
    assert ended.returncode == 3
    assert ended.stderr == "error: cannot write the report: No space left on device\n"


def test_a_folder_cannot_be_written(cli: Cli) -> None:
    result = cli("models", "-o", ".")
    assert (result.code, result.out) == (3, "")
    assert "is a folder" in result.err


def test_our_reports_are_no_logs(cli: Cli, prompt: Path, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(cli("estimate", "prompt.txt", "-f", "json").out)
    for command in (["profile"], ["whatif", "-m", "gpt-4o"]):
        result = cli(command[0], "report.json", *command[1:])
        assert result.code == 3
        assert "is a report of tokencost" in result.err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_change_the_answer(tmp_path: Path, closed: str) -> None:
    (tmp_path / "p.txt").write_text("hello")
    for budget, code in (("1", 0), ("0.000001", 1)):
        command = f'"{sys.executable}" -m tokencost_cli check p.txt -m gpt-4o --budget {budget}'
        ended = subprocess.run(
            f"{command} {closed}",
            shell=True,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        assert ended.returncode == code
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", ["check p.txt -m gpt-4o", "check --help", "formats"])
def test_a_stream_that_cannot_be_written_is_one_line(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "p.txt").write_text("hello")
    ended = subprocess.run(
        f'"{sys.executable}" -m tokencost_cli {arguments} 1</dev/null',
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert ended.returncode == 3
    assert ended.stderr.splitlines()[-1].startswith("error: cannot write the report: ")
    assert "Traceback" not in ended.stderr


def test_one_file_by_several_paths_is_one_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("hello")
    names = ["p.txt", "./p.txt", str(tmp_path / "p.txt"), "p*.txt"]
    assert len(json.loads(cli("estimate", *names, "-m", "gpt-4o", "-f", "json").out)["items"]) == 1


def test_standard_input_needs_no_dash(cli: Cli, tmp_path: Path) -> None:
    text = b"Say hello, please.\n"
    for command in (["estimate", "-m", "gpt-4o"], ["count"], ["check", "-m", "gpt-4o"]):
        alone = cli(*command, stdin=text)
        assert alone.code == 0
        assert alone.out == cli(command[0], "-", *command[1:], stdin=text).out
    log = (Path(__file__).parents[2] / "examples" / "logs" / "agent.jsonl").read_bytes()
    assert cli("profile", stdin=log).out == cli("profile", "-", stdin=log).out
    whatif = ["whatif", "--mode", "batch"]
    assert cli(*whatif, stdin=log).out == cli("whatif", "-", *whatif[1:], stdin=log).out


def test_without_input_there_is_nothing_to_estimate(cli: Cli) -> None:
    result = cli("estimate", "-m", "gpt-4o")
    assert result.code == 2
    assert "standard input" in result.err


@pytest.mark.parametrize("names", ["< /dev/null", "< empty.txt", "< <(true)"])
def test_an_empty_pipe_does_not_stand_for_a_log(tmp_path: Path, cache: Path, names: str) -> None:
    (tmp_path / "empty.txt").write_text("")
    command = f'"{sys.executable}" -m tokencost_cli profile {names}'
    ended = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TOKENCOST_CACHE": str(cache)},
    )
    assert ended.returncode == 2
    assert "no coding agent has left logs" in ended.stderr
