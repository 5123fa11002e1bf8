"""What we offer to CI hosts: the files parse, the scripts run, nothing is injected into them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tokencost_cli.output import renderers

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "ci"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
YAML_FILES = sorted(
    [*EXAMPLES.glob("*.y*ml"), ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml"]
)
PROGRAMS = Path(sys.executable).parent
BASH = shutil.which("bash") or "bash"


def scripts() -> list[tuple[str, str]]:
    """Return every piece of shell in the action and the examples."""
    scripts = [(f"action: {step['name']}", step["run"]) for step in STEPS if "run" in step]
    gitlab = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text("utf-8"))["prompts"]
    lines = [*gitlab["script"], *gitlab["after_script"]]
    scripts += [(f"gitlab: {number}", line) for number, line in enumerate(lines)]
    for name in ("github.yml", "github-code-scanning.yml"):
        steps = yaml.safe_load((EXAMPLES / name).read_text("utf-8"))["jobs"]["cost"]["steps"]
        scripts += [(name, step["run"]) for step in steps if "run" in step]
    return [*scripts, ("shell.sh", (EXAMPLES / "shell.sh").read_text("utf-8"))]


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_every_file_is_yaml(path: Path) -> None:
    assert yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize(("name", "script"), scripts(), ids=lambda value: value.splitlines()[0])
def test_every_script_is_bash(name: str, script: str) -> None:
    ended = subprocess.run([BASH, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_action_has_what_a_composite_action_needs() -> None:
    assert {"name", "description", "inputs", "outputs", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    for one in ACTION["inputs"].values():
        assert one["description"]
        assert one.get("required") or isinstance(one.get("default"), str)
    assert ACTION["inputs"]["comment"]["default"] == "false"
    for one in STEPS:
        assert "uses" in one or one["shell"] == "bash"


def test_outputs_and_steps_name_what_exists() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    known = {one["id"] for one in STEPS if "id" in one}
    used = set(re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", text))
    for owner, output in used:
        assert owner in known
        script = next(one.get("run", "") for one in STEPS if one.get("id") == owner)
        assert f"{output}=" in script or (owner, output) == ("python", "python-path")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == ACTION["inputs"].keys()


def test_no_expression_stands_inside_a_script() -> None:
    assert not [name for name, script in scripts() if "${{" in script]


def test_options_and_formats_in_the_examples_exist(cli: Any) -> None:
    help_page = cli("check", "--help", width=200).out
    for path in [*YAML_FILES, EXAMPLES / "shell.sh", EXAMPLES / "README.md"]:
        for line in path.read_text("utf-8").splitlines():
            for name in re.findall(r"--report \"?([a-z]+)=", line):
                assert name in renderers.names()
            if re.search(r"tokencost check|^ +--|args:", line):
                for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line.partition("#")[0]):
                    if option not in _OF_OTHERS:
                        assert option in help_page, f"{path.name}: {option}"


_OF_OTHERS = (
    "--quiet",
    "--path-format",
    "--data-urlencode",
    "--disable-pip-version-check",
    "--verify",
    "--no-tags",
    "--depth",
    "--paginate",
    "--silent",
    "--method",
    "--field",
    "--jq",
)


def test_the_hook_passes_file_names_to_check() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["id"], hook["entry"]) == ("tokencost-check", "tokencost check")
    assert hook["pass_filenames"]
    assert hook["require_serial"]
    files = re.compile(hook["files"])
    assert all(map(files.search, ("prompts/a.txt", "app/prompt/b.md", "a.prompt", "a.prompt.md")))
    assert not any(map(files.search, ("src/prompting.py", "myprompts/a.txt", "README.md")))
