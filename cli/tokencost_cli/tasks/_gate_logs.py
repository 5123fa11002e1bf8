"""Logs and saved profiles, compared by groups of calls and, where asked, by cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tokencost_cli.options.gate import CompareOptions
from tokencost_cli.reports._audit import audit_warnings, taken_warnings
from tokencost_cli.reports._gate_compared import Compared, Period
from tokencost_cli.reports._price_notes import about_of, notes_of, offers_of
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import ContentReading, inspected
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._logs import load
from tokencost_cli.tasks._served_models import refuse_for_logs
from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.dimensions import conditions
from tokencost_profiles.costs.grouping import groups
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.saved_estimate import Estimates
from tokencost_profiles.estimates.workloads import workload
from tokencost_profiles.gate.baseline import AUTO, REPORTED, at_prices_of
from tokencost_profiles.gate.check import compare_profiles
from tokencost_profiles.gate.sampling import Sampled, paired, runs_of
from tokencost_profiles.logs.time_range import zone_of

_COSTS: Final = {
    AUTO: ("calls without a price cost what their log says (--cost auto)",),
    REPORTED: ("calls cost what their log says (--cost reported): no increase is judged",),
}


def of_logs(
    invocation: Invocation,
    options: CompareOptions,
    base: Estimates | Profile | None,
    findings: Sequence[str] = (),
) -> Compared:
    """Compare logs with a saved profile. `findings`: those to look for in the logs."""
    refuse_for_logs(options)
    if options.git is not None:
        raise UsageError("--git compares prompts; logs are compared with --baseline FILE")
    if isinstance(base, Estimates):
        raise InputError(
            "an estimate of prompts, and these are logs",
            hint="make a baseline with: tokencost baseline --logs PATHS --save FILE",
            file=base.label,
        )
    content = ContentReading(words=True) if findings else None
    loaded = load(invocation, options, content=content, needs_calls=content is not None)
    refuse_empty_selection(invocation, loaded, "nothing to check: ")
    names = (options.baseline or "none", "logs")
    if base is not None:
        base = base.where(conditions(options.where, loaded.zone))
    result = of_profiles(options, base, loaded.profile, names, loaded.pricer.table)
    taken = taken_warnings(loaded.profile, aliases=True)
    audit = audit_warnings(loaded.profile.audit)
    warnings = (*taken, *audit, *loaded.warnings, *result.warnings)
    sums = groups(loaded.profile, (), charged=options.cost == AUTO)
    offers = offers_of(loaded.profile, loaded.pricer)
    notes = notes_of(offers, loaded.pricer.today, loaded.pricer.table, of_logs=True)
    about = about_of(notes, sums.get(()))
    result = result._replace(problem=loaded.problem, warnings=warnings, about=about)
    if not findings:
        return result
    from tokencost_profiles.findings import find_all

    looked_at = inspected(loaded, invocation, charged=options.cost == AUTO)
    return result._replace(findings=find_all(looked_at, findings))


def of_profiles(
    options: CompareOptions,
    base: Profile | None,
    head: Profile,
    names: tuple[str, str],
    table: PriceTable,
) -> Compared:
    """Compare two profiles, by model or by what is asked for."""
    warnings: tuple[str, ...] = ()
    if base is not None:
        refuse_empty(base, names[0], options)
        left = at_prices_of(base, head)[1]
        if left:
            warnings = (
                f"{left:,} calls of the base keep their prices: the head has none of these",
            )
    per_day = options.per_day
    if per_day is None and options.workload:
        per_day = workload(options.workload).calls_per_day
    comparison = compare_profiles(
        base,
        head,
        options.by or ("model",),
        zone=zone_of(options.timezone),
        keep_prices=options.keep_prices,
        cost=options.cost,
        against=names[0],
        per_day=per_day,
    )
    sampled = _sampled(options, base, head) if options.case else None
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
        assumptions=_COSTS.get(options.cost, ()),
    )


def _period(profile: Profile) -> Period:
    cells = profile.cells.values()
    firsts = [cell.first for cell in cells if cell.first is not None]
    lasts = [cell.last for cell in cells if cell.last is not None]
    calls = sum(cell.calls for cell in cells)
    return Period(min(firsts, default=None), max(lasts, default=None), calls)


def _sampled(options: CompareOptions, base: Profile | None, head: Profile) -> Sampled:
    case = options.case or ""
    if base is None:
        raise UsageError(
            "--case compares runs with those of a baseline", hint="give --baseline FILE"
        )
    repriced = base if options.keep_prices else at_prices_of(base, head)[0]
    before, after = runs_of(repriced, case), runs_of(head, case)
    _refuse_no_case(case, options.baseline or "the base", before, after)
    return paired(before, after)


def refuse_empty(profile: Profile, name: str, options: CompareOptions) -> None:
    """Raise `InputError` where a saved profile holds no call. `name`: of its file."""
    if any(cell.calls for cell in profile.cells.values()):
        return
    filters = _filters(options)
    reason = (
        f"none of its calls meets {filters}" if filters and profile.audit.calls else "holds no call"
    )
    raise InputError(
        f"nothing to compare: {reason}",
        hint=f"make it anew with: tokencost baseline --logs PATHS --save {name}",
        file=name,
    )


def _refuse_no_case(
    case: str, name: str, base: Mapping[str, object], head: Mapping[str, object]
) -> None:
    """Raise `InputError` where the runs of no case can be compared. `name`: of the base."""
    if base.keys() & head.keys():
        return
    sides = " and ".join(side for side, runs in ((name, base), ("the logs", head)) if not runs)
    reason = f"no session with a price has one in {sides}" if sides else "none is on both sides"
    raise InputError(f"--case {case}: nothing to compare: {reason}")


def _filters(options: CompareOptions) -> str:
    """Return the options that leave calls out, as they were typed."""
    flags = [f"--where {condition}" for condition in options.where]
    flags += [f"--since {options.since}"] if options.since else []
    flags += [f"--until {options.until}"] if options.until else []
    return ", ".join(flags)
