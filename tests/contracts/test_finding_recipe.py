"""The recipe of CONTRIBUTING.md for a finding, followed in a copy and in another package."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from contracts.test_plugin_folders import misplaced
from scratch_copy import ROOT, ScratchCopy

MODULE = "profiles/tokencost_profiles/findings/silent_answers.py"
CASES = "tests/findings/silent-answers"
HIT = ROOT / "tests" / "findings" / "costly-session" / "hit.jsonl"  # answers of no tokens
CLEAN = ROOT / "tests" / "findings" / "cache-broken" / "clean.jsonl"
EXPECTED = {
    "how": "seven calls of 2,000 x 5 USD a million, one of 20,000",
    "lines": [1, 2, 3, 4, 5, 6, 7, 8],
    "cost": "0.17",
    "saved": "0.17",
}
PAGE = "docs/findings.md"
SUITE = (
    "-vv",
    "tests/contracts/test_finding_contract.py",
    "tests/golden",
    "-k",
    "silent or explain",
)


def recipe() -> str:
    """Return the code of the recipe."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = page.partition("## Add a finding\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return str(block)


def test_each_step_that_is_left_out_is_reported(tmp_path: Path, cache: Path) -> None:
    copy = ScratchCopy(tmp_path / "copy", cache)
    copy.write(MODULE, recipe().replace("FINDING: Final", "DETECTOR: Final"))
    assert misplaced((copy.root / MODULE).parent, "FINDING") == [
        "silent_answers.py: has no FINDING"
    ]

    copy.write(MODULE, recipe())
    outcome = copy.pytest(*SUITE)
    assert not outcome.passed
    for missing in (
        f"{CASES}: no hit and no clean log",
        "silent-answers: no row in docs/findings.md",
        "test_golden[explain]",
    ):
        assert missing in outcome.output, missing

    copy.write(f"{CASES}/hit.jsonl", HIT.read_text("utf-8"))
    copy.write(f"{CASES}/clean.jsonl", CLEAN.read_text("utf-8"))
    copy.write(f"{CASES}/expected.json", json.dumps(EXPECTED))
    page = (copy.root / PAGE).read_text("utf-8")
    page = page.replace("| dear-model | ", "| silent-answers | 8 | 8 | 8 | |\n| dear-model | ", 1)
    copy.write(PAGE, page + "\n## silent-answers\n\nCalls that answered nothing.\n")
    outcome = copy.pytest(*SUITE, "--update-golden")
    assert outcome.passed, outcome.output
    cases = [f"{CASES}/{name}" for name in ("clean.jsonl", "expected.json", "hit.jsonl")]
    golden = "tests/golden/cases/explain/stdout"
    assert copy.changed() == sorted([MODULE, PAGE, golden, *cases])


def test_another_package_offers_a_finding(tmp_path: Path, cache: Path) -> None:
    """One module and its entry point: it is listed, explained, and asked for by a gate."""
    (tmp_path / "silent.py").write_text(recipe(), "utf-8")
    info = tmp_path / "silent-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: silent\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[tokencost.findings]\nsilent = silent:FINDING\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TOKENCOST_CACHE": str(cache)}

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tokencost_cli", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    profile = ran("profile", str(HIT), "--findings", "-f", "json")
    assert profile.returncode == 0, profile.stderr
    costs = {one["id"]: one["cost"] for one in json.loads(profile.stdout)["findings"]}
    assert costs["silent-answers"] == "0.17"
    assert "billed and answered nothing" in ran("explain", "silent-answers").stdout
    gate = ran("check", "--logs", str(HIT), "--fail-on", "finding:silent-answers")
    assert gate.returncode == 1, gate.stderr
    assert "silent-answers" in gate.stdout
