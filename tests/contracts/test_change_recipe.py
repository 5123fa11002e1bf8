"""docs/adding-a-change.md, followed step by step in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.test_plugin_folders import misplaced
from scratch_copy import ROOT, ScratchCopy

PAGE = ROOT / "docs" / "adding-a-change.md"
LOG = ROOT / "examples" / "logs" / "agent.jsonl"
MODULE = "profiles/tokencost_profiles/whatif/changes/growth.py"
GENERATED = [
    "docs/whatif.md",
    "tests/golden/cases/help-whatif/stdout",
    "tests/golden/help/whatif.120.txt",
    "tests/golden/help/whatif.80.txt",
    "tests/golden/help/whatif.flags.txt",
]
SUITE = (
    "-vv",
    "tests/contracts/test_change_contract.py",
    "tests/golden",
    "-k",
    "growth or table_of_the_page or whatif",
)


@pytest.fixture(scope="module")
def code() -> str:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(block)


def test_each_step_that_is_left_out_is_reported(code: str, tmp_path: Path, cache: Path) -> None:
    copy = ScratchCopy(tmp_path / "copy", cache)
    copy.write(MODULE, code.replace("CHANGE = ", "GROWTH = "))
    assert misplaced((copy.root / MODULE).parent, "CHANGE") == ["growth.py: has no CHANGE"]

    copy.write(MODULE, code.replace('    no_ideas="it never saves anything",\n', ""))
    outcome = copy.pytest(*SUITE)
    assert not outcome.passed
    for missing in (
        "growth: no row in docs/whatif.md",
        "growth: neither advice nor why there is none",
        "test_help[whatif]",
    ):
        assert missing in outcome.output, missing

    copy.write(MODULE, code)
    outcome = copy.pytest(*SUITE, "--update-golden")
    assert outcome.passed, outcome.output
    assert copy.changed() == sorted([*GENERATED, MODULE])


def test_another_package_offers_a_change(code: str, tmp_path: Path, cache: Path) -> None:
    """One module and its entry point: the flag, the term and the key work, and agree."""
    (tmp_path / "growth.py").write_text(code, "utf-8")
    info = tmp_path / "growth-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: growth\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[tokencost.changes]\ngrowth = growth:CHANGE\n")
    (tmp_path / "s.yaml").write_text("scenarios: [{name: key, growth: 2}]\n")
    command = [sys.executable, "-m", "tokencost_cli", "whatif", str(LOG), "-f", "json"]
    command += ["--growth", "2", "-s", "growth=2", "-s", "s.yaml", "-s", "batch+growth=2"]
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "TOKENCOST_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    rows = {row["name"]: row for row in json.loads(ran.stdout)["scenarios"]}
    usage = rows["as recorded"]["usage"]
    doubled = {unit: 2 * number for unit, number in usage.items()}
    for name in ("growth 2", "growth=2", "key", "batch+growth=2"):
        assert rows[name]["usage"] == doubled, name
    assert rows["batch+growth=2"]["cost"] == rows["as recorded"]["cost"]
