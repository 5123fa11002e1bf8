"""What `profile` reads and computes for the formats of other programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.output.formatting import count
from tokencost_cli.output.report import Report
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import CONTENT_NAMES, content_of, inspected
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles.costs.dimensions import Key, dimension, is_time

if TYPE_CHECKING:
    from tokencost_cli.output.profile_data import FocusTerms, SeriesRow, View
    from tokencost_profiles.attribution.charges import Charge
    from tokencost_profiles.attribution.content import ContentView
    from tokencost_profiles.attribution.timeline import Point

FOCUS: Final = "focus"
_COLUMNS: Final = ("call", "model", "provider", "project", "tier", "name", "user", "team")


class Export(NamedTuple):
    """What a format needs of the logs, beside what every report does."""

    has_places: bool = False  # turns and steps of calls
    has_content: bool = False  # the parts of their prompts
    has_times: bool = False  # how prompts follow each other
    has_labels: bool = False  # everything that cells of calls can be told apart by
    views: tuple[str, ...] = ()  # the options whose views it can be asked for


_TREES: Final = ("--tree", "--segments")
_EXPORTS: Final = {
    "speedscope": Export(has_places=True, has_content=True, views=_TREES),
    "folded": Export(has_places=True, views=_TREES),
    "pprof": Export(has_places=True, views=_TREES),
    "trace": Export(has_places=True, has_times=True, views=("--tree", "--timeline")),
    "otlp": Export(has_labels=True),
    FOCUS: Export(has_labels=True),
}


def export_of(invocation: Invocation, options: ProfileOptions) -> Export:
    """Return what the format of the report needs: nothing, where it is none of these.

    Raise `UsageError` for options that mean nothing to it.
    """
    from tokencost_cli.output.focus_columns import VERSIONS

    if options.focus_version not in VERSIONS:
        raise UsageError(
            f"--focus-version knows no '{options.focus_version}'"
            f"{did_you_mean(options.focus_version, VERSIONS)}",
            hint=f"one of: {', '.join(VERSIONS)}",
        )
    name = invocation.format_name
    if name in _EXPORTS and options.cost in ("reported", "both"):
        raise UsageError(
            f"{name} holds one cost a call: --cost auto or computed, not {options.cost}"
        )
    export = _EXPORTS.get(name)
    if export is None:
        return Export()
    for flag in options.views:
        if flag not in export.views:
            raise UsageError(
                f"{name} has no place for {flag}", hint="the table, json and html have all views"
            )
    return export


def with_export(
    invocation: Invocation, report: Report, view: ProfileView, options: ProfileOptions
) -> Report:
    """Return the report with what its format is written from."""
    if invocation.format_name not in _EXPORTS:
        return report
    from tokencost_cli.output.profile_data import ProfileData

    charged = options.cost == "auto"
    data = ProfileData(
        options.weight,
        lambda: _views(view, options),
        lambda: _points(invocation, view, charged=charged),
        lambda: _series(invocation, view.loaded, charged=charged),
        lambda: _charges(invocation, view.loaded, options),
        _focus_terms(invocation, view.loaded, options),
    )
    warnings = _focus_warnings(invocation, view) if invocation.format_name == FOCUS else ()
    return report._replace(profile=data, warnings=(*report.warnings, *warnings))


def _views(view: ProfileView, options: ProfileOptions) -> Sequence[View]:
    """Return the trees; the one by content goes before where parts were asked for."""
    from tokencost_cli.output.profile_data import View
    from tokencost_profiles.attribution.causes import cause_tree
    from tokencost_profiles.attribution.content_groups import content_tree

    loaded = view.loaded
    views = [View("by cause", cause_tree(loaded.profile, charged=options.cost == "auto"))]
    is_asked = view.content is not None and bool(
        view.content.by or view.content.segments is not None
    )
    content = _saved_content(loaded, options) if view.content is None else view.content.view
    if content is not None and (is_asked or _has_text(content, loaded)):
        views.insert(0 if is_asked else 1, View("by content", content_tree(content)))
    return views


def _has_text(content: ContentView, loaded: Loaded) -> bool:
    return not loaded.calls or content.textless_calls < len(loaded.calls)


def _saved_content(loaded: Loaded, options: ProfileOptions) -> ContentView | None:
    """Return the parts that saved profiles hold; None where one lacks them, or there are logs."""
    is_partial = loaded.calls or options.where or not all(one.content for one in loaded.saved)
    return None if is_partial else content_of(loaded, None, options)


def _points(invocation: Invocation, view: ProfileView, *, charged: bool) -> Sequence[Point]:
    """Return the calls in time. Raise `UsageError` where only a saved profile was read."""
    from tokencost_profiles.attribution.timeline import timeline

    if view.loaded.saved or not view.loaded.calls:
        raise UsageError(
            f"{invocation.format_name} needs the logs: a saved profile holds sums of calls"
        )
    return timeline(inspected(view.loaded, invocation, charged=charged), charged=charged)


def _series(invocation: Invocation, loaded: Loaded, *, charged: bool) -> Sequence[SeriesRow]:
    """Return tokens and cost by day. The lengths of single calls are those of logs alone."""
    from tokencost_cli.output.profile_data import SeriesRow
    from tokencost_cli.reports._sellers import Sellers
    from tokencost_profiles.attribution.usage_series import usage_series

    calls = () if loaded.saved else loaded.calls
    today = invocation.context.now.date()
    series = usage_series(loaded.profile, calls, loaded.pricer, charged=charged, today=today)
    kind = Sellers(loaded.pricer.table).kind
    return [SeriesRow(key, one, kind(key.provider, key.model)) for key, one in series.items()]


def _charges(invocation: Invocation, loaded: Loaded, options: ProfileOptions) -> Sequence[Charge]:
    """Return what each unit came to. The dimensions of `--by` that are no column become tags."""
    from tokencost_profiles.attribution.charges import charges

    return charges(
        loaded.profile,
        charged=options.cost == "auto",
        today=invocation.context.now.date(),
        labels_of=_labels_of(loaded, options.by),
    )


def _labels_of(loaded: Loaded, by: Sequence[str]) -> Callable[[Key], list[tuple[str, str]]]:
    names = [
        name
        for name in by
        if name not in (*_COLUMNS, *CONTENT_NAMES)
        and not is_time(name)
        and not name.startswith("tag:")
    ]
    values = [(name, dimension(name, loaded.zone)) for name in names]
    return lambda key: [(name, value) for name, of in values if (value := of(key)) is not None]


def _focus_terms(invocation: Invocation, loaded: Loaded, options: ProfileOptions) -> FocusTerms:
    from tokencost_cli.output.profile_data import FocusTerms
    from tokencost_cli.reports._sellers import Sellers

    table = loaded.pricer.table
    sellers = Sellers(table)
    output = "" if invocation.output is None else invocation.output.name.casefold()
    return FocusTerms(
        options.focus_version,
        output.endswith(".parquet"),
        f"table {table.version}",
        lambda charge: sellers.of(charge.account.provider, charge.account.model),
    )


def _focus_warnings(invocation: Invocation, view: ProfileView) -> Sequence[str]:
    """Say what a bill has no row for."""
    warnings = []
    if lost := view.total.uncosted_calls:
        text = f"FOCUS has no row for {count(lost)} of {count(view.total.cell.calls)} calls"
        warnings.append(CodedText("unpriced", f"{text}: what they cost is not known"))
    if untimed := view.total.untimed_calls:
        day = invocation.context.now.date().isoformat()
        text = f"FOCUS has {count(untimed)} calls without a time on the day of their prices, {day}"
        warnings.append(CodedText("no-time", text))
    return warnings
