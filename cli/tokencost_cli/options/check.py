"""The options of `check`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated, Final

from tokencost_cli.options import relative_paths
from tokencost_cli.options.declare import Before, Declaration, option
from tokencost_cli.options.gate import LOGS, CompareOptions
from tokencost_cli.options.output import OUTPUT, OutputOptions

_LIMITS: Final = "Limits"
_WARNINGS: Final = "Warnings"


def _limit(flag: str, metavar: str, text: str, panel: str = _LIMITS) -> Declaration:
    return option(flag, metavar=metavar, text=text, panel=panel)


def _warning(flag: str, metavar: str) -> Declaration:
    return _limit(flag, metavar, "Warn from here on.", _WARNINGS)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CheckOptions(CompareOptions):
    """What is compared, and the limits that it must keep."""

    max_increase: Annotated[
        str | None,
        _limit("--max-increase", "10%", "All together may cost this much more; prices left out."),
        Before("model"),
    ] = None
    max_increase_usd: Annotated[
        str | None, _limit("--max-increase-usd", "USD", "The same as an amount: a call of each.")
    ] = None
    max_item_increase: Annotated[
        str | None, _limit("--max-item-increase", "20%", "Each file (or group) by itself.")
    ] = None
    budget: Annotated[str | None, _limit("--budget", "USD", "What may be spent at most.")] = None
    budget_per: Annotated[
        str,
        _limit(
            "--budget-per",
            "UNIT",
            "item (file or group), call, run (all together, once), or month (needs --per-day).",
        ),
    ] = "call"
    max_tokens: Annotated[
        str | None, _limit("--max-tokens", "N", "Tokens of input that a call may have.")
    ] = None
    context_window: Annotated[
        str | None, _limit("--context-window", "80%", "Share of the window that a call may fill.")
    ] = None
    ignore_below: Annotated[
        str | None,
        _limit(
            "--ignore-below",
            "USD|TOKENS",
            "Increases smaller than this do not count: $0.001, 50.",
        ),
    ] = None
    fail_on: Annotated[
        tuple[str, ...],
        _limit(
            "--fail-on",
            "NAME",
            "Also fail on: new, missing, unpriced, estimated, inconclusive, price-change, "
            "finding:NAME (see `tokencost explain`). Repeatable.",
        ),
    ] = ()
    unpriced: Annotated[
        str,
        _limit("--unpriced", "fail|warn", "What has no price ends the check with 4, or warns."),
    ] = "fail"
    warn_increase: Annotated[str | None, _warning("--warn-increase", "5%")] = None
    warn_increase_usd: Annotated[str | None, _warning("--warn-increase-usd", "USD")] = None
    warn_item_increase: Annotated[str | None, _warning("--warn-item-increase", "10%")] = None
    warn_budget: Annotated[str | None, _warning("--warn-budget", "USD")] = None
    warn_tokens: Annotated[str | None, _warning("--warn-tokens", "N")] = None
    warn_context_window: Annotated[str | None, _warning("--warn-context-window", "60%")] = None
    min_cases: Annotated[
        int,
        option("--min-cases", metavar="N", least=2, text="With fewer: inconclusive.", panel=LOGS),
        Before("where"),
    ] = 5
    cost: Annotated[
        str,
        option(
            "--cost",
            metavar="WHICH",
            text="Of logs: computed, auto (calls without a price cost what their log says), or "
            "reported (all do). Budgets judge that money, limits on increases do not.",
            panel=LOGS,
        ),
        Before("input_format"),
    ] = "computed"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CheckOutputOptions(OutputOptions):
    """Where the reports of `check` go."""

    report: Annotated[
        tuple[str, ...],
        option(
            "--report",
            metavar="FORMAT=FILE",
            show_default=False,
            text="Write another report to a file: markdown=comment.md, junit=report.xml. "
            "Repeatable.",
            panel=OUTPUT,
            paths=relative_paths.after_equals,
        ),
        Before("quiet"),
    ] = ()
