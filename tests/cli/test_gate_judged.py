"""What the gate judges: the input where nobody chose the answer, the whole elsewhere."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gates import LINE, PATH, Cli, body, check, commit, git, repository
from tokencost_pricing.money import money as money_text

__all__ = ["repository"]

GROWN = LINE * 8
SHORT = LINE * 5


@pytest.fixture
def short(repository: Path) -> Path:
    """A repository whose one prompt is short, and has grown by three fifths since the commit."""
    (repository / "short.txt").write_text(SHORT)
    commit(repository)
    (repository / "short.txt").write_text(GROWN)
    return repository


SHORT_ONE = ["short.txt", "--git", "HEAD", "-m", "gpt-4o"]


def change(data: dict[str, Any]) -> Decimal:
    return Decimal(str(data["total"]["change"]["relative"]))


@pytest.mark.parametrize(
    ("options", "code", "judged_on"),
    [
        ((), 1, "input"),
        (("--output-tokens", "500"), 0, "whole"),
        (("--output-tokens", "5"), 1, "whole"),
        (("--workload", "write"), 0, "whole"),
    ],
)
def test_an_answer_that_nobody_chose_does_not_decide(
    cli: Cli, short: Path, options: tuple[str, ...], code: int, judged_on: str
) -> None:
    exit_code, data = check(cli, *SHORT_ONE, *options, "--max-increase", "10%")
    (item,) = data["items"]
    assert (exit_code, item["judged_on"], data["total"]["judged_on"]) == (
        code,
        judged_on,
        judged_on,
    )
    base, head = item["base"], item["head"]
    key = "input_cost" if judged_on == "input" else "cost"
    before, after = Decimal(base[key]), Decimal(head[key])
    assert Decimal(item["change"]["cost"]) == after - before
    assert change(data) == pytest.approx((after - before) / before, abs=Decimal("1e-9"))
    assert item["change"]["input_tokens"] == head["input_tokens"] - base["input_tokens"] > 0


def capped(path: Path, most: int, system: str = "Be kind.") -> None:
    body(path, system=system)
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "max_tokens": most}))


def test_a_cap_is_no_length(cli: Cli, repository: Path) -> None:
    path = repository / "prompts/body.json"
    capped(path, 200)
    commit(repository)
    wanted = ["prompts/body.json", "--git", "HEAD", "--max-increase", "10%"]
    capped(path, 300)
    code, data = check(cli, *wanted)
    assert (code, data["items"][0]["judged_on"], data["total"]["change"]["cost"]) == (
        0,
        "input",
        "0",
    )
    assert "300 tokens, 200 before" in data["summary"][0]
    code, data = check(cli, *wanted, "--output-tokens", "max")
    assert (code, data["items"][0]["judged_on"]) == (1, "whole")
    capped(path, 200, system="Be kind, and brief. " * 3)
    code, data = check(cli, *wanted)
    assert (code, data["items"][0]["head"]["output"]["source"]) == (1, "ceiling")
    assert any(line.startswith("capped: 200 tokens of output") for line in data["assumptions"])


def test_one_side_that_nobody_chose_is_enough(cli: Cli, short: Path) -> None:
    (short / "short.txt").write_text(SHORT)
    base = str(short / "base.json")
    cli("baseline", "short.txt", "-m", "gpt-4o", "-o", base)
    wanted = ["short.txt", "--baseline", "base.json", "-m", "gpt-4o", "--output-tokens", "900"]
    code, data = check(cli, *wanted, "--max-increase", "0%")
    assert (code, data["items"][0]["judged_on"]) == (0, "input")


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (("-m", "gpt-4o"), ("-m", "gpt-4.1"), "model"),
        (("-m", "gpt-5.2", "--mode", "batch"), ("-m", "gpt-5.2", "--mode", "standard"), "mode"),
        (("-m", "claude-opus-4-6"), ("-m", "claude-opus-4-6", "--region", "us"), "region"),
    ],
)
def test_another_model_mode_or_region_is_judged_on_input_and_answer(
    cli: Cli, short: Path, before: tuple[str, ...], after: tuple[str, ...], cause: str
) -> None:
    cli("baseline", "short.txt", *before, "-o", str(short / "base.json"))
    _, data = check(cli, "short.txt", "--baseline", "base.json", *after)
    (item,) = data["items"]
    assert item["judged_on"] == "whole"
    assert [effect["cause"] for effect in item["effects"]] == [cause]
    difference = Decimal(item["head"]["cost"]) - Decimal(item["base"]["cost"])
    assert Decimal(item["change"]["cost"]) == difference
    assert "judged on input and answer" in data["assumptions"]


def test_a_sum_adds_what_each_prompt_is_judged_on(cli: Cli, short: Path) -> None:
    body(short / "prompts/body.json", model="gpt-4")
    _, data = check(cli, "short.txt", "prompts", "--git", "HEAD")
    assert data["total"]["judged_on"] == "mixed"
    keys = {"input": "input_cost", "whole": "cost"}
    for side in ("base", "head"):
        added = sum(Decimal(item[side][keys[item["judged_on"]]]) for item in data["items"])
        assert Decimal(data["total"][side]["judged_cost"]) == added
    assert {item["path"] for item in data["items"] if item["judged_on"] == "whole"} == {
        "prompts/body.json"
    }
    result = cli("check", "short.txt", "prompts", "--git", "HEAD", environment=PATH)
    assert "1 prompt on input and answer (another model, mode or region" in result.out


def test_what_has_no_price_is_judged_on_its_tokens(cli: Cli, repository: Path) -> None:
    path = repository / "prompts/body.json"
    body(path, model="house-model")
    commit(repository)
    body(path, model="house-model", system="Be kind, and brief. " * 4)
    wanted = ["prompts/body.json", "--git", "HEAD", "--unpriced", "warn"]
    for limit in ("--max-increase", "--max-item-increase"):
        code, data = check(cli, *wanted, limit, "10%")
        (item,) = data["items"]
        assert (code, item["judged_on"], data["total"]["judged_on"]) == (1, "input", "input")
        assert item["change"]["input_tokens"] > 0
        assert [(reason["level"], reason["code"]) for reason in data["reasons"]] == [
            ("fail", limit.removeprefix("--")),
            ("warn", "unpriced"),
        ]
        assert "without a price" in data["reasons"][0]["text"]
    code, _ = check(cli, *wanted, "--max-increase", "500%")
    assert code == 0
    code, data = check(cli, *wanted, "--max-increase", "10%", "--ignore-below", "50")
    assert (code, data["reasons"][-1]["level"]) == (0, "note")
    code, _ = check(cli, *wanted, "--max-increase-usd", "0")  # tokens are no money
    assert code == 0
    code, _ = check(cli, *wanted[:3], "--max-increase", "10%")
    assert code == 4


TIERS = """\
overlay: 1
label: ours
provider: ours
models:
  m:
    tokenizer: o200k_base
    prices:
      - from: '2020-01-01'
        basis: documented
        rates: {input: '1', output: '10'}
        tiers:
          - from_prompt_tokens: 120
            scope: whole_request
            rates: {input: '2', output: '30'}
"""


def test_a_context_tier_is_part_of_an_increase(cli: Cli, short: Path) -> None:
    (short / "ours.yaml").write_text(TIERS)
    wanted = [*SHORT_ONE[:3], "-m", "ours/m", "--prices", "ours.yaml"]
    _, data = check(cli, *wanted, "--max-increase", "10%")
    (item,) = data["items"]
    before, after = item["base"]["input_tokens"], item["head"]["input_tokens"]
    assert before < 120 <= after
    assert item["change"]["relative"] == pytest.approx(2 * after / before - 1)
    assert "from 120 tokens of input on, every token has another price" in item["note"]


def test_new_and_removed_prompts_are_in_no_sum(cli: Cli, short: Path) -> None:
    (short / "big.txt").write_text("Something of another kind.\n" * 400)
    git(short, "rm", "-q", "prompts/support.txt")
    wanted = ["short.txt", "big.txt", "prompts", "--git", "HEAD", "-m", "gpt-4o"]
    code, data = check(cli, *wanted, "--max-increase", "10%")
    statuses = {item["path"]: item["status"] for item in data["items"]}
    assert (statuses["big.txt"], statuses["prompts/support.txt"]) == ("added", "removed")
    compared = [item for item in data["items"] if item["base"] and item["head"]]
    before = sum(Decimal(item["base"]["input_cost"]) for item in compared)
    assert (code, Decimal(data["total"]["base"]["judged_cost"])) == (1, before)
    (reason,) = data["reasons"]
    assert "short.txt" in reason["text"]
    assert "big.txt" not in reason["text"]
    first, together, new, removed = data["summary"]
    assert first.startswith("short.txt has ")
    assert together.startswith("3 prompts together: +")
    assert new.startswith("1 new (big.txt): ")
    assert removed.startswith("1 removed (prompts/support.txt): ")
    result = cli("check", *wanted, environment=PATH)
    (row,) = [line for line in result.out.splitlines() if line.startswith("all compared")]
    assert "+" in row


@pytest.mark.parametrize(
    ("options", "unit", "calls"),
    [((), "per 1,000 calls", 1000), (("--per-day", "200"), "a month", 6000)],
)
def test_a_report_opens_with_what_happened(
    cli: Cli, short: Path, options: tuple[str, ...], unit: str, calls: int
) -> None:
    _, data = check(cli, *SHORT_ONE, *options)
    (item,) = data["items"]
    more = item["change"]["input_tokens"]
    counts = f"{item['head']['input_tokens']}, {item['base']['input_tokens']} before"
    money = Decimal(item["change"]["cost"]) * calls
    label = f"+{money_text(money)}"
    percent = f"+{item['change']['relative'] * 100:.0f}%"
    expected = (
        f"short.txt has {more} input tokens more ({counts}): {percent}, {label} {unit} against HEAD"
    )
    assert data["summary"] == [expected]
    table = cli("check", *SHORT_ONE, *options, environment=PATH).out
    assert table.startswith(f"pass: {expected}\n")
    assert table.count(percent) == 2  # once in the sentence, once in the table: the same
    comment = cli("check", *SHORT_ONE, *options, "-f", "markdown", environment=PATH).out
    lines = [line for line in comment.splitlines() if line]
    assert lines[2] == expected.replace("short.txt", "`short.txt`").replace("HEAD", "`HEAD`")


def test_budgets_judge_all_of_a_call_and_name_the_answer(cli: Cli, short: Path) -> None:
    for per, code in (("call", 1), ("run", 1)):
        exit_code, data = check(cli, *SHORT_ONE, "--budget", "0.001", "--budget-per", per)
        (reason,) = data["reasons"]
        assert (exit_code, reason["code"], reason["judged_on"]) == (code, "budget", "whole")
        assert reason["text"].endswith(", an assumed answer of 500 tokens included")
    _, data = check(cli, *SHORT_ONE, "--budget", "0.001", "--output-tokens", "300")
    assert "included" not in data["reasons"][0]["text"]


def test_a_base_that_holds_nothing_of_it_is_a_warning(cli: Cli, repository: Path) -> None:
    (repository / "later").mkdir()
    (repository / "later/a.txt").write_text(LINE)
    code, data = check(cli, "later", "--git", "HEAD", "-m", "gpt-4o", "--max-increase", "0%")
    assert (code, data["verdict"]) == (0, "warn")
    assert [reason["code"] for reason in data["reasons"]] == ["empty-base"]
    assert data["total"]["judged_on"] is None


def test_a_baseline_of_other_prompts_is_a_warning(cli: Cli, short: Path) -> None:
    cli("baseline", "prompts/other.txt", "-m", "gpt-4o", "-o", str(short / "base.json"))
    wanted = ["short.txt", "--baseline", "base.json", "--max-increase", "0%"]
    code, data = check(cli, *wanted)
    assert (code, data["verdict"]) == (0, "warn")
    assert sorted(item["status"] for item in data["items"]) == ["added", "removed"]
    assert [reason["code"] for reason in data["reasons"]] == ["empty-base"]


def edited(document: dict[str, Any], change: str) -> None:
    item = document["items"][0]
    line = next(line for line in item["lines"] if line["unit"] == "input")
    if change == "cost":
        item["cost"] = "9"
    elif change == "usage":
        item["usage"]["input"] *= 2
    elif change == "line":
        line["cost"] = "9"
    else:
        more = Decimal(line["cost"])
        line["tokens"] *= 2
        item["usage"]["input"] *= 2
        line["cost"] = f"{2 * more:f}"
        item["cost"] = f"{Decimal(item['cost']) + more:f}"


@pytest.mark.parametrize("place", ["cost", "usage", "line", "parts"])
def test_a_baseline_that_does_not_add_up_is_refused(cli: Cli, short: Path, place: str) -> None:
    base = short / "base.json"
    cli("baseline", "short.txt", "-m", "gpt-4o", "-o", str(base))
    document = json.loads(base.read_text())
    edited(document, place)
    base.write_text(json.dumps(document))
    result = cli("check", "short.txt", "--baseline", "base.json", "--max-increase", "0%")
    assert (result.code, result.err.count("\n"), "was it edited?" in result.err) == (3, 1, True)


def test_rates_that_were_edited_are_those_of_today(cli: Cli, short: Path) -> None:
    (short / "short.txt").write_text(SHORT)
    base = short / "base.json"
    cli("baseline", "short.txt", "-m", "gpt-4o", "-o", str(base))
    document = json.loads(base.read_text())
    (item,) = document["items"]
    for line in item["lines"]:
        line["rate"] = "100"
        line["cost"] = f"{Decimal(line['tokens']) / 10_000:f}"
    item["cost"] = f"{sum(Decimal(line['cost']) for line in item['lines']):f}"
    base.write_text(json.dumps(document))
    (short / "short.txt").write_text(GROWN)
    wanted = ["short.txt", "--baseline", "base.json", "-m", "gpt-4o", "--max-increase", "10%"]
    code, data = check(cli, *wanted)
    assert (code, [reason["code"] for reason in data["reasons"]]) == (
        1,
        ["max-increase", "price-change"],
    )


@pytest.mark.parametrize(
    ("options", "colour"),
    [((), "32"), (("--max-increase", "1%"), "31"), (("--warn-increase", "1%"), "33")],
)
def test_the_verdict_is_coloured(
    cli: Cli, short: Path, options: tuple[str, ...], colour: str
) -> None:
    asked = ["check", *SHORT_ONE, *options]
    label = cli(*asked, environment={**PATH, "FORCE_COLOR": "1"}).out
    assert label.startswith(f"\x1b[1;{colour}m")
    plain = cli(*asked, environment={**PATH, "FORCE_COLOR": "1", "NO_COLOR": "1"}).out
    assert "\x1b" not in plain
