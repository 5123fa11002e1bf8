"""The views by cause that `profile` is asked for: the tree, and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._content import ContentReading
from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_pricing.table import PriceTable
from tokencost_profiles.attribution.frame import WEIGHTS

if TYPE_CHECKING:
    from tokencost_profiles.attribution.part_sizes import PartSizes
    from tokencost_profiles.files.paths import Source

_SHEETS: Final = ("csv", "parquet")


def wants_causes(invocation: Invocation, options: ProfileOptions) -> bool:
    """Whether calls need their turns and steps. Raise `UsageError` for what means nothing."""
    if options.weight not in WEIGHTS:
        raise UsageError(
            f"--weight knows no '{options.weight}'{did_you_mean(options.weight, WEIGHTS)}",
            hint=f"one of: {', '.join(WEIGHTS)}",
        )
    asked = options.views
    if len(asked) > 1 and invocation.format_name in _SHEETS:
        raise UsageError(
            f"{invocation.format_name} holds one table: give {' or '.join(asked)}, not both"
        )
    return options.tree or options.timeline


class TextlessReading(ContentReading):
    """How prompts are read where only what they share matters, not how long their parts are."""

    def sizes(
        self, invocation: Invocation, table: PriceTable, sources: Sequence[Source]
    ) -> PartSizes:
        """Return what measures the parts by their bytes."""
        from tokencost_profiles.attribution.part_sizes import PartSizes

        return PartSizes(table, invocation.context.now.date(), counted=False)


def with_causes(invocation: Invocation, view: ProfileView, options: ProfileOptions) -> ProfileView:
    """Return a profile with the views by cause that are asked for.

    Raise `UsageError` for a timeline where only a saved profile was read.
    """
    charged = options.cost == "auto"
    loaded = view.loaded
    if options.tree:
        from tokencost_cli.reports._tree import TreeReport
        from tokencost_profiles.attribution.causes import cause_tree

        tree = cause_tree(loaded.profile, charged=charged)
        view = view._replace(tree=TreeReport(tree, options.weight, options.top))
    if options.timeline:
        from tokencost_cli.reports._timeline import TimelineReport
        from tokencost_profiles.attribution.inspected import Inspected
        from tokencost_profiles.attribution.threads import threads_of
        from tokencost_profiles.attribution.timeline import timeline

        if not loaded.calls:
            raise UsageError("--timeline needs the logs: a saved profile holds sums of calls")
        selected = {id(call) for call in loaded.calls}
        threads = threads_of(loaded.every_call, loaded.pricer, selected)
        inspected = Inspected(threads, loaded.pricer, invocation.context.now)
        points = timeline(inspected, charged=charged)
        view = view._replace(timeline=TimelineReport(points, loaded.zone, options.top))
    return view._replace(is_grouped=bool(options.by))
