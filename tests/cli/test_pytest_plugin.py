"""The pytest plug-in, run as other projects run it: pytest in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from plugin_runs import Run, run

pytest_plugins = ["pytester"]
__all__ = ["run"]


def test_the_plug_in_imports_nothing_of_ours() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import tokencost_cli.pytest_plugin.plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = ("", ".pytest_plugin", ".pytest_plugin.plugin")
    assert ended.stdout == f"{[f'tokencost_cli{name}' for name in names]}\n"


def test_estimates_of_texts_files_conversations_and_bodies(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("p.txt").write_text("Say hello, please.")
    result = run(
        """
        from decimal import Decimal
        from pathlib import Path

        def test_all(tokencost):
            text = tokencost.estimate("Say hello, please.", model="gpt-4o", output_tokens=100)
            assert (text.model, text.output_tokens) == ("openai/gpt-4o", 100)
            assert text.low <= text.input_tokens <= text.high
            assert text.tokens == text.input_tokens + 100
            assert text.cost == (text.input_tokens * Decimal("2.5") + 1000) / 10**6
            file = tokencost.estimate(Path("p.txt"), model="gpt-4o", output_tokens=100)
            assert file == text
            turns = [{"role": "user", "content": "Say hello, please."}]
            chat = tokencost.estimate(turns, model="gpt-4o", output_tokens=100)
            assert chat[:4] == text[:4]
            body = tokencost.estimate({"model": "gpt-4o", "messages": turns}, output_tokens=100)
            assert body == chat
            assert tokencost.count("Say hello, please.", model="gpt-4o") == text.input_tokens
        """
    )
    result.assert_outcomes(passed=1)


def test_the_estimate_is_that_of_the_command(run: Run, cli: Callable[..., Any]) -> None:
    result = cli(
        "estimate",
        "-",
        "-m",
        "claude-sonnet-5-5",
        "--output-tokens",
        "7",
        "-f",
        "json",
        stdin=b"How are you?",
    )
    (item,) = json.loads(result.out)["items"]
    run(
        f"""
        from decimal import Decimal

        def test_same(tokencost):
            made = tokencost.estimate("How are you?", model="claude-sonnet-5-5", output_tokens=7)
            assert made.cost == Decimal({item["cost"]!r})
        """
    ).assert_outcomes(passed=1)


def test_a_model_can_come_from_the_marker_or_the_configuration(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.token_budget(max_tokens=100, model="gpt-4o-mini")
        def test_marker(tokencost):
            assert tokencost.estimate("x").model == "openai/gpt-4o-mini"

        def test_ini(tokencost):
            assert tokencost.estimate("x").model == "openai/gpt-4.1"
        """,
        "-o",
        "tokencost_model=gpt-4.1",
    )
    result.assert_outcomes(passed=2)


def test_without_a_model_the_error_says_what_to_do(run: Run) -> None:
    result = run("def test_none(tokencost): tokencost.estimate('x')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no model to estimate for*tokencost_model*"])


def test_a_model_that_nobody_knows_has_no_price_of_zero(run: Run) -> None:
    result = run("def test_none(tokencost): tokencost.estimate('x', model='gpt-nine')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["tokencost: no price for model 'gpt-nine'*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*def find*")
    assert not [line for line in result.outlines if ".py:" in line and "test_it.py" not in line]


def test_every_error_of_ours_is_one_line_and_every_other_keeps_its_traceback(
    run: Run, pytester: pytest.Pytester
) -> None:
    result = run(
        """
        from pathlib import Path
        import pytest

        @pytest.fixture
        def made(tokencost):
            return tokencost.estimate("x", model="gpt-nine")

        def test_in_a_fixture(made): pass

        def test_no_file(tokencost): tokencost.estimate(Path("gone.txt"), model="gpt-4o")

        def test_no_request(tokencost): tokencost.count({"nothing": 1}, model="gpt-4o")

        def test_expected(tokencost):
            with pytest.raises(Exception, match="gpt-nine"):
                tokencost.estimate("x", model="gpt-nine")

        def test_other(tokencost): raise ValueError("their own")
        """
    )
    result.assert_outcomes(passed=1, failed=3, errors=1)
    result.stdout.fnmatch_lines(
        [
            "tokencost: no price for model 'gpt-nine'*",
            "tokencost: gone.txt: *",
            "tokencost: not a request that tokencost knows",
            "*raise ValueError(*",
        ]
    )
    ours = ("pytest_estimates.py", "prompts.py", "table.py")
    assert not [line for line in result.outlines if any(name in line for name in ours)]


def test_broken_settings_are_one_line(run: Run, pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("tokencost.toml").write_text("models = 3\n")
    result = run("def test_it(tokencost): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["tokencost: *tokencost.toml*"])
    result.stdout.no_fnmatch_line("*load_settings*")
