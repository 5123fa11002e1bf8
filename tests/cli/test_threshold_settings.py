"""`[findings]` in the settings: the thresholds of findings, checked and listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Cli

CASES = Path(__file__).parents[1] / "findings"


def test_thresholds_of_findings_are_settings(cli: Cli, tmp_path: Path) -> None:
    log = CASES / "dear-model" / "hit.jsonl"
    (tmp_path / "tokencost.toml").write_text("[findings]\ntrivial_prompt_tokens = 99\n")
    assert "dear-model" not in cli("profile", str(log), "--findings").out
    (tmp_path / "tokencost.toml").write_text("[findings]\ndear_output_rate = 9.99\n")
    assert "dear-model" in cli("profile", str(log), "--findings").out
    listed = {
        row["name"]: row for row in json.loads(cli("config", "show", "-f", "json").out)["items"]
    }
    rate = listed["findings.dear_output_rate"]
    assert (rate["value"], rate["source"]) == (9.99, str(tmp_path / "tokencost.toml"))
    assert listed["findings.long_output_times"]["source"] == "default"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("long_outputs_tokens = 1", "unknown key 'findings.long_outputs_tokens'; did you mean"),
        (
            "long_output_tokens = 1.5",
            "'findings.long_output_tokens' must be a whole number",
        ),
        ("trivial_output_tokens = 0", "must be a whole number above 0"),
        ("dear_output_rate = 'nan'", "'findings.dear_output_rate' must be a number above 0"),
        ("dear_output_rate = true", "must be a number above 0"),
    ],
)
def test_a_threshold_that_is_none_is_refused(
    cli: Cli, tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "tokencost.toml").write_text(f"[findings]\n{line}\n")
    refused = cli("config", "show")
    assert refused.code != 0
    assert message in refused.err
    assert "tokencost.toml" in refused.err
