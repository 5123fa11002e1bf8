"""Logs and saved profiles, compared by groups of calls and, where asked, by cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tokencost_cli.options.logs import CallOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports._audit import audit_warnings, taken_warnings
from tokencost_cli.reports._gate_compared import Compared, Period
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._gate_empty import refuse_empty, refuse_no_case
from tokencost_cli.tasks._gate_request import Request
from tokencost_cli.tasks._logs import load
from tokencost_pricing.errors import InputError, TokencostError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.dimensions import Key, conditions, dimension
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.totals import groups
from tokencost_profiles.estimates.saved_estimate import Estimates
from tokencost_profiles.estimates.workloads import workload
from tokencost_profiles.gate.baseline import AUTO, REPORTED, at_prices_of, group_sides
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.sampling import Sampled, paired
from tokencost_profiles.logs.time_range import zone_of

_CASES: Final = ("session", "project")
_COSTS: Final = {
    AUTO: ("calls without a price cost what their log says (--cost auto)",),
    REPORTED: ("calls cost what their log says (--cost reported): no increase is judged",),
}


def of_logs(invocation: Invocation, request: Request, base: Estimates | Profile | None) -> Compared:
    """Compare logs with a saved profile."""
    if request.git is not None:
        raise UsageError("--git compares prompts; logs are compared with --baseline FILE")
    if isinstance(base, Estimates):
        raise InputError(
            "an estimate of prompts, and these are logs",
            hint=f"make a baseline with: tokencost baseline --logs PATHS -o {base.label}",
            file=base.label,
        )
    loaded = load(invocation, with_paths(request))
    refuse_empty_selection(invocation, loaded, "nothing to check: ")
    names = (request.baseline or "none", "logs")
    if base is not None:
        base = base.where(conditions(request.where, loaded.zone))
    found = of_profiles(request, base, loaded.profile, names, loaded.pricer.table)
    taken = taken_warnings(loaded.profile, aliases=True)
    audit = audit_warnings(loaded.profile.audit)
    warnings = (*taken, *audit, *loaded.warnings, *found.warnings)
    return found._replace(problem=loaded.problem, warnings=warnings)


def baseline_of_logs(
    invocation: Invocation, request: Request
) -> tuple[Report, TokencostError | None]:
    """Return the document of a baseline of logs, and what to end with once it is written."""
    from tokencost_cli.tasks import profile as profiling

    loaded = load(invocation, with_paths(request))
    refuse_empty_selection(invocation, loaded, "nothing to check: ")
    return profiling.report_of(loaded, request.by), loaded.problem


def with_paths(request: Request) -> CallOptions:
    """Return how the logs are read."""
    given = request.estimate
    return CallOptions(
        paths=given.paths,
        input_format=request.input_format,
        mapping=request.mapping,
        since=request.since,
        until=request.until,
        timezone=request.timezone,
        where=request.where,
        assume_model=request.assume_model,
        as_of=given.as_of,
        prices=given.prices,
        count_copies=request.count_copies,
    )


def of_profiles(
    request: Request, base: Profile | None, head: Profile, names: tuple[str, str], table: PriceTable
) -> Compared:
    """Compare two profiles, by model or by what is asked for."""
    by = request.by or ("model",)
    zone = zone_of(request.timezone)
    dimensions = [dimension(name, zone) for name in by]
    cost = request.cost
    after = group_sides(head, by, dimensions, cost=cost)
    before = None
    warnings: tuple[str, ...] = ()
    if base is not None:
        refuse_empty(base, names[0], request)
        repriced, kept = at_prices_of(base, head)
        before = group_sides(base, by, dimensions, repriced, keep=request.keep_prices, cost=cost)
        if kept:
            warnings = (
                f"{kept:,} calls of the base keep their prices: the head has none of these",
            )
    per_day = request.estimate.per_day
    if per_day is None and request.estimate.workload:
        per_day = workload(request.estimate.workload).calls_per_day
    comparison = compare(
        before,
        after,
        against=names[0] if base else None,
        grouped=True,
        runs=(_sessions(base) if base else None, _sessions(head)),
        per_day=per_day,
    )
    sampled = _sampled(request, base, head) if request.case else None
    return Compared(
        comparison,
        table,
        None,
        names[0],
        names[1],
        sampled=sampled,
        warnings=warnings,
        base_period=_period(base) if base else None,
        head_period=_period(head),
        assumptions=_COSTS.get(cost, ()),
    )


def _period(profile: Profile) -> Period:
    cells = profile.cells.values()
    firsts = [cell.first for cell in cells if cell.first is not None]
    lasts = [cell.last for cell in cells if cell.last is not None]
    calls = sum(cell.calls for cell in cells)
    return Period(min(firsts, default=None), max(lasts, default=None), calls)


def _sessions(profile: Profile) -> int | None:
    return len({key.session for key in profile.cells if key.session is not None}) or None


def _sampled(request: Request, base: Profile | None, head: Profile) -> Sampled:
    case = request.case or ""
    if case not in _CASES and not case.startswith("tag:"):
        raise UsageError(f"--case knows no '{case}'", hint="one of: tag:NAME, session, project")
    if base is None:
        raise UsageError(
            "--case compares runs with those of a baseline", hint="give --baseline FILE"
        )
    repriced = base if request.keep_prices else at_prices_of(base, head)[0]
    before, after = _runs(repriced, case), _runs(head, case)
    refuse_no_case(case, request.baseline or "the base", before, after)
    return paired(before, after)


def _runs(profile: Profile, case: str) -> dict[str, list[Decimal]]:
    """Return what each run of each case costs: a session is a run."""
    of = dimension(case)

    def run(key: Key) -> str | None:
        return key.session

    found: dict[str, list[Decimal]] = {}
    for (name, _), group in sorted(
        groups(profile, [of, run]).items(), key=lambda item: [part or "" for part in item[0]]
    ):
        if name is not None and group.cost is not None and not group.unpriced_calls:
            found.setdefault(name, []).append(group.cost)
    return found
