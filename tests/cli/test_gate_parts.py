"""Where some calls have no price, the sums of `check` and `diff` are lower bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Cli


def write_log(path: Path, models: list[str]) -> None:
    """Write one answer a model, each of a million tokens of input."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0, "total_tokens": 1_000_000}
    rows = [
        {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": model,
            "usage": usage,
            "choices": [{"message": {"role": "assistant", "content": "x"}}],
        }
        for number, model in enumerate(models)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))


@pytest.fixture
def logs(cli: Cli, tmp_path: Path) -> None:
    write_log(tmp_path / "old.jsonl", ["gpt-4o", "gpt-4o-mini"])
    write_log(tmp_path / "new.jsonl", ["gpt-4o", "house", "house", "gpt-4o-mini"])
    for name in ("old", "new"):
        assert cli("profile", f"{name}.jsonl", "--save", f"{name}.tokencost").code == 0


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize(("form", "total"), [("table", "≥$2.65"), ("markdown", "**≥$2.65**")])
def test_a_check_of_logs_reports_no_part_as_the_sum(cli: Cli, form: str, total: str) -> None:
    out = cli("check", "new.jsonl", "--logs", "--budget", "9", "--unpriced", "warn", "-f", form).out
    assert "at least $2.65 (2 of 4 calls in groups without a price)" in out
    assert total in out


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_diff_names_what_it_leaves_out(cli: Cli, form: str) -> None:
    out = cli("diff", "old.tokencost", "new.tokencost", "-f", form).out
    assert "at least $2.65 (2 of 4 calls in groups without a price)" in out
    assert "$2.65 before" in out
    assert "at least $2.65 before" not in out
    back = cli("diff", "new.tokencost", "old.tokencost", "-f", form).out
    assert "the calls cost $2.65 (" in back


@pytest.mark.usefixtures("logs")
def test_what_has_a_price_is_no_lower_bound(cli: Cli) -> None:
    assert "≥" not in cli("diff", "old.tokencost", "old.tokencost").out
