"""What `profile` does between its options and its report."""

from __future__ import annotations

from typing import Final, NamedTuple

from tokencost_cli.output.report import Report
from tokencost_cli.reports import profile as view
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._profile_document import OneCall
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._logs import load
from tokencost_cli.tasks._reading_options import Reading
from tokencost_cli.tasks._unpriced import WARN, check_policy, unpriced_error
from tokencost_pricing.errors import TokencostError, UsageError, did_you_mean
from tokencost_profiles.costs import session_groups
from tokencost_profiles.costs.call_pricer import modes_of
from tokencost_profiles.costs.dimensions import dimension, is_time
from tokencost_profiles.costs.percentiles import growths, spreads
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.totals import SORTS, Path, Summary, groups, ordered, total

__all__ = ["Reading", "Request", "run"]

AUTO: Final = "auto"  # computed, and what the log says of a call without a price
CALL: Final = "call"  # the group of a single call
COSTS: Final = (AUTO, "computed", "reported", "both")


class Request(NamedTuple):
    """The options of `profile`."""

    reading: Reading
    by: tuple[str, ...] = ()
    sort: str | None = None
    top: int | None = None
    percentiles: bool = False
    cost: str = "computed"
    unpriced: str = WARN  # or FAIL
    whole: bool = True  # whether the report holds every cell


def run(invocation: Invocation, request: Request) -> tuple[Report, TokencostError | None]:
    """Profile what the options name. The error, if any, is to end with after the report."""
    for value, known, option in (
        (request.cost, COSTS, "--cost"),
        (request.sort or "cost", SORTS, "--sort"),
    ):
        if value not in known:
            raise UsageError(
                f"{option} knows no '{value}'{did_you_mean(value, known)}",
                hint=f"one of: {', '.join(known)}",
            )
    check_policy(request.unpriced)
    by_call = CALL in request.by
    if by_call and len(request.by) > 1:
        raise UsageError("--by call stands alone: each call is a group of its own")
    for name in () if by_call else request.by:
        dimension(name)
    by = request.by or ("model",)
    # The document holds every cell whole; a table needs only the sums that it shows.
    reading = request.reading._replace(by=None if request.whole or by_call else by)
    loaded = load(invocation, reading)
    refuse_empty_selection(invocation, loaded)
    if request.percentiles and not loaded.calls:
        raise UsageError("--percentiles needs the logs: a saved profile holds sums of calls")
    if by_call and not loaded.calls:
        raise UsageError("--by call needs the logs: a saved profile holds sums of calls")
    shown = _calls_shown(loaded, request) if by_call else _shown(loaded, request)
    return view.report(shown), loaded.problem or _unpriced(shown.total, request.unpriced)


def _unpriced(total: Summary, policy: str) -> TokencostError | None:
    frequent = sorted(total.unpriced.items(), key=lambda item: (-item[1], str(item[0])))
    reasons = [reason for (_, _, reason), _ in frequent]
    if total.uncosted_calls > total.unpriced_calls:
        reasons.append("the log does not say what was used")
    return unpriced_error(policy, reasons, total.uncosted_calls)


def _calls_shown(loaded: Loaded, request: Request) -> view.Shown:
    """Return what is shown where each call is a group, in the order of their times."""
    everything = _shown(loaded, request._replace(by=("provider",), sort=None))
    calls = _single_calls(loaded, charged=request.cost == AUTO)
    groups: list[tuple[Path, Summary]] = [((one.id,), one.sums) for one in calls]
    if request.sort is not None:
        groups = ordered(dict(groups), request.sort)
        by_id = {one.id: one for one in calls}
        calls = [by_id[str(path[0])] for path, _ in groups]
    return everything._replace(by=(CALL,), groups=groups, calls=calls)


def _single_calls(loaded: Loaded, *, charged: bool) -> list[OneCall]:
    profiler = Profiler(loaded.pricer)
    cards = profiler.profile.cards
    names: dict[str, int] = {}
    calls: list[OneCall] = []
    for call in sorted(loaded.calls, key=lambda call: (call.at or 0.0, call.file, call.line or 0)):
        profiler.profile = Profile()
        profiler.profile.cards = cards
        key = profiler.key(call)
        profiler.take(call, key)
        sums = Summary(cards, charged=charged)
        sums.take(key, profiler.profile.cells[key])
        name = call.response_id or call.span or f"{call.file}:{call.line}"
        names[name] = names.get(name, 0) + 1
        number = names[name]
        identity = name if number == 1 else f"{name}#{number}"
        modes, _ = modes_of(call, key.provider or "")
        calls.append(OneCall(identity, call, key, modes, sums))
    return calls


def report_of(loaded: Loaded, request: Request) -> Report:
    """Return the report of what was loaded."""
    return view.report(_shown(loaded, request))


def _shown(loaded: Loaded, request: Request) -> view.Shown:
    by = request.by or ("model",)
    charged = request.cost == AUTO
    dimensions = [dimension(name, loaded.zone) for name in by]
    found = groups(loaded.profile, dimensions, charged=charged)
    summed = total(loaded.profile, found.values())
    session_groups.place(loaded.profile, by, dimensions, found)
    session_groups.whole(loaded.profile, summed)
    if request.cost not in ("reported", "both") and not request.whole:
        # What has no call is shown only where it is asked what the log says.
        found = {path: group for path, group in found.items() if group.cell.calls}
    usual = "key" if is_time(by[0]) else "reported" if request.cost == "reported" else "cost"
    return view.Shown(
        loaded=loaded,
        by=by,
        cost=request.cost,
        total=summed,
        groups=ordered(found, request.sort or usual),
        top=request.top,
        spreads=(
            spreads(loaded.calls, loaded.pricer, charged=charged) if request.percentiles else []
        ),
        growths=growths(loaded.calls) if "session" in by else {},
    )
