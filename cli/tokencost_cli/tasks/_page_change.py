"""What a page compares with: the profile of an older log, or one that was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from tokencost_cli.options.gate import CompareOptions
from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.output.tables import Lines, Table
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import ContentReading, inspected
from tokencost_cli.tasks._logs import load
from tokencost_profiles.attribution.causes import cause_tree
from tokencost_profiles.attribution.frame_change import note_old_costs
from tokencost_profiles.costs.dimensions import NAMES

if TYPE_CHECKING:
    from tokencost_cli.output.report import Section
    from tokencost_cli.reports._page import Charts

AUTO: Final = "auto"


def name_of(options: ProfileOptions) -> str:
    """Return the name of what is compared with, without its folders."""
    return PurePath(options.against or "").name


def load_old(invocation: Invocation, options: ProfileOptions, by: Sequence[str] | None) -> Loaded:
    """Read what is compared with: all of it, as the period is that of the new one."""
    old = replace(options, paths=(options.against or "",), since=None, until=None)
    reading = ContentReading(options.exact, options.show_text)
    return load(invocation, old, by=by, content=reading, places=True)


def with_change(
    invocation: Invocation, charts: Charts, old: Loaded, options: ProfileOptions
) -> Charts:
    """Return the charts with what each frame cost before."""
    from tokencost_cli.tasks._page import tree_of_content

    charged = options.cost == AUTO
    before = cause_tree(old.profile, charged=charged)
    charts = charts._replace(gone=(note_old_costs(charts.causes, before), None))
    looked_at = inspected(old, invocation, charged=charged) if old.calls else None
    contents, _ = tree_of_content(old, looked_at, options)
    if charts.contents is None or contents is None:
        return charts
    return charts._replace(gone=(charts.gone[0], note_old_costs(charts.contents, contents)))


def change_sections(
    invocation: Invocation, view: ProfileView, old: Loaded, options: ProfileOptions
) -> list[Section]:
    """Return the tables of `diff --keep-prices`: what changed, and why; its causes sum to it."""
    from tokencost_cli.reports.check import report
    from tokencost_cli.tasks._gate_logs import of_profiles

    known = {field.name for field in fields(CompareOptions)}
    values = {name: value for name, value in vars(options).items() if name in known}
    is_plain = all(name.partition("~")[0] in NAMES or name.startswith("tag:") for name in view.by)
    values |= {
        "by": view.by if is_plain else ("model",),
        "keep_prices": True,
        "cost": AUTO if options.cost == "both" else options.cost,
    }
    names = (name_of(options), "now")
    compared = of_profiles(
        CompareOptions(**values), old.profile, view.loaded.profile, names, old.pricer.table
    )
    sections: list[Section] = []
    for section in report(compared, invocation.facts).sections:
        if isinstance(section, Table) and not section.spreadsheet:
            first = not any(isinstance(one, Table) for one in sections)
            title = f"change against {names[0]}" if first else section.title
            sections.append(section._replace(title=title, main=False))
        elif isinstance(section, Lines):
            sections.append(section._replace(style="plain"))
    return sections
