"""`check` on a git repository, from its files to the exit code."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from gates import LINE, PATH, Cli, body, check, commit, git, repository

__all__ = ["repository"]


def test_a_prompt_that_grows_by_a_fifth_fails(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    wanted = [
        "check",
        "prompts",
        "--git",
        "main",
        "-m",
        "gpt-4o",
        "--output-tokens",
        "10",
        "--max-increase",
        "10%",
        "--per-day",
        "1000",
    ]
    result = cli(*wanted, environment=PATH)
    assert result.code == 1
    assert result.out.startswith(
        "fail: prompts/support.txt has 190 input tokens more (1,147, 957 before): +19%, +$14.25 a "
        "month against main\n3 prompts together:"
    )
    (reason,) = [line for line in result.out.splitlines() if line.startswith("fail: a call")]
    assert "prompts/support.txt" in reason
    assert "(user +190 tokens)" in reason
    assert "+190 input tokens, +$14.25 a month" in reason
    assert "(limit 10%)" in reason
    code, data = check(cli, *wanted[1:])
    assert (code, data["verdict"]) == (1, "fail")
    assert [(r["level"], r["code"]) for r in data["reasons"]] == [("fail", "max-increase")]
    changed = {item["path"]: item for item in data["items"]}["prompts/support.txt"]
    assert changed["status"] == "changed"
    assert changed["effects"] == [
        {"cause": "tokens", "part": "user", "tokens": 190, "cost": "0.000475"}
    ]
    assert changed["change"]["month_cost"] == "14.25"
    assert (data["calls_per_day"], data["days"]) == (1000, 30)
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


def test_another_model_is_separated_from_the_text(cli: Cli, repository: Path) -> None:
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


def test_prices_alone_are_reported_and_pass(cli: Cli, repository: Path) -> None:
    old = ["-m", "gpt-4o", "--as-of", "2024-06-01"]
    cli("baseline", "prompts", *old, "-o", str(repository / "base.json"))
    now = ["prompts", "-m", "gpt-4o", "--baseline", "base.json", "--max-increase", "0%"]
    code, data = check(cli, *now)
    assert (code, data["verdict"]) == (0, "pass")
    assert [(r["level"], r["code"]) for r in data["reasons"]] == [("note", "price-change")]
    assert {item["status"] for item in data["items"]} == {"unchanged"}
    assert data["total"]["change"]["cost"] == "0"
    code, data = check(cli, *now, "--keep-prices")
    assert code == 0
    assert {effect["cause"] for effect in data["total"]["effects"]} == {"price"}
    assert Decimal(data["total"]["change"]["cost"]) < 0


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
    assert (item["status"], item["change"]["cost"], item["effects"]) == ("failed", None, [])
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
    assert data["items"][0]["change"]["cost"] is None


def test_a_missing_baseline_names_the_command_that_makes_it(cli: Cli, repository: Path) -> None:
    result = cli("check", "prompts", "--baseline", "base.json")
    assert result.code == 3
    assert "tokencost baseline prompts -o base.json" in result.err
    assert not (repository / "base.json").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
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
    cli: Cli, repository: Path, settings: str, message: str
) -> None:
    (repository / "tokencost.toml").write_text(f"[check]\n{settings}\n")
    result = cli("check", "prompts")
    assert result.code == 5, result.err
    assert message in result.err
    assert "tokencost.toml" in result.err


def test_settings_and_limits_of_paths(cli: Cli, repository: Path) -> None:
    (repository / "pyproject.toml").write_text(
        '[tool.tokencost]\nmodels = ["gpt-4o"]\n[tool.tokencost.check]\nmax_tokens = 300\n'
        '[[tool.tokencost.check.path]]\nmatch = "prompts/supp*"\nmax_tokens = "1,000"\n'
    )
    code, data = check(cli, "prompts")
    limits = [(one["match"], one["value"]) for one in data["limits"] if one["name"] == "max_tokens"]
    assert (code, limits) == (0, [(None, "300"), ("prompts/supp*", "1000")])
    code, data = check(cli, "prompts", "--max-tokens", "100")
    assert [(r["code"], r["path"]) for r in data["reasons"]] == [
        ("max-tokens", "prompts/other.txt")
    ]
    assert code == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("--max-increase", "10"),
        ("--budget", "-1"),
        ("--fail-on", "newer"),
        ("--git", "no-such"),
        ("--budget-per", "month", "--budget", "3"),
        ("--report", "junit"),
        ("--case", "session"),
        ("--report", "nothing=x"),
        ("--git", "main", "--baseline", "x"),
        ("--git", "--help"),
        ("--ignore-below", "little"),
        ("--unpriced", "pass"),
    ],
)
def test_wrong_usage(cli: Cli, repository: Path, wrong: tuple[str, ...]) -> None:
    assert cli("check", "prompts", *wrong, environment=PATH).code == 2


def test_without_a_repository_git_is_one_clear_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LINE)
    result = cli("check", "a.txt", "--git", "main", environment=PATH)
    assert result.code == 2
    assert result.err.startswith("error: git needs a repository")
    result = cli("check", "a.txt", "--git", "main", environment={"PATH": str(tmp_path)})
    assert result.err.startswith("error: git cannot be run")


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
