"""`baseline`, `diff` and `check` on saved documents and logs."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gates import LINE, PATH, Cli, check, repository
from tokencost_pricing.money import money

__all__ = ["repository"]


def test_a_baseline_keeps_its_options(cli: Cli, repository: Path) -> None:
    base = str(repository / "base.json")
    options = ["-m", "gpt-4o", "--output-tokens", "77", "--mode", "batch"]
    assert cli("baseline", "prompts", *options, "-o", base).code == 0
    before = Path(base).read_bytes()
    code, data = check(cli, "prompts", "--baseline", "base.json", "--max-increase", "0%")
    assert (code, {item["status"] for item in data["items"]}) == (0, {"unchanged"})
    _, data = check(cli, "prompts", "--baseline", "base.json", "--output-tokens", "100")
    assert {effect["cause"] for effect in data["total"]["effects"]} == {"output"}
    assert Path(base).read_bytes() == before


def test_diff_of_two_documents(cli: Cli, repository: Path) -> None:
    for name, model in (("a.json", "gpt-4o"), ("b.json", "gpt-4o-mini")):
        cli("baseline", "prompts/support.txt", "-m", model, "-o", str(repository / name))
    code, data = check(cli, "a.json", "b.json", command="diff")
    assert code == 0
    assert data["format"] == "tokencost.diff/2"
    assert {"limits", "verdict", "reasons"}.isdisjoint(data)
    assert [effect["cause"] for effect in data["total"]["effects"]] == ["model"]


def log(path: Path, factor: float, cases: int = 8) -> None:
    """Write calls of three runs for each case."""
    rows = [
        {
            "id": f"{path.name} {case} {run}",
            "model": "gpt-4o",
            "created": 1_760_000_000 + case,
            "session": f"{case}-{run}",
            "task": f"task {case}",
            "out": 300,
            "in": int(1000 * (case + 1) * factor * (1 + 0.03 * ((case * 7 + run * 5) % 4))),
        }
        for case in range(cases)
        for run in range(3)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


MAP = ["--logs", "--map", "map.yaml"]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "map.yaml").write_text(
        "fields:\n  id: id\n  model: model\n  session: session\n  input: in\n  output: out\n"
        "  time: created\n  tag:task: task\n"
    )
    for name, factor in (("base", 1.0), ("same", 1.0), ("more", 1.5)):
        log(tmp_path / f"{name}.jsonl", factor)
    return tmp_path


def test_logs_against_a_saved_profile(cli: Cli, logs: Path) -> None:
    assert cli("baseline", *MAP, "base.jsonl", "--save", str(logs / "base.json")).code == 0
    against = [*MAP, "--baseline", "base.json", "--max-increase", "10%"]
    code, data = check(cli, "same.jsonl", *against)
    assert (code, data["items"][0]["status"]) == (0, "unchanged")
    code, data = check(cli, "more.jsonl", *against, "--by", "tag:task")
    assert code == 1
    assert len(data["items"]) == 8
    assert {effect["cause"] for effect in data["total"]["effects"]} == {"tokens"}
    code, data = check(cli, "more.jsonl", *MAP, "--budget", "0.1", "--budget-per", "run")
    assert (code, data["verdict"]) == (0, "pass")


def test_two_periods_are_named_with_their_days_and_their_totals(cli: Cli, logs: Path) -> None:
    day = 86_400
    later = []
    for line in (logs / "more.jsonl").read_text().splitlines():
        row = json.loads(line)
        later.append(json.dumps({**row, "created": row["created"] + 40 * day}) + "\n")
    (logs / "later.jsonl").write_text("".join(later))
    for name in ("base", "later"):
        cli("baseline", *MAP, f"{name}.jsonl", "--save", str(logs / f"{name}.json"))
    code, data = check(cli, "base.json", "later.json", command="diff")
    assert code == 0
    base, head = data["base"], data["head"]
    assert (base["first_at"], base["last_at"]) == ("2025-10-09T08:53:20Z", "2025-10-09T08:53:27Z")
    assert (head["first_at"][:10], head["calls"]) == ("2025-11-18", 24)
    assert data["total"]["judged_on"] == "whole"
    result = cli("diff", "base.json", "later.json", "--by", "tag:task")
    text = result.out
    assert "base: base.json, 2025-10-09 (1 day), 24 calls" in text
    assert "head: later.json, 2025-11-18 (1 day), 24 calls" in text
    heads = next(line for line in text.splitlines() if line.startswith("group"))
    assert heads.split().count("change") == 1
    total = next(line for line in text.splitlines() if line.startswith("all"))
    sums = data["total"]
    for side in ("base", "head"):
        assert money(Decimal(sums[side]["cost"])) in total.split()
    comment = cli("diff", "base.json", "later.json", "-f", "markdown").out
    assert "2025-10-09 (1 day), 24 calls" in comment
    before, after = (money(Decimal(sums[side]["cost"])) for side in ("base", "head"))
    assert f"| {before} | {after} |" in comment


@pytest.mark.parametrize(
    ("log_name", "limit", "more", "code", "verdict"),
    [
        ("same.jsonl", "5%", (), 0, "pass"),
        ("more.jsonl", "5%", (), 1, "fail"),
        ("more.jsonl", "5%", ("--min-cases", "9"), 0, "inconclusive"),
        ("more.jsonl", "5%", ("--min-cases", "9", "--fail-on", "inconclusive"), 1, "fail"),
    ],
)
def test_sampled_runs(
    cli: Cli, logs: Path, log_name: str, limit: str, more: tuple[str, ...], code: int, verdict: str
) -> None:
    cli("baseline", *MAP, "base.jsonl", "--save", str(logs / "base.json"))
    asked = [*MAP, "--baseline", "base.json", "--case", "tag:task", "--max-increase", limit, *more]
    result = cli("check", log_name, *asked)
    assert (result.code, "show changes from" in result.out) == (code, True)
    exit_code, data = check(cli, log_name, *asked)
    assert (exit_code, data["verdict"]) == (code, verdict)
    assert data["sampled"]["cases"] == 8
    assert (data["sampled"]["base_runs"], data["sampled"]["head_runs"]) == (24, 24)
    if verdict == "inconclusive":
        assert data["sampled"]["verdict"] == "inconclusive"


@pytest.mark.parametrize(
    ("log_name", "case", "message"),
    [
        ("same.jsonl", "tag:team", "no session with a price has one in base.json and the logs"),
        ("other.jsonl", "tag:task", "none is on both sides"),
    ],
)
def test_cases_that_nothing_belongs_to_are_no_pass(
    cli: Cli, logs: Path, log_name: str, case: str, message: str
) -> None:
    text = (logs / "same.jsonl").read_text().replace('"task ', '"other task ')
    (logs / "other.jsonl").write_text(text)
    cli("baseline", *MAP, "base.jsonl", "--save", str(logs / "base.json"))
    wanted = [*MAP, "--baseline", "base.json", "--case", case, "--max-increase", "5%"]
    code, data = check(cli, log_name, *wanted)
    assert (code, data["verdict"]) == (3, "error")
    assert message in data["reasons"][0]["text"]


def test_a_saved_estimate_is_a_side_too(cli: Cli, repository: Path) -> None:
    for name, output in (("a.json", "100"), ("b.json", "150")):
        options = ["-m", "gpt-4o", "--output-tokens", output]
        cli("baseline", "prompts/support.txt", *options, "-o", str(repository / name))
    code, data = check(cli, "b.json", "--baseline", "a.json", "--max-increase", "10%")
    assert (code, [effect["cause"] for effect in data["total"]["effects"]]) == (1, ["output"])
    assert (data["base"]["name"], data["head"]["name"]) == ("a.json", "b.json")


def test_warnings_of_what_is_counted_are_kept(cli: Cli, repository: Path) -> None:
    wide = {"model": "gpt-4o", "messages": [{"role": "user", "content": [{"type": "hologram"}]}]}
    (repository / "prompts/body.json").write_text(json.dumps(wide))
    _, data = check(cli, "prompts", "--git", "main")
    assert any("hologram" in warning["text"] for warning in data["warnings"])


def test_reports_and_stdout_are_written_before_the_exit(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    reports = ["--report", "json=out/check.json", "--report", "csv=check.csv"]
    result = cli(
        "check", "prompts", "--git", "main", "--max-increase", "1%", *reports, environment=PATH
    )
    assert (result.code, result.out.startswith("fail: ")) == (1, True)
    assert json.loads((repository / "out/check.json").read_text())["verdict"] == "fail"
    assert (repository / "check.csv").read_text().startswith("side,path,model,status,")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cost", "much"),
        ("cost", []),
        ("usage", {"input": -1}),
        ("usage", None),
        ("path", 3),
        ("evidence", None),
        ("lines", [{}]),
        ("parts", {"user": "x"}),
        ("prompt", {"tokens": "wide", "method": "exact"}),
        ("model", None),
        ("usage", {"words": 3}),
    ],
)
def test_a_baseline_that_is_incomplete_is_one_line(
    cli: Cli, repository: Path, key: str, value: Any
) -> None:
    path = repository / "base.json"
    cli("baseline", "prompts", "-m", "gpt-4o", "-o", str(path))
    document = json.loads(path.read_text())
    document["items"][0][key] = value
    path.write_text(json.dumps(document))
    result = cli("check", "prompts", "--baseline", "base.json")
    assert result.code == 3
    assert result.err.startswith("error: base.json: not a")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": "tokencost.estimate/9"}', '{"format": "tokencost.count/1"}']
)
def test_a_baseline_of_another_kind_is_one_line(cli: Cli, repository: Path, text: str) -> None:
    (repository / "base.json").write_text(text)
    result = cli("check", "prompts", "--baseline", "base.json")
    assert (result.code, result.err.count("\n")) == (3, 1)


def test_a_report_as_parquet_has_typed_columns(cli: Cli, repository: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (repository / "prompts/support.txt").write_text(LINE * 60)
    file = repository / "check.parquet"
    cli("check", "prompts", "--git", "main", "-m", "gpt-4o", "-o", str(file), environment=PATH)
    rows = {row["path"]: row for row in parquet.read_table(file).to_pylist()}
    grown = rows["prompts/support.txt"]
    assert (grown["judged_on"], grown["output_source"]) == ("input", "assumed")
    assert grown["relative"] == pytest.approx(
        float(grown["change_cost"] / grown["base_input_cost"])
    )


def test_paths_are_seen_from_the_folder(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    folder = repository / "elsewhere"
    folder.mkdir()
    for paths in ("../prompts", "../prompts/*.txt", "../prompts/support.txt"):
        result = cli("diff", paths, "--git", "main", "-f", "json", folder=folder, environment=PATH)
        items = {item["path"]: item["status"] for item in json.loads(result.out)["items"]}
        assert items["../prompts/support.txt"] == "changed"
        assert set(items.values()) <= {"changed", "unchanged"}
