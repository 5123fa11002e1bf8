"""What `profile` reads and computes for the formats of other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import inspected
from tokencost_pricing.errors import UnknownModelError, UsageError
from tokencost_pricing.table import PriceTable

if TYPE_CHECKING:
    from tokencost_cli.output.profile_data import SeriesRow, View
    from tokencost_cli.reports._loaded import Loaded
    from tokencost_profiles.attribution.timeline import Point


class Export(NamedTuple):
    """What a format needs of the logs, beside what every report does."""

    has_places: bool = False  # turns and steps of calls
    has_content: bool = False  # the parts of their prompts
    has_times: bool = False  # how prompts follow each other
    has_labels: bool = False  # everything that cells of calls can be told apart by


_EXPORTS: Final = {
    "speedscope": Export(has_places=True, has_content=True),
    "folded": Export(has_places=True),
    "pprof": Export(has_places=True),
    "trace": Export(has_places=True, has_times=True),
    "otlp": Export(has_labels=True),
}


def export_of(invocation: Invocation) -> Export:
    """Return what the format of the report needs: nothing, where it is none of these."""
    return _EXPORTS.get(invocation.format_name, Export())


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
        lambda: _views(invocation, view, charged=charged),
        lambda: _points(invocation, view, charged=charged),
        lambda: _series(invocation, view.loaded, charged=charged),
    )
    return report._replace(profile=data)


def _views(invocation: Invocation, view: ProfileView, *, charged: bool) -> Sequence[View]:
    """Return the trees; the one by content goes before where parts were asked for."""
    from tokencost_cli.output.profile_data import View
    from tokencost_profiles.attribution.causes import cause_tree
    from tokencost_profiles.attribution.content_groups import content_tree

    views = [View("by cause", cause_tree(view.loaded.profile, charged=charged))]
    if view.content is not None:
        content = view.content.view
        is_asked = bool(view.content.by) or view.content.segments is not None
        if is_asked or content.textless_calls < len(view.loaded.calls):
            views.insert(0 if is_asked else 1, View("by content", content_tree(content)))
    return views


def _points(invocation: Invocation, view: ProfileView, *, charged: bool) -> Sequence[Point]:
    """Return the calls in time. Raise `UsageError` where only a saved profile was read."""
    from tokencost_profiles.attribution.timeline import timeline

    if not view.loaded.calls:
        raise UsageError(
            f"{invocation.format_name} needs the logs: a saved profile holds sums of calls"
        )
    return timeline(inspected(view.loaded, invocation, charged=charged), charged=charged)


def _series(invocation: Invocation, loaded: Loaded, *, charged: bool) -> Sequence[SeriesRow]:
    """Return tokens and cost by day. The lengths of single calls are those of logs alone."""
    from tokencost_cli.output.profile_data import SeriesRow
    from tokencost_profiles.attribution.usage_series import usage_series

    calls = () if loaded.saved else loaded.calls
    today = invocation.context.now.date()
    series = usage_series(loaded.profile, calls, loaded.pricer, charged=charged, today=today)
    table = loaded.pricer.table
    return [
        SeriesRow(key, one, model_kind(table, key.provider, key.model))
        for key, one in series.items()
    ]


def model_kind(table: PriceTable, provider: str | None, model: str | None) -> str:
    """Return what kind a model is: chat, embedding, image; chat where the table has none."""
    try:
        return table.model(provider or "", model or "").kind
    except UnknownModelError:
        return "chat"
