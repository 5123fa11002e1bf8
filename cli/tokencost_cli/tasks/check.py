"""What `check` does between its options and its exit code: every report first, then the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokencost_cli.options.gate import CompareOptions
from tokencost_cli.output.output_file import write_file
from tokencost_cli.output.renderers import Style, by_ending, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.reports import check as view
from tokencost_cli.reports._gate_compared import Compared, Judged
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._gate_compare import compared
from tokencost_pricing.errors import (
    ConfigError,
    InputError,
    UnpricedError,
    UsageError,
)
from tokencost_profiles.gate.limits import ERROR, FAIL, Limits, Policy, Reason
from tokencost_profiles.gate.verdict import judge

# What ends a check though its options are right: its reports say so too.
_REPORTED = (InputError, UnpricedError)


# A format, and the file that it goes to.
Reports = tuple[tuple[str, Path], ...]


def reports_of(invocation: Invocation, reports: Sequence[str]) -> Reports:
    """Read `--report FORMAT=FILE`, or a FILE whose ending names the format.

    Raise `UsageError` before any work is done.
    """
    chosen = []
    for text in reports:
        name, equals, file = text.partition("=")
        if not equals:
            name, file = by_ending(text, "check") or "", text
        if not name or not file:
            raise UsageError(f"'{text}' is not FORMAT=FILE, as junit=report.xml")
        renderer(name, "check")
        if file == "-":
            raise UsageError(f"--report writes files; for stdout say --format {name}")
        chosen.append((name, invocation.context.folder / file))
    return tuple(chosen)


def run(invocation: Invocation, options: CompareOptions, policy: Policy, reports: Reports) -> int:
    """Check, write every report, and return the exit code. Raise what prevented an answer."""
    try:
        result = compared(invocation, options, policy.limits.findings)
        _refuse(invocation, result, policy)
    except _REPORTED as error:
        code = "unpriced" if isinstance(error, UnpricedError) else "failed"
        prices = view.prices_of(invocation.table(options.prices), None)
        _write(
            invocation,
            view.error_report(str(error), code, prices, invocation.facts),
            reports,
            silent=True,
        )
        raise
    verdict = judge(result.comparison, policy, result.sampled, _finding_reasons(result))
    result = result._replace(notes=_notes(result, policy))
    report = view.report(result, invocation.facts, Judged(verdict, policy))
    _write(invocation, report, reports)
    if result.problem is not None:
        raise result.problem
    if verdict.verdict == ERROR:
        failing = [reason for reason in verdict.reasons if reason.level == FAIL]
        unread = next((one for one in failing if one.code == "failed"), None)
        if unread is not None and unread.item is not None:
            raise InputError(f"{unread.about}", file=unread.item.path)
        first = next(one for one in failing if one.code == "unpriced")
        place = f"{first.item.path}: " if first.item else ""
        raise UnpricedError(f"{place}{first.about}")
    return 1 if verdict.verdict == FAIL else 0


def _finding_reasons(result: Compared) -> list[Reason]:
    if not result.findings:
        return []
    from tokencost_cli.reports._gate_findings import finding_reasons

    return finding_reasons(result.findings)


def _refuse(invocation: Invocation, result: Compared, policy: Policy) -> None:
    """Refuse limits that cannot be looked at."""
    if policy.is_monthly and result.comparison.per_day is None:
        hint = "give --per-day N or a --workload"
        settings = invocation.settings
        if policy.paths or settings.commands.get("check", {}).get("budget_per") == "month":
            where = settings.source("check", "budget_per") or settings.source("check", "path")
            reason = f'{where}: [check] budget_per = "month" needs to know how often'
            raise ConfigError(reason, hint=hint)
        raise UsageError("--budget-per month needs to know how often", hint=hint)


def _notes(result: Compared, policy: Policy) -> tuple[str, ...]:
    none = policy.limits._replace(unpriced=FAIL, budget_per="call") == Limits()
    if none and not policy.paths and result.sampled is None:
        return (*result.notes, "no limit is in force: give --max-increase, --budget, or others")
    return result.notes


def _write(
    invocation: Invocation, report: Report, reports: Reports, *, silent: bool = False
) -> None:
    """Write the files, then stdout. `silent`: a line on stderr will say what a table would.

    One that cannot be written keeps none of the others from it; the first is raised at the end.
    """
    errors: list[InputError | UsageError] = []
    for name, path in reports:
        style = Style(width=max(40, invocation.context.width))
        try:
            write_file(path, renderer(name).render(report, style))
        except (InputError, UsageError) as error:
            errors.append(error)
    if not silent or invocation.format_name != "table":
        try:
            invocation.write(report)
        except (InputError, UsageError) as error:
            errors.append(error)
    if any(name.startswith("GITHUB_") for name in invocation.context.environment):
        from tokencost_cli.tasks._ci_host import announce

        announce(invocation.context, report, invocation.format_name)
    if errors:
        raise errors[0]
