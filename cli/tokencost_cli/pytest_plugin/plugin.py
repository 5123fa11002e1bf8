"""The pytest plug-in: estimates inside tests, budgets a test, and a baseline for all of them.

pytest imports this in every run of every project that has tokencost installed: it costs nothing
until a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from tokencost_cli.pytest_plugin.baseline import Suite
    from tokencost_cli.pytest_plugin.estimates import Estimates, Recorder

_MARKER: Final = (
    "token_budget(max_tokens=..., max_usd=..., model=...): fail where the estimates of the test, "
    "made with the fixture `tokencost`, come to more"
)
_ATTRIBUTE: Final = "tokencost"  # of a report: how a worker process tells what it has estimated
_suite: Final[pytest.StashKey[Suite]] = pytest.StashKey()
_estimates: Final[pytest.StashKey[Estimates]] = pytest.StashKey()
_recorder: Final[pytest.StashKey[Recorder]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the baseline."""
    group = parser.getgroup("tokencost", "cost of prompts (tokencost)")
    group.addoption(
        "--tokencost-baseline",
        metavar="FILE",
        help="compare the estimates of each test with those in FILE",
    )
    group.addoption(
        "--tokencost-max-increase",
        metavar="SHARE",
        default="0",
        help="how much more than the baseline a test may cost: 0.1 or 10%% (default: 0)",
    )
    group.addoption(
        "--tokencost-update-baseline",
        action="store_true",
        help="write the estimates of the tests that pass to the baseline instead of comparing",
    )
    parser.addini("tokencost_model", "model of estimates that name none", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; read the baseline where one is named."""
    config.addinivalue_line("markers", _MARKER)
    path = config.getoption("--tokencost-baseline")
    update = bool(config.getoption("--tokencost-update-baseline"))
    if path is None:
        if update:
            raise pytest.UsageError("--tokencost-update-baseline needs --tokencost-baseline FILE")
        return
    from tokencost_cli.pytest_plugin.baseline import open_suite
    from tokencost_pricing.errors import InputError, UsageError

    try:
        config.stash[_suite] = open_suite(
            config.invocation_params.dir / path,
            path,
            update=update,
            max_increase=str(config.getoption("--tokencost-max-increase")),
        )
    except (InputError, UsageError) as error:
        raise pytest.UsageError(f"tokencost: {error}") from None


@pytest.fixture
def tokencost(request: pytest.FixtureRequest) -> Recorder:
    """Count and price prompts: `tokencost.estimate(prompt, model=..., output_tokens=...)`."""
    from tokencost_cli.pytest_plugin import estimates as plugin_estimates

    config = request.config
    estimates = config.stash.get(_estimates, None)
    if estimates is None:
        with _one_line():
            estimates = config.stash[_estimates] = plugin_estimates.Estimates(config.rootpath)
    mark = request.node.get_closest_marker("token_budget")
    model = (mark.kwargs.get("model") if mark else None) or config.getini("tokencost_model")
    recorder = plugin_estimates.Recorder(estimates, request.node.nodeid, model or None)
    request.node.stash[_recorder] = recorder
    return recorder


@contextmanager
def _one_line() -> Iterator[None]:
    """Fail with the message of an error of ours and no traceback: the user can mend it."""
    try:
        yield
    except Exception as error:
        from tokencost_pricing.errors import TokencostError

        if not isinstance(error, TokencostError):
            raise
        pytest.fail(f"tokencost: {error}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Show an error of an estimate that a fixture makes as one line."""
    try:
        return (yield)
    except Exception:
        if _recorder not in item.stash:
            raise
        with _one_line():
            raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Judge what a test has estimated, once it has passed by itself."""
    try:
        result = yield
    except Exception:
        if _recorder not in item.stash:
            raise
        with _one_line():
            raise
    mark = item.get_closest_marker("token_budget")
    recorder = item.stash.get(_recorder, None)
    suite = item.config.stash.get(_suite, None)
    if mark is None and (recorder is None or suite is None):
        return result
    from tokencost_cli.pytest_plugin.estimates import over_budget

    problems = []
    if mark is not None:
        problems += over_budget(recorder, mark.args, mark.kwargs)
    if recorder is not None and suite is not None:
        problems += suite.grown(recorder)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Put what a test has estimated on its report, which travels between processes."""
    report = yield
    recorder = item.stash.get(_recorder, None)
    if report.when == "call" and recorder is not None and _suite in item.config.stash:
        setattr(report, _ATTRIBUTE, recorder.documents())
    return report


class _Collector:
    """Gathers the reports of all tests: in the process that started the run, if there are more."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test has estimated."""
        documents = getattr(report, _ATTRIBUTE, None)
        if documents is not None:
            self._suite.take(report.nodeid, documents, passed=report.passed)

    def pytest_sessionfinish(self) -> None:
        """Write the baseline, where that was asked for."""
        self._suite.write()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was written, or which tests have nothing to compare with."""
        for line in self._suite.summary():
            terminalreporter.write_line(line)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Gather reports, except in a worker process."""
    suite = session.config.stash.get(_suite, None)
    if suite is not None and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(_Collector(suite), "tokencost-collector")
