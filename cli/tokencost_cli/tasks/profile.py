"""What `profile` does between its options and its report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import profile as view
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._causes import TextlessReading, wants_causes, with_causes
from tokencost_cli.tasks._content import CONTENT_NAMES, ContentReading, with_content
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._exports import export_of, with_export
from tokencost_cli.tasks._logs import load, located
from tokencost_cli.tasks._page import DIMENSIONS, is_page, with_page
from tokencost_cli.tasks._save import save
from tokencost_cli.tasks._unpriced import check_policy, unpriced_error
from tokencost_pricing.errors import TokencostError, UsageError, did_you_mean
from tokencost_profiles.costs import session_groups
from tokencost_profiles.costs.dimensions import dimension, is_time, split_names
from tokencost_profiles.costs.grouping import SORTS, GroupKey, groups, ordered, total
from tokencost_profiles.costs.percentiles import growths, spreads
from tokencost_profiles.costs.single_calls import single_calls
from tokencost_profiles.costs.totals import Summary

AUTO: Final = "auto"  # computed, and what the log states for an unpriced call
CALL: Final = "call"  # the group of a single call
COSTS: Final = (AUTO, "computed", "reported", "both")


def run(
    invocation: Invocation, options: ProfileOptions, save_path: Path | None = None
) -> tuple[Report, TokencostError | None]:
    """Profile what the options name. The error, if any, is to end with after the report.

    `save_path`: where the profile is saved, with all labels of its calls.
    """
    options = replace(located(invocation, options), by=split_names(options.by))
    for value, known, option in (
        (options.cost, COSTS, "--cost"),
        (options.sort or "cost", SORTS, "--sort"),
    ):
        if value not in known:
            raise UsageError(
                f"{option} knows no '{value}'{did_you_mean(value, known)}",
                hint=f"one of: {', '.join(known)}",
            )
    check_policy(options.unpriced)
    by_call = CALL in options.by
    if by_call and len(options.by) > 1:
        raise UsageError("--by call stands alone: each call is a group of its own")
    by_content = any(name in CONTENT_NAMES for name in options.by)
    for name in () if by_call or by_content else options.by:
        dimension(name)
    # Calls that differ only in what is not asked for share a cell.
    by = None if by_call else ("model",) if by_content else options.by or ("model",)
    about_content = by_content or options.segments is not None or options.findings
    causes = wants_causes(invocation, options)
    has_charts = is_page(invocation, options)
    export = export_of(invocation)
    words = options.findings or has_charts
    is_needed = about_content or has_charts or export.has_content
    reading = _reading(options, is_needed=is_needed, words=words)
    loaded = load(
        invocation,
        options,
        by=_fields(by, has_charts=has_charts, has_labels=export.has_labels),
        content=reading or (TextlessReading() if options.timeline or export.has_times else None),
        all_labels=save_path is not None,
        places=causes or has_charts or export.has_places,
    )
    refuse_empty_selection(invocation, loaded)
    if save_path is not None:
        save(invocation, loaded, save_path)
    if options.percentiles and not loaded.calls:
        raise UsageError("--percentiles needs the logs: a saved profile holds sums of calls")
    if by_call and not loaded.calls:
        raise UsageError("--by call needs the logs: a saved profile holds sums of calls")
    if by_call:
        grouped = _by_call(loaded, options)
    else:
        by_model = replace(options, by=()) if by_content else options
        grouped = _by_group(loaded, by_model, empty_groups=invocation.format_name == "json")
    if about_content or (export.has_content and loaded.calls):
        grouped = with_content(invocation, grouped, options)
    if causes:
        grouped = with_causes(invocation, grouped, options)
    report = view.report(grouped, invocation.facts)
    if has_charts:
        report = with_page(invocation, report, grouped, options)
    report = with_export(invocation, report, grouped, options)
    return report, loaded.problem or _unpriced(grouped.total, options.unpriced)


def _fields(
    by: tuple[str, ...] | None, *, has_charts: bool, has_labels: bool
) -> tuple[str, ...] | None:
    """Return the dimensions that sums are wanted by; None: all."""
    if by is None or has_labels:
        return None
    return (*by, *DIMENSIONS) if has_charts else by


def _reading(options: ProfileOptions, *, is_needed: bool, words: bool) -> ContentReading | None:
    """Return how the parts of prompts are read, where they are asked for."""
    if is_needed:
        return ContentReading(options.exact, options.show_text, words)
    for is_given, flag in ((options.exact, "--exact"), (options.show_text, "--show-text")):
        if is_given:
            raise UsageError(
                f"{flag} is about the parts of prompts, and none are asked for",
                hint="add --segments 20, --by segment or --findings",
            )
    return None


def _unpriced(total: Summary, policy: str) -> TokencostError | None:
    frequent = sorted(total.unpriced.items(), key=lambda item: (-item[1], str(item[0])))
    reasons = [reason for (_, _, reason), _ in frequent]
    if total.uncosted_calls > total.unpriced_calls:
        reasons.append("the log does not say what was used")
    return unpriced_error(policy, reasons, total.uncosted_calls)


def _by_call(loaded: Loaded, options: ProfileOptions) -> view.ProfileView:
    """Return what a report takes where each call is a group, in the order of their times."""
    everything = _by_group(loaded, replace(options, by=("provider",), sort=None))
    calls = single_calls(loaded.calls, loaded.pricer, charged=options.cost == AUTO)
    groups: list[tuple[GroupKey, Summary]] = [((one.id,), one.sums) for one in calls]
    if options.sort is not None:
        groups = ordered(dict(groups), options.sort)
        by_id = {one.id: one for one in calls}
        calls = [by_id[str(path[0])] for path, _ in groups]
    return everything._replace(by=(CALL,), groups=groups, calls=calls)


def _by_group(
    loaded: Loaded, options: ProfileOptions, *, empty_groups: bool = True
) -> view.ProfileView:
    """Return what a report takes. `empty_groups`: of a cost that is of no call, too."""
    by = options.by or ("model",)
    charged = options.cost == AUTO
    dimensions = [dimension(name, loaded.zone) for name in by]
    by_key = groups(loaded.profile, dimensions, charged=charged)
    summed = total(loaded.profile, by_key.values())
    session_groups.place(loaded.profile, by, dimensions, by_key)
    session_groups.add_reported(loaded.profile, summed)
    if options.cost not in ("reported", "both") and not empty_groups:
        # What has no call is listed only where it is asked what the log says.
        by_key = {path: group for path, group in by_key.items() if group.cell.calls}
    usual = "key" if is_time(by[0]) else "reported" if options.cost == "reported" else "cost"
    return view.ProfileView(
        loaded=loaded,
        by=by,
        cost=options.cost,
        total=summed,
        groups=ordered(by_key, options.sort or usual),
        top=options.top,
        spreads=(
            spreads(loaded.calls, loaded.pricer, charged=charged) if options.percentiles else []
        ),
        growths=growths(loaded.calls) if "session" in by else {},
    )
