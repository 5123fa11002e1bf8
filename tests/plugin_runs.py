"""Tests of another project, run with the plug-in in a process of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ESTIMATES = """
import pytest
from pathlib import Path

TEXT = "Say hello, please. " * {times}

def test_greeting(tokencost):
    assert tokencost.estimate(TEXT, model="gpt-4o").tokens > 3

@pytest.mark.parametrize("name", ["a (2)", "b"])
def test_two(tokencost, name):
    tokencost.estimate(name, model="gpt-4o")
    tokencost.estimate(name, model="gpt-4o-mini", output_tokens=10)

def test_nothing():
    pass
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the tests of a text; warnings and unknown markers are errors, as they are here."""
    monkeypatch.setenv("TOKENCOST_CACHE", str(cache))
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers\n")

    def call(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=text)
        # The same whether the entry point is installed or not: by name once, and only once.
        plugin = ("-p", "no:tokencost", "-p", "tokencost_cli.pytest_plugin.plugin")
        return pytester.runpytest_subprocess(
            *plugin, "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *options
        )

    return call
