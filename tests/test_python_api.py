"""The Python API: the page runs as it is written, imports are lazy, and names are what they say."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path

import pytest

import tokencost_pricing
import tokencost_profiles
from tokencost_pricing import PriceTable
from tokencost_pricing.errors import InputError, UnknownModelError, UsageError
from tokencost_profiles import check, estimate, profile, read, whatif

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "python-api.md"
EXAMPLE = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
ROW = '{{"model": "{model}", "usage": {{"prompt_tokens": {tokens}, "completion_tokens": 0}}}}\n'


def test_the_page_prints_what_it_shows(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, table: PriceTable
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(PriceTable, "load", lambda: table)  # compiled once a test run
    page = PAGE.read_text("utf-8")

    def rerun(example: re.Match[str]) -> str:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(example[1], {})
        code = f"```python\n{example[1]}```"
        return f"{code}\n\n```text\n{printed.getvalue()}```" if printed.getvalue() else code

    printed = EXAMPLE.sub(rerun, page)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(printed, "utf-8")
    else:
        assert printed == page


def test_every_name_is_on_the_page_and_has_a_docstring() -> None:
    page = PAGE.read_text("utf-8")
    for package in (tokencost_profiles, tokencost_pricing):
        for name in package.__all__:
            assert f"`{name}(" in page or f"## {name}" in page or f".{name}(" in page
            assert getattr(package, name).__doc__


@pytest.mark.parametrize("package", ["tokencost_profiles", "tokencost_pricing"])
def test_importing_a_package_imports_nothing_of_it(package: str) -> None:
    code = (
        f"import sys, {package}\n"
        "print(sorted(name for name in sys.modules if name.startswith('tokencost')))\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert printed.stdout == f"['{package}']\n"


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tokencost_profiles.nothing
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tokencost_pricing.nothing


def test_prompts_of_every_kind(table: PriceTable, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("How much is it?")
    (tmp_path / "b.txt").write_text("And that?")
    as_text = estimate("How much is it?", "gpt-4o-mini", table=table)
    assert estimate(tmp_path / "a.txt", "gpt-4o-mini", table=table)[0].cost == as_text[0].cost
    both = estimate(tmp_path, "gpt-4o-mini", table=table)[0]
    assert both.output_tokens == 2 * as_text[0].output_tokens
    messages = [{"role": "user", "content": "How much is it?"}]
    body = {"model": "gpt-4o-mini", "messages": messages}
    assert estimate(messages, "gpt-4o-mini", table=table) == estimate(body, table=table)
    filled = estimate("{{a}} is it?", "gpt-4o-mini", variables={"a": "How much"}, table=table)
    assert filled[0].input_tokens == as_text[0].input_tokens


def test_options_of_an_estimate(table: PriceTable) -> None:
    usual = estimate("text", "gpt-4o-mini", table=table)[0]
    assert usual.output_is_assumed
    assert isinstance(usual.cost, Decimal)
    stated = estimate("text", "gpt-4o-mini", output_tokens=7, table=table)[0]
    assert (stated.output_tokens, stated.output_is_assumed) == (7, False)
    batch = estimate("text", "gpt-4o-mini", output_tokens=7, modes=["batch"], table=table)[0]
    assert batch.cost is not None
    assert stated.cost is not None
    assert batch.cost * 2 == stated.cost


def test_what_cannot_be_estimated(table: PriceTable, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no model to estimate for"):
        estimate("text", table=table)
    with pytest.raises(UnknownModelError):
        estimate("text", "no-such-model", table=table)
    with pytest.raises(InputError) as caught:
        estimate(tmp_path, "gpt-4o-mini", table=table)
    assert caught.value.file == str(tmp_path)


def test_logs_are_read_selected_and_priced(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(
        ROW.format(model="gpt-4o-mini", tokens=1_000_000)
        + ROW.format(model="gpt-4o", tokens=1_000_000)
        + "{broken\n"
    )
    logs = read(path, table=table)
    assert [call.model for call in logs.calls] == ["gpt-4o-mini", "gpt-4o"]
    assert logs.audit.skipped == 1
    costs = profile(logs, table=table)
    assert [group.key for group in costs.groups] == [("gpt-4o",), ("gpt-4o-mini",)]
    assert costs.total.cost == sum(group.cost or 0 for group in costs.groups)
    selected = profile(read([path], where=["model=gpt-4o"], table=table), by=(), table=table)
    assert (selected.total.calls, selected.total.cost) == (1, costs.groups[0].cost)
    assert profile(str(path), by=["model"], table=table).total == costs.total


def test_logs_that_cannot_be_read(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text("no log")
    with pytest.raises(InputError) as caught:
        read(path, table=table)
    assert caught.value.file == str(path)
    with pytest.raises(UsageError, match="standard input"):
        read("-", table=table)
    with pytest.raises(UsageError, match="is no time"):
        read(path, since="soon", table=table)


def test_calls_are_replayed(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(ROW.format(model="gpt-4o", tokens=1_000_000))
    comparison = whatif(read(path, table=table).calls, "batch", table=table)
    unchanged, batch = (row.cost for row in comparison.rows)
    assert unchanged is not None
    assert batch is not None
    assert batch * 2 == unchanged


def test_limits_are_checked(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(ROW.format(model="gpt-4o", tokens=1_000_000))
    (tmp_path / "more.jsonl").write_text(ROW.format(model="gpt-4o", tokens=1_200_000))
    base, head = (profile(tmp_path / name, table=table) for name in ("run.jsonl", "more.jsonl"))
    assert check(head, base, {"max_increase": "20%"}, table=table).passed
    answer = check(head, base, {"max_increase": 0.1, "fail_on": ["new"]}, table=table)
    assert (answer.verdict, answer.passed) == ("fail", False)
    assert "max-increase" in [reason.code for reason in answer.reasons]
    with pytest.raises(UsageError, match="no limit 'budgets'; did you mean 'budget'"):
        check(head, base, {"budgets": 1}, table=table)
    with pytest.raises(UsageError, match="more than all of it"):
        check(head, base, {"max_increase": 10}, table=table)
