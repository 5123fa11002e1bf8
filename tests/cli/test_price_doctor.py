"""`prices doctor`: what the table and the files of a user need."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]
ALIASES = """
[aliases]
gone = "openai/nope-9"
old = "openai/gpt-3.5-turbo-0301"
good = "openai/gpt-4o"
"""


def test_aliases_that_lead_nowhere_are_findings(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tokencost.toml").write_text(ALIASES)
    result = cli("prices", "doctor", "-f", "json", folder=tmp_path)
    assert result.code == 0, result.err
    aliases = {
        item["subject"]: item["text"]
        for item in json.loads(result.out)["items"]
        if item["check"] == "alias"
    }
    assert aliases.keys() == {"gone", "old"}
    assert "leads to no model" in aliases["gone"]
    assert "which has ended" in aliases["old"]
    assert cli("prices", "doctor", "--strict", folder=tmp_path).code == 1
