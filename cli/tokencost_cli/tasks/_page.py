"""The charts of `profile`, where its report is a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Lines
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import inspected
from tokencost_pricing.errors import UsageError

if TYPE_CHECKING:
    from tokencost_cli.reports._page import Charts

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
    invocation: Invocation, report: Report, view: ProfileView, options: ProfileOptions
) -> Report:
    """Return the report with its charts."""
    from tokencost_cli.reports._page import profile_page

    charged = options.cost == "auto"
    charts = _charts(invocation, view, charged=charged)
    lines = next((one.lines for one in report.sections if isinstance(one, Lines)), ("",))
    if options.against is not None:
        from tokencost_cli.tasks import _page_change

        old = _page_change.load_old(invocation, options, (*view.by, *DIMENSIONS))
        charts = _page_change.with_change(invocation, charts, old, charged=charged)
        charts = charts._replace(base=_page_change.name_of(options))
        change = _page_change.change_sections(invocation, view, old, options)
        report = report._replace(sections=(*change, *report.sections))
    page = profile_page(view, charts, lines[0], invocation.facts)
    return report._replace(page=lambda: page)


def _charts(invocation: Invocation, view: ProfileView, *, charged: bool) -> Charts:
    from tokencost_cli.reports._page import Charts
    from tokencost_cli.reports._page_series import (
        misses_of,
        moments_of,
        span_of,
        spends_of,
        turns_of,
    )
    from tokencost_profiles.attribution.causes import cause_tree

    loaded, cell = view.loaded, view.total.cell
    span = span_of(cell.first, cell.last)
    charts = Charts(
        cause_tree(loaded.profile, charged=charged),
        spends=spends_of(loaded.profile, span, loaded.zone, charged=charged),
        span=span,
        findings=view.findings,
    )
    if not loaded.calls:
        return charts
    from tokencost_profiles.attribution.content_groups import content_tree
    from tokencost_profiles.attribution.timeline import timeline
    from tokencost_profiles.findings import find_all

    looked_at = inspected(loaded, invocation, charged=charged)
    points = timeline(looked_at, charged=charged)
    charts = charts._replace(
        moments=moments_of(points, loaded.zone), turns=turns_of(points), misses=misses_of(points)
    )
    if view.findings is None:
        charts = charts._replace(findings=find_all(looked_at))
    content = looked_at.content
    if content is None or content.textless_calls == len(loaded.calls):
        return charts
    return charts._replace(content=content, contents=content_tree(content))
