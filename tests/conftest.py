"""Shared fixtures: one price table, one cache, a command line that touches nothing outside."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from tokencost_cli.app import run
from tokencost_cli.runtime.context import Context
from tokencost_pricing.table import PriceTable

# In CI the examples are the same in every run: a change is judged by what it changed. By hand they
# are new ones each time.
# No test fails for its time: machines are busy with other things.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("local")
if os.environ.get("CI"):
    settings.load_profile("ci")

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@dataclass(frozen=True)
class Result:
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for compiled tables and indexes: they are built once a test run."""
    folder = os.environ.get("TOKENCOST_TEST_CACHE")
    return Path(folder) if folder else tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session", autouse=True)
def private_cache(cache: Path) -> Iterator[None]:
    """No test writes to the cache of the user, nor does a process that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKENCOST_CACHE", str(cache))
        yield


@pytest.fixture(scope="session")
def table(cache: Path) -> PriceTable:
    """The shipped price table."""
    return PriceTable.load(cache=cache)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real traces and recorded calls, where there is one."""
    folder = os.environ.get("TOKENCOST_CORPORA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TOKENCOST_CORPORA names no folder")
    return Path(folder)


@pytest.fixture
def cli(tmp_path: Path, cache: Path) -> Cli:
    """Run a command line in an empty folder, with a fixed clock and width."""

    def call(
        *arguments: str,
        stdin: bytes = b"",
        folder: Path = tmp_path,
        width: int = 100,
        environment: dict[str, str] | None = None,
        tables: Path | None = None,
        stored: Path = cache,
    ) -> Result:
        out, err = io.StringIO(), io.StringIO()
        context = Context(
            stdin=io.BytesIO(stdin),
            stdout=out,
            stderr=err,
            environment=environment or {},
            folder=folder,
            now=NOW,
            width=width,
            cache=stored,
            tables=tables,
            stdin_is_piped=bool(stdin),
        )
        with redirect_stdout(out), redirect_stderr(err):  # click writes help there itself
            code = run(arguments, context)
        return Result(code, out.getvalue(), err.getvalue())

    return call
