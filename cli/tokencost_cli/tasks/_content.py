"""The content of prompts, as `profile` asks for it: how it is read, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.files.paths import Source

if TYPE_CHECKING:
    from tokencost_profiles.attribution.digest import Digest
    from tokencost_profiles.attribution.inspected import Inspected
    from tokencost_profiles.attribution.part_sizes import PartSizes

# Dimensions of the parts of prompts, not of calls.
CONTENT_NAMES: Final = ("segment", "target")

# Logs up to this size are counted, which takes a few seconds; of larger ones parts are measured.
COUNTED_BYTES: Final = 16 << 20


class ContentReading(NamedTuple):
    """How the parts of prompts are read. `exact`: counted, however large the logs are."""

    exact: bool = False
    first_lines: bool = False
    words: bool = False  # whether it is noted which answer uses which result, for findings

    def sizes(
        self, invocation: Invocation, table: PriceTable, sources: Sequence[Source]
    ) -> PartSizes:
        """Return what the parts are measured with."""
        from tokencost_profiles.attribution.part_sizes import PartSizes

        context = invocation.context
        is_small = sum(source.size for source in sources) <= COUNTED_BYTES
        counted = self.exact or is_small
        return PartSizes(table, context.now.date(), context.cache, counted=counted)

    def digest(self, sizes: PartSizes) -> Digest:
        """Return what turns the texts of calls into hashes and sizes, file by file."""
        from tokencost_profiles.attribution.digest import Digest

        return Digest(sizes, first_lines=self.first_lines, words=self.words)


def inspected(loaded: Loaded, invocation: Invocation, *, charged: bool = True) -> Inspected:
    """Return the calls in their threads, and what the parts of their prompts cost.

    `charged`: whether a call without a price of ours costs what its log states.
    Raise `UsageError` where only a saved profile was read.
    """
    from tokencost_profiles.attribution.content_view import content_view
    from tokencost_profiles.attribution.inspected import Inspected
    from tokencost_profiles.attribution.threads import threads_of

    if not loaded.calls:
        raise UsageError("the parts of prompts need the logs: a saved profile holds sums of calls")
    threads = threads_of(loaded.every_call, loaded.pricer, {id(call) for call in loaded.calls})
    content = None
    if loaded.sizes is not None:
        sizes = loaded.sizes
        content = content_view(threads, sizes.tokens, is_counted=sizes.counted, charged=charged)
    now = invocation.context.now
    return Inspected(threads, loaded.pricer, now, content, words=loaded.words)


def with_content(invocation: Invocation, view: ProfileView, options: ProfileOptions) -> ProfileView:
    """Return a profile with what is asked of the content of its prompts."""
    from tokencost_cli.reports._content import ContentReport, group_summary
    from tokencost_profiles.attribution.content_groups import content_groups
    from tokencost_profiles.findings import find_all

    loaded = view.loaded
    looked_at = inspected(loaded, invocation, charged=options.cost == "auto")
    content, sizes = looked_at.content, loaded.sizes
    if content is None or sizes is None:
        return view
    by = options.by if any(name in CONTENT_NAMES for name in options.by) else ()
    groups = content_groups(content, by, sizes.tokens) if by else []
    segments = None if options.segments is None else content.by_cost[: options.segments]
    report = ContentReport(content, groups, segments, by)
    view = view._replace(content=report)
    if options.findings:
        view = view._replace(findings=find_all(looked_at))
    if not by:
        return view
    sums = [
        (group.key, group_summary(content, group.rows, group.calls_carried)) for group in groups
    ]
    return view._replace(by=by, groups=sums)
