"""The shell of the action and of the examples, run against stand-ins of their hosts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "ci"
STEPS = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
PROGRAMS = Path(sys.executable).parent
BASH = shutil.which("bash") or "bash"


def step(name: str) -> str:
    return str(next(one["run"] for one in STEPS if one.get("name") == name))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A checkout of one commit, as hosts make it; its base is on another branch of the origin."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main", ".")
    (origin / "prompts").mkdir()
    (origin / "prompts" / "a b.txt").write_text("Say hello, please.\n")
    commit(origin)
    git(origin, "checkout", "--quiet", "-b", "change")
    (origin / "prompts" / "a b.txt").write_text("Say hello, please. " * 40)
    commit(origin)
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=change", origin.as_uri(), "checkout")
    return tmp_path / "checkout"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.email=nobody@example.com", "-c", "user.name=nobody")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "x")


def bash(script: str, folder: Path, cache: Path, **environment: str) -> Any:
    variables = {
        "PATH": os.environ["PATH"],
        "TOKENCOST_CACHE": str(cache),
        "HOME": str(folder),
        **environment,
    }
    return subprocess.run(
        [BASH, "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def checked(repository: Path, cache: Path, **inputs: str) -> tuple[Any, dict[str, str]]:
    runner = repository.parent
    (runner / "output").write_text("")
    variables = {
        "PATHS": "prompts/\n",
        "BASE": "main",
        "BASELINE": "",
        "MODELS": "gpt-4o\n",
        "LIMITS": "",
        **inputs,
    }
    ended = bash(
        step("Check"),
        repository,
        cache,
        PROGRAMS=str(PROGRAMS),
        RUNNER_TEMP=str(runner),
        GITHUB_OUTPUT=str(runner / "output"),
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(runner / "summary.md"),
        **variables,
    )
    lines = (runner / "output").read_text("utf-8").splitlines()
    return ended, dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize(
    ("limits", "verdict", "code"),
    [
        ("--max-increase 5000%", "pass", "0"),
        ("# a comment\n\n  --max-increase   1%  \n--fail-on new", "fail", "1"),
        ("--max-increase=1%", "fail", "1"),
    ],
)
def test_the_action_checks_against_the_base_of_a_shallow_checkout(
    repository: Path, cache: Path, limits: str, verdict: str, code: str
) -> None:
    ended, outputs = checked(repository, cache, LIMITS=limits)
    assert ended.returncode == 0, ended.stderr
    assert (outputs["verdict"], outputs["code"]) == (verdict, code)
    document = json.loads(Path(outputs["report"]).read_text("utf-8"))
    assert document["base"]["name"] == "origin/main"
    assert [item["path"] for item in document["items"]] == ["prompts/a b.txt"]
    markdown = Path(outputs["markdown"]).read_text("utf-8")
    assert (repository.parent / "summary.md").read_text("utf-8") == markdown + "\n"
    assert ended.stderr.count("::error ") == (verdict == "fail")


def test_the_action_tells_an_error_apart_from_a_no(repository: Path, cache: Path) -> None:
    ended, outputs = checked(repository, cache, MODELS="gpt-nine")
    assert ended.returncode == 0, ended.stderr
    assert (outputs["verdict"], outputs["code"]) == ("error", "4")
    ended, outputs = checked(repository, cache, LIMITS="--no-such-option 1")
    assert (outputs["verdict"], outputs["code"]) == ("error", "2")
    ended, outputs = checked(repository, cache, LIMITS="prompts; rm -rf x")
    assert (ended.returncode, outputs) == (2, {})


@pytest.mark.parametrize("text", ["$(touch hacked)", "`touch hacked`", "; touch hacked", "'\"$X"])
def test_inputs_are_never_run(repository: Path, cache: Path, text: str) -> None:
    for name in ("PATHS", "BASELINE", "MODELS", "LIMITS"):
        checked(repository, cache, **{name: f"--x {text}" if name == "LIMITS" else text})
    assert not (repository / "hacked").exists()


GH = """#!/usr/bin/env bash
printf '%s\\n' "$@" >> "$LOG"
echo "--" >> "$LOG"
case "$*" in
  *--paginate*) printf '%s' "$KNOWN" ;;
esac
exit "$ANSWER"
"""


@pytest.mark.parametrize(
    ("known", "identity", "wanted", "tag"),
    [
        ("", "", ["POST", "repos/o/r/issues/7/comments"], "<!-- tokencost -->"),
        ("41\n42\n", "", ["PATCH", "repos/o/r/issues/comments/41"], "<!-- tokencost -->"),
        ("", "b.1", ["POST", "repos/o/r/issues/7/comments"], "<!-- tokencost:b.1 -->"),
    ],
)
def test_the_comment_is_written_anew(
    tmp_path: Path, cache: Path, known: str, identity: str, wanted: list[str], tag: str
) -> None:
    ended = commented(tmp_path, cache, KNOWN=known, ID=identity)
    assert (ended.returncode, ended.stdout) == (0, "tokencost: commented on 7\n")
    words = (tmp_path / "log").read_text("utf-8").splitlines()
    assert words[words.index("--method") + 1 :][: len(wanted)] == wanted
    body = (tmp_path / "tokencost" / "comment.md").read_text("utf-8")
    assert body == f"{tag}\n\ntext\n"


def commented(tmp_path: Path, cache: Path, **environment: str) -> Any:
    (tmp_path / "tokencost").mkdir()
    (tmp_path / "report.md").write_text("<!-- tokencost -->\n\ntext\n")
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH)
    gh.chmod(0o755)
    variables = {
        "PATH": f"{gh.parent}:{os.environ['PATH']}",
        "LOG": str(tmp_path / "log"),
        "ANSWER": "0",
        "MARKDOWN": str(tmp_path / "report.md"),
        "NUMBER": "7",
        "REPOSITORY": "o/r",
        "RUNNER_TEMP": str(tmp_path),
        "GH_TOKEN": "x",
        "KNOWN": "",
        "ID": "",
        **environment,
    }
    return bash(step("Comment"), tmp_path, cache, **variables)


def test_a_comment_that_may_not_be_written_is_a_warning(tmp_path: Path, cache: Path) -> None:
    ended = commented(tmp_path, cache, ANSWER="1")
    assert ended.returncode == 0
    assert ended.stdout.startswith("::warning title=tokencost::could not comment")


@pytest.mark.parametrize("identity", ["a b", "--", "a-->", "$(x)"])
def test_an_id_that_would_break_the_tag_is_refused(
    tmp_path: Path, cache: Path, identity: str
) -> None:
    ended = commented(tmp_path, cache, ID=identity)
    assert ended.returncode == 2
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(("code", "wanted"), [("0", 0), ("1", 1), ("5", 5), ("", 70)])
def test_the_action_ends_as_check_did(tmp_path: Path, cache: Path, code: str, wanted: int) -> None:
    assert bash(step("Answer"), tmp_path, cache, CODE=code).returncode == wanted


@pytest.mark.parametrize(("most", "code"), [("5000%", 0), ("1%", 1)])
def test_the_script_for_other_hosts_runs(
    repository: Path, cache: Path, most: str, code: int
) -> None:
    git(repository, "fetch", "--quiet", "--unshallow", "origin", "main:refs/remotes/origin/main")
    ended = bash(
        (EXAMPLES / "shell.sh").read_text("utf-8"),
        repository,
        cache,
        MAX_INCREASE=most,
        PATH=f"{PROGRAMS}:{os.environ['PATH']}",
        TOKENCOST_CHECK_MODEL="gpt-4o",
    )
    assert ended.returncode == code, ended.stderr
    reports = sorted(path.name for path in (repository / "reports").iterdir())
    assert reports == ["cost.json", "cost.md", "cost.xml"]


def test_the_example_of_the_plug_in_passes(cache: Path) -> None:
    plugin = ("-p", "no:tokencost", "-p", "tokencost_cli.pytest_plugin.plugin")
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            *plugin,
            "-p",
            "no:cacheprovider",
            str(EXAMPLES / "test_prompts.py"),
        ],
        env={**os.environ, "TOKENCOST_CACHE": str(cache)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout


CURL = """#!/usr/bin/env bash
printf '%s\\n' "$@" >> "$LOG"
case "$*" in
  *per_page*) printf '%s' "$KNOWN" ;;
esac
"""


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ("[]", ["POST", "api/projects/1/merge_requests/2/notes"]),
        (
            '[{"id": 8, "body": "hi"}, {"id": 9, "body": "<!-- tokencost -->\\nold"}]',
            ["PUT", "api/projects/1/merge_requests/2/notes/9"],
        ),
    ],
)
def test_the_note_on_gitlab_is_written_anew(
    tmp_path: Path, cache: Path, known: str, wanted: list[str]
) -> None:
    (script,) = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text("utf-8"))["prompts"][
        "after_script"
    ]
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text(CURL)
    curl.chmod(0o755)
    (tmp_path / "tokencost.md").write_text("<!-- tokencost -->\n")
    variables = {
        "PATH": f"{curl.parent}:{os.environ['PATH']}",
        "LOG": str(tmp_path / "log"),
        "KNOWN": known,
        "CI_API_V4_URL": "api",
        "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "2",
        "TOKENCOST_NOTE_TOKEN": "t",
    }
    assert bash(script, tmp_path, cache, **variables).returncode == 0
    words = (tmp_path / "log").read_text("utf-8").splitlines()
    assert words[words.index("--request") + 1] == wanted[0]
    assert words[-1] == wanted[1]
    (tmp_path / "log").unlink()
    assert (
        bash(script, tmp_path, cache, **{**variables, "TOKENCOST_NOTE_TOKEN": ""}).returncode == 0
    )
    assert not (tmp_path / "log").exists()
