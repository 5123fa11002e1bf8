"""What `profile` does between its options and its report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import profile as view
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._causes import TextlessReading, wants_causes, with_causes
from tokencost_cli.tasks._content import CONTENT_NAMES, ContentReading, inspected, with_content
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._exports import Export, export_of, with_export
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


class _Plan(NamedTuple):
    """What is read of logs, for what is asked."""

    by: tuple[str, ...] | None  # dimensions that sums are wanted by; None: all
    reading: ContentReading | TextlessReading | None
    is_about_content: bool
    has_content: bool  # whether the parts of prompts are priced
    has_causes: bool
    has_charts: bool
    has_places: bool
    export: Export

    @property
    def needs_calls(self) -> bool:
        """Whether calls are looked at one by one: sums and trees of sums do not need that."""
        has_sums = self.by is not None and "session" not in self.by and self.export == Export()
        return not has_sums or self.reading is not None or self.has_content or self.has_charts

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for but sums of calls."""
        views = (self.has_content, self.has_causes, self.has_charts, self.has_places)
        return self.reading is None and not any(views) and self.export == Export()

    @property
    def has_sums_only(self) -> bool:
        """Whether no single call is looked at; a format with all labels has their lengths."""
        return self.reading is None and not self.export.has_labels


def run(
    invocation: Invocation, options: ProfileOptions, save_path: Path | None = None
) -> tuple[Report, TokencostError | None]:
    """Profile what the options name. The error, if any, is to end with after the report.

    `save_path`: where the profile is saved, with all labels of its calls.
    """
    options = _checked(replace(located(invocation, options), by=split_names(options.by)))
    plan = _plan(invocation, options, is_saved=save_path is not None)
    loaded = load(
        invocation,
        options,
        by=plan.by,
        content=plan.reading,
        all_labels=save_path is not None,
        places=plan.has_places,
        hides_ids=save_path is None and plan.is_plain and not options.percentiles,
        sums_only=plan.has_sums_only and not options.percentiles and CALL not in options.by,
        needs_calls=plan.needs_calls or options.percentiles or save_path is not None,
    )
    refuse_empty_selection(invocation, loaded)
    looked_at = None
    if plan.has_content and loaded.sizes is not None and loaded.calls:
        looked_at = inspected(loaded, invocation, charged=options.cost == AUTO)
    if save_path is not None:
        save(invocation, loaded, save_path, None if looked_at is None else looked_at.content)
    grouped = _grouped(invocation, loaded, options)
    if plan.is_about_content or (plan.export.has_content and loaded.calls):
        grouped = with_content(grouped, options, looked_at)
    if plan.has_causes:
        grouped = with_causes(invocation, grouped, options)
    report = view.report(grouped, invocation.facts)
    if plan.has_charts:
        report = with_page(invocation, report, grouped, options, looked_at)
    report = with_export(invocation, report, grouped, options)
    return report, loaded.problem or _unpriced(grouped.total, options.unpriced)


def _checked(options: ProfileOptions) -> ProfileOptions:
    """Return the options. Raise `UsageError` for one that means nothing."""
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
    if CALL in options.by and len(options.by) > 1:
        raise UsageError("--by call stands alone: each call is a group of its own")
    for name in () if CALL in options.by or _is_by_content(options) else options.by:
        dimension(name, others=CONTENT_NAMES)
    return options


def _is_by_content(options: ProfileOptions) -> bool:
    return any(name in CONTENT_NAMES for name in options.by)


def _plan(invocation: Invocation, options: ProfileOptions, *, is_saved: bool) -> _Plan:
    """Return what is to be read. Calls that differ only in what is not asked for share a cell."""
    by_content = _is_by_content(options)
    by = None if CALL in options.by else ("model",) if by_content else options.by or ("model",)
    about_content = by_content or options.segments is not None or options.findings
    causes = wants_causes(invocation, options)
    has_charts = is_page(invocation, options)
    export = export_of(invocation, options)
    reading: ContentReading | TextlessReading | None = _reading(
        options,
        is_needed=about_content or has_charts or export.has_content,
        words=options.findings or has_charts,
    )
    has_times = options.timeline or export.has_times
    if reading is None and is_saved:
        reading = ContentReading(is_wanted=has_times)
    elif reading is None and has_times:
        reading = TextlessReading()
    has_content = about_content or has_charts or export.has_content or is_saved
    fields = _fields(by, has_charts=has_charts, has_labels=export.has_labels)
    has_places = causes or has_charts or export.has_places
    return _Plan(
        fields, reading, about_content, has_content, causes, has_charts, has_places, export
    )


def _grouped(invocation: Invocation, loaded: Loaded, options: ProfileOptions) -> view.ProfileView:
    """Return the sums of calls by what is asked for."""
    for is_given, flag in (
        (options.percentiles, "--percentiles"),
        (CALL in options.by, "--by call"),
    ):
        if is_given and not loaded.calls:
            raise UsageError(f"{flag} needs the logs: a saved profile holds sums of calls")
    if CALL in options.by:
        return _by_call(loaded, options)
    by_model = replace(options, by=()) if _is_by_content(options) else options
    return _by_group(loaded, by_model, empty_groups=invocation.format_name == "json")


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
