"""Budgets and baselines of the pytest plug-in: a test that costs too much fails."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from plugin_runs import ESTIMATES, Run, run
from tokencost_profiles.estimates.saved_estimate import read_estimate

pytest_plugins = ["pytester"]
__all__ = ["run"]


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        ("max_tokens=20", "*1?? tokens are over the budget of 20*"),
        ("max_usd=0.0001", "*$0.00*is over the budget of $0.0001*"),
        ("max_usd='0.0001', max_tokens=20", "*$0.00*is over the budget of $0.0001*"),
        ("5", "*token_budget takes max_tokens=, max_usd= and model=, not 5*"),
        ("max_token=5", "*token_budget takes*not max_token*"),
        ("max_usd='a cent'", "*max_usd='a cent' is not a number from 0 up*"),
        ("max_usd='$0.0001'", "*is over the budget of $0.0001*"),
        ("max_tokens='many'", "*max_tokens='many' is not a number from 0 up*"),
        ("model='gpt-4o'", "*token_budget needs max_tokens= or max_usd=*"),
    ],
)
def test_a_budget_fails_the_test(run: Run, budget: str, message: str) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.token_budget({budget})
        def test_dear(tokencost):
            tokencost.estimate("x", model="gpt-4o", output_tokens=50)
            tokencost.estimate("x", model="gpt-4o", output_tokens=50)
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_budget_that_is_kept_passes_and_one_of_nothing_fails(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.token_budget(max_tokens=108, max_usd=1)
        def test_cheap(tokencost):
            tokencost.estimate("x", model="gpt-4o", output_tokens=100)

        @pytest.mark.token_budget(max_tokens=5)
        def test_counted_is_not_estimated(tokencost):
            assert tokencost.count("x", model="gpt-4o") < 10

        @pytest.mark.token_budget(max_tokens=5)
        def test_without_the_fixture():
            pass
        """
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*nothing was estimated*", "*nothing was estimated*"])


def test_a_test_that_fails_by_itself_is_not_judged(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.token_budget(max_tokens=1)
        def test_broken(tokencost):
            tokencost.estimate("x", model="gpt-4o")
            assert not "own reason"
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*over the budget*")


def test_a_baseline_is_written_and_read_back(run: Run, pytester: pytest.Pytester) -> None:
    first = run(
        ESTIMATES.format(times=10), "--tokencost-baseline=base.json", "--tokencost-update-baseline"
    )
    first.assert_outcomes(passed=4)
    first.stdout.fnmatch_lines(["tokencost: wrote 3 tests to base.json"])
    written = (pytester.path / "base.json").read_text("utf-8")
    saved = read_estimate(json.loads(written), "base.json")
    assert [item["path"] for item in saved.items] == [
        "test_it.py::test_greeting",
        "test_it.py::test_two[a (2)]",
        "test_it.py::test_two[a (2)] (2)",
        "test_it.py::test_two[b]",
        "test_it.py::test_two[b] (2)",
    ]
    totals = json.loads(written)["totals"]
    assert [total["model"] for total in totals] == ["openai/gpt-4o", "openai/gpt-4o-mini"]
    items = [item for item in saved.items if item["model"] == "gpt-4o"]
    assert Decimal(totals[0]["cost"]) == sum(Decimal(item["cost"]) for item in items)

    again = run(ESTIMATES.format(times=10), "--tokencost-baseline=base.json")
    again.assert_outcomes(passed=4)
    again.stdout.no_fnmatch_line("tokencost:*")
    run(
        ESTIMATES.format(times=10), "--tokencost-baseline=base.json", "--tokencost-update-baseline"
    ).assert_outcomes(passed=4)
    assert (pytester.path / "base.json").read_text("utf-8") == written

    grown = run(ESTIMATES.format(times=12), "--tokencost-baseline=base.json")
    grown.assert_outcomes(passed=3, failed=1)
    grown.stdout.fnmatch_lines(
        [
            "the estimates of this test come to $0.0*, 1?% more than $0.0* in base.json (limit 0%) "
            "(?? tokens, ?? before; judged on the input: no answer is stated)"
        ]
    )
    allowed = ("--tokencost-baseline=base.json", "--tokencost-max-increase=25%")
    run(ESTIMATES.format(times=12), *allowed).assert_outcomes(passed=4)
    assert (pytester.path / "base.json").read_text("utf-8") == written


def test_only_what_ran_and_passed_is_written_anew(run: Run, pytester: pytest.Pytester) -> None:
    base = ("--tokencost-baseline=base.json", "--tokencost-update-baseline")
    run(ESTIMATES.format(times=10), *base)
    before = json.loads((pytester.path / "base.json").read_text("utf-8"))
    run(ESTIMATES.format(times=1) + "    assert False", *base, "-k", "greeting")
    after = json.loads((pytester.path / "base.json").read_text("utf-8"))
    assert after["items"][1:] == before["items"][1:]
    assert after["items"][0]["usage"]["input"] < before["items"][0]["usage"]["input"]
    failing = ESTIMATES.format(times=90).replace("> 3", "< 3")
    result = run(failing, *base, "-k", "greeting")
    result.stdout.fnmatch_lines(["tokencost: no test made an estimate and passed; base.json is *"])
    assert json.loads((pytester.path / "base.json").read_text("utf-8")) == after


def test_a_new_test_is_listed_and_passes(run: Run) -> None:
    base = "--tokencost-baseline=base.json"
    run(ESTIMATES.format(times=1), base, "--tokencost-update-baseline", "-k", "greeting")
    result = run(ESTIMATES.format(times=1), base)
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["tokencost: 2 tests not in base.json, so not compared; *"])


def test_a_price_that_is_lost_is_no_saving(run: Run, pytester: pytest.Pytester) -> None:
    text = "def test_it(tokencost): tokencost.estimate('x', model='ours/m')"
    overlay = pytester.path / "ours.yaml"
    pytester.path.joinpath("tokencost.toml").write_text('prices = ["ours.yaml"]\n')
    priced = (
        "overlay: 1\nlabel: ours\nprovider: ours\nmodels:\n"
        "  m:\n    prices:\n"
        "    - {{from: '{day}', basis: documented, "
        "rates: {{input: '{price}', output: '1'}}}}\n"
    )
    overlay.write_text(priced.format(day="2020-01-01", price="1"))
    base = "--tokencost-baseline=base.json"
    run(text, base, "--tokencost-update-baseline").assert_outcomes(passed=1)
    overlay.write_text(priced.format(day="2020-01-01", price="2"))
    dearer = run(text, base)
    dearer.assert_outcomes(failed=1)
    dearer.stdout.fnmatch_lines(["*100% more than*"])
    overlay.write_text(priced.format(day="2999-01-01", price="1"))
    lost = run(text, base)
    lost.assert_outcomes(failed=1)
    lost.stdout.fnmatch_lines(["has no price now, and had one in base.json*"])


@pytest.mark.parametrize(
    ("options", "content", "message"),
    [
        (["--tokencost-update-baseline"], None, "*needs --tokencost-baseline FILE*"),
        (["--tokencost-baseline=b.json"], None, "*b.json: no such file*update-baseline writes it*"),
        (["--tokencost-baseline=b.json"], "{", "*b.json: cannot be read as a baseline*"),
        (
            ["--tokencost-baseline=b.json"],
            "[]",
            "*b.json: is not a baseline (tokencost.estimate/2)*",
        ),
        (
            ["--tokencost-baseline=b.json"],
            '{"format": "tokencost.estimate/2", "items": [{"path": "x", "usage": {}, "cost": 1}]}',
            "*b.json: is not a baseline*",
        ),
        (
            ["--tokencost-baseline=b.json", "--tokencost-max-increase=lots"],
            '{"format": "tokencost.estimate/2", "items": []}',
            "*'lots' is not a share as 0.1, nor 10%*",
        ),
    ],
)
def test_wrong_options_end_in_one_line(
    run: Run, pytester: pytest.Pytester, options: list[str], content: str | None, message: str
) -> None:
    if content is not None:
        pytester.path.joinpath("b.json").write_text(content)
    result = run("def test_it(): pass", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
    result.stderr.no_fnmatch_line("*Traceback*")
