"""`baseline`, `diff` and `check`, from a git repository to the exit code."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
LINE = "The support team answers in at most six sentences, and never guesses a price or a date.\n"
PATH = {"PATH": os.environ.get("PATH", os.defpath)}


def git(folder: Path, *arguments: str) -> None:
    author = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
    settings = ["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"]
    subprocess.run(
        ["git", *author, *settings, *arguments], cwd=folder, check=True, capture_output=True
    )


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a change")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a prompt, a longer one, and a request body, all committed."""
    git(tmp_path, "init", "-q", "-b", "main")
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "support.txt").write_text(LINE * 50)
    (prompts / "other.txt").write_text("Something else.\n" + LINE * 10)
    body(prompts / "body.json")
    commit(tmp_path)
    return tmp_path


def body(path: Path, model: str = "gpt-4o", system: str = "Be kind.") -> None:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": "Hello there"}]
    path.write_text(json.dumps({"model": model, "messages": messages}))


def check(cli: Cli, *arguments: str, command: str = "check") -> tuple[int, dict[str, Any]]:
    result = cli(command, *arguments, "-f", "json", environment=PATH)
    assert result.out, result.err
    document: dict[str, Any] = json.loads(result.out)
    effects = document["total"]["effects"]
    cost = document["total"]["delta"]["cost"]
    assert sum(Decimal(effect["cost"]) for effect in effects) == Decimal(cost or 0)
    for item in document["items"]:
        told = sum(Decimal(effect["cost"]) for effect in item["effects"])
        assert told == Decimal(item["delta"]["cost"] or 0)
    return result.code, document


def test_a_prompt_that_grows_by_a_fifth_fails(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    wanted = ["check", "prompts", "--git", "main", "-m", "gpt-4o", "--output-tokens", "10",
              "--max-increase", "10%", "--per-day", "1000"]  # fmt: skip
    result = cli(*wanted, environment=PATH)
    assert result.code == 1
    (reason,) = [line for line in result.out.splitlines() if line.startswith("fail: a call")]
    assert "prompts/support.txt" in reason
    assert "(user +190 tokens)" in reason
    assert "+$0.000475 a call, +$14.25 a month" in reason
    assert "(limit 10%)" in reason
    code, data = check(cli, *wanted[1:])
    assert (code, data["verdict"]) == (1, "fail")
    assert [(r["level"], r["code"]) for r in data["reasons"]] == [("fail", "max-increase")]
    changed = {item["path"]: item for item in data["items"]}["prompts/support.txt"]
    assert changed["status"] == "changed"
    assert changed["effects"] == [
        {"cause": "tokens", "part": "user", "tokens": 190, "cost": "0.000475"}
    ]
    assert changed["delta"]["month"] == "14.25"
    assert data["volume"] == {"per_day": 1000, "days": 30}
    assert len(data["base"]["revision"]) == 40


def test_within_the_limit_passes(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 51)
    code, data = check(cli, "prompts", "--git", "main", "-m", "gpt-4o", "--max-increase", "10%")
    assert (code, data["verdict"], data["reasons"]) == (0, "pass", [])


def test_a_run_again_writes_the_same_bytes(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    for command in ("check", "diff"):
        one, other = (
            cli(command, "prompts", "--git", "main", "-f", "json", environment=PATH).out
            for _ in range(2)
        )
        assert one == other != ""


def test_the_part_that_grew_is_named(cli: Cli, repository: Path) -> None:
    body(repository / "prompts/body.json", system="Be kind, and " * 9)
    _, data = check(cli, "prompts/body.json", "--git", "main")
    (item,) = data["items"]
    assert [(e["cause"], e["part"]) for e in item["effects"]] == [("tokens", "system")]


def test_another_model_is_told_from_the_text(cli: Cli, repository: Path) -> None:
    body(repository / "prompts/body.json", model="gpt-4")
    code, data = check(cli, "prompts", "--git", "main", "--max-increase", "10%")
    item = data["items"][0]
    assert code == 1
    assert (item["base_model"], item["model"]) == ("openai/gpt-4o", "openai/gpt-4")
    assert [effect["cause"] for effect in item["effects"]] == ["model"]
    body(repository / "prompts/body.json", model="gpt-4", system="Be kind. " * 9)
    _, data = check(cli, "prompts", "--git", "main", "--max-increase", "10%")
    both = data["items"][0]["effects"]
    assert [(e["cause"], e["part"]) for e in both] == [("model", None), ("tokens", "system")]
    assert both[0] == item["effects"][0]


def test_prices_alone_are_told_and_pass(cli: Cli, repository: Path) -> None:
    old = ["-m", "gpt-4o", "--as-of", "2024-06-01"]
    cli("baseline", "prompts", *old, "-o", str(repository / "base.json"))
    now = ["prompts", "-m", "gpt-4o", "--baseline", "base.json", "--max-increase", "0%"]
    code, data = check(cli, *now)
    assert (code, data["verdict"]) == (0, "pass")
    assert [(r["level"], r["code"]) for r in data["reasons"]] == [("note", "price-change")]
    assert {item["status"] for item in data["items"]} == {"unchanged"}
    assert data["total"]["delta"]["cost"] == "0"
    code, data = check(cli, *now, "--keep-prices")
    assert code == 0
    assert {effect["cause"] for effect in data["total"]["effects"]} == {"price"}
    assert Decimal(data["total"]["delta"]["cost"]) < 0


def test_prices_that_rise_fail_where_asked(cli: Cli, repository: Path) -> None:
    cli("baseline", "prompts", "-m", "gpt-4o", "-o", str(repository / "base.json"))
    back = ["prompts", "-m", "gpt-4o", "--as-of", "2024-06-01", "--baseline", "base.json"]
    code, data = check(cli, *back, "--max-increase", "0%")
    assert (code, data["verdict"]) == (0, "pass")
    code, data = check(cli, *back, "--max-increase", "0%", "--fail-on", "price-change")
    assert (code, data["reasons"][0]["code"]) == (1, "price-change")


def test_what_has_no_price_ends_with_four_and_writes_its_reports(
    cli: Cli, repository: Path
) -> None:
    body(repository / "prompts/body.json", model="nobody-knows-this")
    code, data = check(cli, "prompts", "--git", "main", "--report", "csv=items.csv")
    assert (code, data["verdict"]) == (4, "error")
    item = data["items"][0]
    assert (item["status"], item["delta"]["cost"], item["effects"]) == ("failed", None, [])
    assert "nobody-knows-this" in (repository / "items.csv").read_text()
    code, data = check(cli, "prompts", "--git", "main", "--unpriced", "warn")
    assert (code, data["verdict"]) == (0, "warn")
    code, data = check(cli, "prompts", "-m", "no-such-model")
    assert (code, data["verdict"]) == (4, "error")
    assert data["reasons"][0]["code"] == "unpriced"


@pytest.mark.parametrize("paths", ["nothing/*.txt", "empty", "gone.txt"])
def test_nothing_to_check_is_never_a_pass(cli: Cli, repository: Path, paths: str) -> None:
    (repository / "empty").mkdir()
    code, data = check(cli, paths, "--git", "main", "--report", "json=report.json")
    assert (code, data["verdict"], data["items"]) == (3, "error", [])
    assert json.loads((repository / "report.json").read_text()) == data


def test_a_prompt_that_cannot_be_read_is_never_a_pass(cli: Cli, repository: Path) -> None:
    (repository / "prompts/body.json").write_text('{"model": ')
    code, data = check(cli, "prompts", "--git", "main")
    assert (code, data["verdict"]) == (3, "error")
    assert data["items"][0]["status"] == "failed"
    git(repository, "commit", "-qam", "broken")
    body(repository / "prompts/body.json")
    code, data = check(cli, "prompts", "--git", "main", "--max-increase", "0%")
    assert (code, data["verdict"]) == (0, "warn")
    assert data["items"][0]["delta"]["cost"] is None


def test_a_missing_baseline_names_the_command_that_makes_it(cli: Cli, repository: Path) -> None:
    result = cli("check", "prompts", "--baseline", "base.json")
    assert result.code == 3
    assert "tokencost baseline prompts -o base.json" in result.err
    assert not (repository / "base.json").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('max_increse = "10%"', "'max_increse'; did you mean 'max_increase'"),
        ('max_increase = "ten"', "[check] max_increase: 'ten' is not a number"),
        ("max_increase = 10", "[check] max_increase: '10' is more than all of it"),
        ("max_increase = true", "[check] max_increase"),
        ('per_day = "many"', "[check] per_day"),
        ('fail_on = "new"', "[check] fail_on: must be a list"),
        ('fail_on = ["newer"]', "[check] fail_on: no 'newer'; did you mean 'new'"),
        ('budget_per = "year"', "[check] budget_per: no 'year'"),
        ('path = "long/**"', "[[check.path]] must be tables"),
        ("[[check.path]]\nmax_tokens = 3", "[[check.path]] 1: needs 'match'"),
        ('[[check.path]]\nmatch = "a"\nmax_token = 3', "'max_token'; did you mean 'max_tokens'"),
        ('[[check.path]]\nmatch = "a"\nbudget = "x"', "[[check.path]] 'a' budget: 'x' is not"),
    ],
)
def test_broken_settings_name_file_and_key(
    cli: Cli, repository: Path, settings: str, said: str
) -> None:
    (repository / "tokencost.toml").write_text(f"[check]\n{settings}\n")
    result = cli("check", "prompts")
    assert result.code == 5, result.err
    assert said in result.err
    assert "tokencost.toml" in result.err


def test_settings_and_paths_of_their_own(cli: Cli, repository: Path) -> None:
    (repository / "pyproject.toml").write_text(
        '[tool.tokencost]\nmodels = ["gpt-4o"]\n[tool.tokencost.check]\nmax_tokens = 300\n'
        '[[tool.tokencost.check.path]]\nmatch = "prompts/supp*"\nmax_tokens = "1,000"\n'
    )
    code, data = check(cli, "prompts")
    assert (code, data["policy"]["max_tokens"]) == (0, "300")
    assert data["policy"]["paths"][0]["max_tokens"] == "1000"
    code, data = check(cli, "prompts", "--max-tokens", "100")
    assert [(r["code"], r["path"]) for r in data["reasons"]] == [
        ("max-tokens", "prompts/other.txt")
    ]
    assert code == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("--max-increase", "10"), ("--budget", "-1"), ("--fail-on", "newer"), ("--git", "no-such"),
        ("--budget-per", "month", "--budget", "3"), ("--report", "junit"), ("--case", "session"),
        ("--report", "nothing=x"), ("--git", "main", "--baseline", "x"), ("--git", "--help"),
        ("--ignore-below", "little"), ("--unpriced", "pass"),
    ],
)  # fmt: skip
def test_wrong_usage(cli: Cli, repository: Path, wrong: tuple[str, ...]) -> None:
    assert cli("check", "prompts", *wrong, environment=PATH).code == 2


def test_without_a_repository_git_is_one_clear_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LINE)
    result = cli("check", "a.txt", "--git", "main", environment=PATH)
    assert result.code == 2
    assert result.err.startswith("tokencost: --git needs a repository")
    result = cli("check", "a.txt", "--git", "main", environment={"PATH": str(tmp_path)})
    assert result.err.startswith("tokencost: --git needs git, which cannot be run")


def test_the_revision_is_read_as_the_folder_is(cli: Cli, repository: Path) -> None:
    (repository / "prompts/.hidden.txt").write_text("hidden")
    (repository / "prompts/ignored.log").write_text("noise")
    (repository / "prompts/image.png").write_bytes(b"\x89PNG\0\0")
    (repository / "prompts/ünïcode name.txt").write_text("Grüße")
    git(repository, "add", "-f", "-A")
    commit(repository)
    (repository / ".gitignore").write_text("*.log\n")
    for paths in (["prompts"], ["prompts/*.txt", "prompts/*.json"], ["./prompts/"], ["."]):
        code, data = check(cli, *paths, "--git", "main", "-m", "gpt-4o")
        assert code == 0
        assert {item["status"] for item in data["items"] if ".git" not in item["path"]} == {
            "unchanged"
        }, paths


def test_renamed_files_are_matched(cli: Cli, repository: Path) -> None:
    git(repository, "mv", "prompts/support.txt", "prompts/moved.txt")
    git(repository, "mv", "prompts/other.txt", "prompts/changed.txt")
    (repository / "prompts/changed.txt").write_text("Something new.\n" + LINE * 11)
    code, data = check(cli, "prompts", "--git", "main", "-m", "gpt-4o", "--fail-on", "new,missing")
    assert code == 0
    assert [(i["renamed_from"], i["path"], i["status"]) for i in data["items"]] == [
        (None, "prompts/body.json", "unchanged"),
        ("prompts/other.txt", "prompts/changed.txt", "changed"),
        ("prompts/support.txt", "prompts/moved.txt", "unchanged"),
    ]


def test_the_merge_base_is_what_this_branch_left(cli: Cli, repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "work")
    git(repository, "checkout", "-q", "main")
    (repository / "prompts/support.txt").write_text(LINE * 90)
    commit(repository)
    git(repository, "checkout", "-q", "work")
    _, data = check(cli, "prompts", "--git", "main...")
    assert {item["status"] for item in data["items"]} == {"unchanged"}
    _, data = check(cli, "prompts", "--git", "main")
    assert "changed" in {item["status"] for item in data["items"]}


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
    assert data["format"] == "tokencost.diff/1"
    assert {"policy", "verdict", "reasons"}.isdisjoint(data)
    assert [effect["cause"] for effect in data["total"]["effects"]] == ["model"]


def log(path: Path, factor: float, cases: int = 8) -> None:
    """Write calls of three runs for each case."""
    rows = [
        {
            "id": f"{path.name} {case} {run}", "model": "gpt-4o", "created": 1_760_000_000 + case,
            "session": f"{case}-{run}", "task": f"task {case}", "out": 300,
            "in": int(1000 * (case + 1) * factor * (1 + 0.03 * ((case * 7 + run * 5) % 4))),
        }
        for case in range(cases) for run in range(3)
    ]  # fmt: skip
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
    assert cli("baseline", *MAP, "base.jsonl", "-o", str(logs / "base.json")).code == 0
    against = [*MAP, "--baseline", "base.json", "--max-increase", "10%"]
    code, data = check(cli, "same.jsonl", *against)
    assert (code, data["items"][0]["status"]) == (0, "unchanged")
    code, data = check(cli, "more.jsonl", *against, "--by", "tag:task")
    assert code == 1
    assert len(data["items"]) == 8
    assert {effect["cause"] for effect in data["total"]["effects"]} == {"tokens"}
    code, data = check(cli, "more.jsonl", *MAP, "--budget", "0.1", "--budget-per", "run")
    assert (code, data["verdict"]) == (0, "pass")


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
    cli("baseline", *MAP, "base.jsonl", "-o", str(logs / "base.json"))
    asked = [*MAP, "--baseline", "base.json", "--case", "tag:task", "--max-increase", limit, *more]
    result = cli("check", log_name, *asked)
    assert (result.code, "show changes from" in result.out) == (code, True)
    found, data = check(cli, log_name, *asked)
    assert (found, data["verdict"]) == (code, verdict)
    assert data["sampled"]["cases"] == 8
    assert data["sampled"]["runs"] == [24, 24]
    if verdict == "inconclusive":
        assert data["sampled"]["verdict"] == "inconclusive"


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
    assert any("hologram" in text for text in data["warnings"])


def test_reports_and_stdout_are_written_before_the_exit(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    reports = ["--report", "json=out/check.json", "--report", "csv=check.csv"]
    result = cli(
        "check", "prompts", "--git", "main", "--max-increase", "1%", *reports, environment=PATH
    )
    assert (result.code, result.out.startswith("fail: ")) == (1, True)
    assert json.loads((repository / "out/check.json").read_text())["verdict"] == "fail"
    assert (repository / "check.csv").read_text().startswith("path,model,status,")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cost", "much"), ("cost", []), ("usage", {"input": -1}), ("usage", None), ("path", 3),
        ("evidence", None), ("lines", [{}]), ("parts", {"user": "x"}), ("error", "wide"),
        ("model", None), ("usage", {"words": 3}),
    ],
)  # fmt: skip
def test_a_baseline_that_is_not_whole_is_one_line(
    cli: Cli, repository: Path, key: str, value: Any
) -> None:
    path = repository / "base.json"
    cli("baseline", "prompts", "-m", "gpt-4o", "-o", str(path))
    document = json.loads(path.read_text())
    document["items"][0][key] = value
    path.write_text(json.dumps(document))
    result = cli("check", "prompts", "--baseline", "base.json")
    assert result.code == 3
    assert result.err.startswith("tokencost: base.json: not a whole estimate")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": "tokencost.estimate/9"}', '{"format": "tokencost.count/1"}']
)
def test_a_baseline_of_another_kind_is_one_line(cli: Cli, repository: Path, text: str) -> None:
    (repository / "base.json").write_text(text)
    result = cli("check", "prompts", "--baseline", "base.json")
    assert (result.code, result.err.count("\n")) == (3, 1)


def test_paths_are_seen_from_the_folder(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    folder = repository / "elsewhere"
    folder.mkdir()
    for paths in ("../prompts", "../prompts/*.txt", "../prompts/support.txt"):
        result = cli("diff", paths, "--git", "main", "-f", "json", folder=folder, environment=PATH)
        items = {item["path"]: item["status"] for item in json.loads(result.out)["items"]}
        assert items["../prompts/support.txt"] == "changed"
        assert set(items.values()) <= {"changed", "unchanged"}
