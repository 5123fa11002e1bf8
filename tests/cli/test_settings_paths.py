"""Paths in settings are relative to the file that holds them, wherever the program is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LOG = '{"model": "gpt-4o-mini", "usage": {"prompt_tokens": 1000000, "completion_tokens": 0}}\n'
ROWS = '{"name": "gpt-4o-mini", "tokens": 1000000}\n'


@pytest.fixture(params=["tokencost.toml", "pyproject.toml"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project with files beside its settings, and the folder below from which it is run."""
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "prompt.txt").write_text("How much does this cost?")
    (tmp_path / "settings").write_text(request.param)
    (tmp_path / "answer.txt").write_text("This much.")
    (tmp_path / "run.jsonl").write_text(LOG)
    (tmp_path / "rows.jsonl").write_text(ROWS)
    (tmp_path / "map.yaml").write_text("fields:\n  model: name\n  input: tokens\n")
    (tmp_path / "load.yaml").write_text(
        "workload: mine\nabout: a load\noutput_tokens: 7\ncalls_per_day: 3\n"
    )
    return tmp_path


def settings(project: Path, text: str) -> None:
    name = (project / "settings").read_text()
    if name == "pyproject.toml":
        text = "\n".join(
            line.replace("[", "[tool.tokencost.", 1).replace("tool.tokencost.[", "[tool.tokencost.")
            if line.startswith("[")
            else line
            for line in text.splitlines()
        )
        text = f"[tool.tokencost]\n{text}\n"
    (project / name).write_text(text)


def document(cli: Callable[..., Any], project: Path, *arguments: str) -> dict[str, Any]:
    result = cli(*arguments, "-f", "json", folder=project / "below")
    assert result.code == 0, result.err
    value: dict[str, Any] = json.loads(result.out)
    return value


@pytest.mark.parametrize("text", ['workload = "load.yaml"', '[estimate]\nworkload = "load.yaml"'])
def test_a_workload(cli: Callable[..., Any], project: Path, text: str) -> None:
    settings(project, text)
    item = document(cli, project, "estimate", "prompt.txt", "-m", "gpt-4o")["items"][0]
    assert item["usage"]["output"] == 7


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('[estimate]\noutput_tokens = "@answer.txt"', 3),
        ('[estimate]\ncached_prefix = "answer.txt"', None),
        ('[estimate]\nvar = ["name=@answer.txt"]', None),
    ],
)
def test_texts(cli: Callable[..., Any], project: Path, text: str, tokens: int | None) -> None:
    settings(project, text)
    item = document(cli, project, "estimate", "prompt.txt", "-m", "gpt-4o")["items"][0]
    assert tokens is None or item["usage"]["output"] == tokens


def test_prices(cli: Callable[..., Any], project: Path) -> None:
    settings(project, '[estimate]\nprices = ["missing.yaml"]')
    result = cli("estimate", "prompt.txt", folder=project / "below")
    assert "../missing.yaml: no such price file" in result.err


@pytest.mark.parametrize("pattern", ["run.jsonl", "run*.jsonl"])
def test_logs(cli: Callable[..., Any], project: Path, pattern: str) -> None:
    settings(project, f'[profile]\npaths = ["{pattern}"]')
    assert document(cli, project, "profile")["total"]["calls"] == 1


def test_a_custom_format(cli: Callable[..., Any], project: Path) -> None:
    settings(project, '[profile]\nmapping = ["map.yaml"]')
    assert document(cli, project, "profile", "../rows.jsonl")["total"]["calls"] == 1
    settings(project, '[profile]\nmapping = ["model=name", "input=tokens"]')
    assert document(cli, project, "profile", "../rows.jsonl")["total"]["calls"] == 1


def test_a_report(cli: Callable[..., Any], project: Path) -> None:
    settings(project, '[profile]\noutput = "report.json"\nsave = "run.tokencost"')
    assert cli("profile", "../run.jsonl", folder=project / "below").code == 0
    assert (project / "report.json").exists()
    assert (project / "run.tokencost").exists()


def test_a_baseline_and_reports(cli: Callable[..., Any], project: Path) -> None:
    settings(
        project,
        '[baseline]\noutput = "base.json"\nmodel = ["gpt-4o"]\n'
        '[check]\nbaseline = "base.json"\nmodel = ["gpt-4o"]\nreport = ["junit=report.xml"]',
    )
    below = project / "below"
    assert cli("baseline", "prompt.txt", folder=below).code == 0
    result = cli("check", "prompt.txt", folder=below)
    assert (result.code, result.err) == (0, "")
    assert (project / "report.xml").exists()
    assert not (below / "report.xml").exists()


def test_a_tokenizer_and_a_calibration_that_are_not_there(
    cli: Callable[..., Any], project: Path
) -> None:
    settings(project, 'calibration = "learned.yaml"\n[count]\ntokenizer = ["o200k_base"]')
    result = cli("estimate", "prompt.txt", folder=project / "below")
    assert str(project / "learned.yaml") in result.err
    assert cli("count", "prompt.txt", folder=project / "below").code == 0


def test_a_path_of_a_flag_is_seen_from_the_working_folder(
    cli: Callable[..., Any], project: Path
) -> None:
    settings(project, '[estimate]\nworkload = "chat"')
    arguments = ("estimate", "prompt.txt", "-m", "gpt-4o", "--workload", "../load.yaml")
    assert document(cli, project, *arguments)["items"][0]["usage"]["output"] == 7


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("below/*.txt", 1), ("*.txt", 0), ("**/prompt.txt", 1), ("below/**", 1), ("other/**", 0)],
)
def test_patterns_of_limits(
    cli: Callable[..., Any], project: Path, pattern: str, code: int
) -> None:
    settings(project, f'[[check.path]]\nmatch = "{pattern}"\nmax_tokens = "1"')
    below = project / "below"
    for path in ("prompt.txt", "../below/prompt.txt"):
        assert cli("check", path, "-m", "gpt-4o", folder=below).code == code
    assert cli("check", "below/prompt.txt", "-m", "gpt-4o", folder=project).code == code


def test_patterns_of_groups_are_no_paths(cli: Callable[..., Any], project: Path) -> None:
    settings(project, '[[check.path]]\nmatch = "gpt-*"\nbudget = "0.01"')
    assert cli("check", "--logs", "../run.jsonl", folder=project / "below").code == 1
