"""What `check` really says, in every sink."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sinks import JUNIT, SARIF, SINKS


def checked(cli: Any, folder: Path, *limits: str) -> tuple[Any, dict[str, str]]:
    (folder / "p").mkdir(exist_ok=True)
    (folder / "p" / "a|b@c.txt").write_text("Say hello, please.")
    assert cli("baseline", "p", "-m", "gpt-4o", "-o", str(folder / "base.json")).code == 0
    (folder / "p" / "a|b@c.txt").write_text("Say hello, please. " * 30)
    (folder / "p" / "new.txt").write_text("Something new.")
    reports = [word for name in SINKS for word in ("--report", f"{name}={folder / name}")]
    result = cli(
        "check",
        "p",
        "-m",
        "gpt-4o",
        "--baseline",
        str(folder / "base.json"),
        "-f",
        "json",
        *limits,
        *reports,
    )
    return result, {name: (folder / name).read_text("utf-8") for name in SINKS}


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ((), 0),
        (("--max-increase", "1%"), 1),
        (("--fail-on", "new", "--max-tokens", "5"), 1),
        (("--budget", "0.00001", "--budget-per", "run"), 1),
        (("--warn-increase", "1%"), 0),
    ],
)
def test_every_sink_of_a_real_check_says_the_same(
    cli: Any, tmp_path: Path, limits: tuple[str, ...], code: int
) -> None:
    result, texts = checked(cli, tmp_path, *limits)
    assert result.code == code, result.err
    content = json.loads(result.out)
    assert texts["json"] == result.out
    for name, seen in SINKS.items():
        for reason in content["reasons"]:
            assert reason["text"] in seen(texts[name])
        for line in content["assumptions"]:
            assert line in seen(texts[name])
        assert content["total"]["judged_on"] == "input"
    table, rows = (
        cli("check", "p", "-m", "gpt-4o", "--baseline", "base.json", *limits, "-f", name)
        for name in ("table", "csv")
    )
    for line in content["assumptions"]:
        assert line in table.out
    heads = [row for row in csv.DictReader(rows.out.splitlines()) if row["side"] == "head"]
    assert {row["output_source"] for row in heads} == {"assumed"}
    assert "input" in {row["judged_on"] for row in heads}
    for schema in JUNIT.values():
        schema.validate(texts["junit"])
    jsonschema.Draft7Validator(SARIF).validate(json.loads(texts["sarif"]))


def test_a_check_that_gets_no_answer_fills_every_sink(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("Say hello, please.")
    reports = [word for name in SINKS for word in ("--report", f"{name}={tmp_path / name}")]
    result = cli("check", "p.txt", "-m", "gpt-nine", *reports)
    assert result.code == 4
    (reason,) = json.loads((tmp_path / "json").read_text("utf-8"))["reasons"]
    for name, seen in SINKS.items():
        assert reason["text"] in seen((tmp_path / name).read_text("utf-8"))
    for schema in JUNIT.values():
        schema.validate((tmp_path / "junit").read_text("utf-8"))
