"""The charts of `profile`, where its report is a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Lines
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import content_of
from tokencost_pricing.errors import UsageError

if TYPE_CHECKING:
    from tokencost_cli.reports._loaded import Loaded
    from tokencost_cli.reports._page import Charts
    from tokencost_profiles.attribution.content import ContentView
    from tokencost_profiles.attribution.frame import Frame
    from tokencost_profiles.attribution.inspected import Inspected

HTML: Final = "html"
# What sums are wanted by, beside the dimensions that were asked for.
DIMENSIONS: Final = ("session", "hour", "model")


def is_page(invocation: Invocation, options: ProfileOptions) -> bool:
    """Whether the report is a page. Raise `UsageError` where nothing can draw its charts."""
    if invocation.format_name != HTML:
        if options.against is not None:
            raise UsageError(
                "--against colours the charts of -f html",
                hint="`tokencost diff OLD NEW` compares saved profiles in every format",
            )
        return False
    from tokencost_cli.output.html.assets import chart_library_file

    if invocation.output is None and invocation.context.stdout_is_terminal:
        raise UsageError("html is not for a terminal", hint="give --output FILE")
    chart_library_file()
    return True


def with_page(
    invocation: Invocation,
    report: Report,
    view: ProfileView,
    options: ProfileOptions,
    looked_at: Inspected | None,
) -> Report:
    """Return the report with its charts."""
    from tokencost_cli.reports._page import profile_page

    charts = _charts(view, options, looked_at)
    lines = next((one.lines for one in report.sections if isinstance(one, Lines)), ("",))
    if options.against is not None:
        from tokencost_cli.tasks import _page_change

        old = _page_change.load_old(invocation, options, (*view.by, *DIMENSIONS))
        charts = _page_change.with_change(invocation, charts, old, options)
        charts = charts._replace(base=_page_change.name_of(options))
        change = _page_change.change_sections(invocation, view, old, options)
        report = report._replace(sections=(*change, *report.sections))
    page = profile_page(view, charts, lines[0], invocation.facts)
    return report._replace(page=lambda: page)


def _charts(view: ProfileView, options: ProfileOptions, looked_at: Inspected | None) -> Charts:
    from tokencost_cli.reports._page import Charts
    from tokencost_cli.reports._page_series import (
        misses_of,
        moments_of,
        span_of,
        spends_of,
        turns_of,
    )
    from tokencost_profiles.attribution.causes import cause_tree
    from tokencost_profiles.attribution.timeline import timeline
    from tokencost_profiles.findings import find_all

    charged = options.cost == "auto"
    loaded, cell = view.loaded, view.total.cell
    span = span_of(cell.first, cell.last)
    contents, content = tree_of_content(loaded, looked_at, options)
    charts = Charts(
        cause_tree(loaded.profile, charged=charged),
        contents,
        content,
        spends=spends_of(loaded.profile, span, loaded.zone, charged=charged),
        span=span,
        findings=view.findings,
    )
    if looked_at is None:
        return charts
    if view.findings is None:
        charts = charts._replace(findings=find_all(looked_at))
    if loaded.saved:  # the calls of these are sums: a timeline would lack them
        return charts
    points = timeline(looked_at, charged=charged)
    return charts._replace(
        moments=moments_of(points, loaded.zone), turns=turns_of(points), misses=misses_of(points)
    )


def tree_of_content(
    loaded: Loaded, looked_at: Inspected | None, options: ProfileOptions
) -> tuple[Frame | None, ContentView | None]:
    """Return the tree by content, and the view it is of.

    There is none where no text was read, or a saved profile lacks its part of it.
    """
    from tokencost_profiles.attribution.content_groups import content_tree

    view = None if looked_at is None else looked_at.content
    if loaded.saved:
        if options.where or not all(saved.content for saved in loaded.saved):
            return None, None
        view = content_of(loaded, looked_at, options)
    elif view is not None and view.textless_calls == len(loaded.calls):
        view = None
    return (None, None) if view is None else (content_tree(view), view)
