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
    from tokencost_profiles.attribution.content import ContentView
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
    is_wanted: bool = True  # else only of small logs, to be saved

    def sizes(
        self, invocation: Invocation, table: PriceTable, sources: Sequence[Source]
    ) -> PartSizes | None:
        """Return what the parts are measured with; None: they are not read."""
        from tokencost_profiles.attribution.part_sizes import PartSizes

        context = invocation.context
        is_small = sum(source.size for source in sources) <= COUNTED_BYTES
        if not is_small and not self.is_wanted:
            return None
        counted = self.exact or is_small
        return PartSizes(table, context.now.date(), context.cache, counted=counted)

    def digest(self, sizes: PartSizes) -> Digest:
        """Return what turns the texts of calls into hashes and sizes, file by file."""
        from tokencost_profiles.attribution.digest import Digest

        return Digest(sizes, first_lines=self.first_lines, words=self.words)


def inspected(loaded: Loaded, invocation: Invocation, *, charged: bool = True) -> Inspected:
    """Return the calls in their threads, and what the parts of their prompts cost.

    `charged`: whether a call without a price of ours costs what its log states.
    Raise `UsageError` where only saved profiles were read.
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
    settings = invocation.settings.findings
    return Inspected(threads, loaded.pricer, now, content, settings, loaded.words)


def content_of(loaded: Loaded, looked_at: Inspected | None, options: ProfileOptions) -> ContentView:
    """Return the content of the logs and saved profiles that were read.

    Raise `UsageError` where a saved profile lacks it, or holds more calls than are asked for.
    """
    content = None if looked_at is None else looked_at.content
    if not loaded.saved:
        if content is None:
            raise UsageError("no text of prompts was read")
        return content
    from tokencost_profiles.attribution.saved_view import saved_rows, view_of_saved

    for saved in loaded.saved:
        if not saved.content:
            raise UsageError(
                f"{saved.label} was saved without the parts of prompts",
                hint="profile the logs again with --segments 20 --save FILE",
            )
        if options.where:
            raise UsageError("the parts of prompts in a saved profile are of all its calls")
    rows = [] if content is None else saved_rows(content)
    of_saved = [row for saved in loaded.saved for row in saved.content]
    return view_of_saved([*rows, *of_saved], loaded.profile.cards)


def with_content(
    view: ProfileView, options: ProfileOptions, looked_at: Inspected | None
) -> ProfileView:
    """Return a profile with what is asked of the content of its prompts."""
    from tokencost_cli.reports._content import ContentReport, group_summary
    from tokencost_profiles.attribution.content_groups import content_groups, ordered_groups
    from tokencost_profiles.findings import find_all

    loaded = view.loaded
    if options.findings:
        if looked_at is None:
            raise UsageError("--findings needs the logs: a saved profile holds sums of calls")
        view = view._replace(findings=find_all(looked_at))
    by = options.by if any(name in CONTENT_NAMES for name in options.by) else ()
    if not by and options.segments is None and loaded.saved:
        return view
    content = content_of(loaded, looked_at, options)
    groups = content_groups(content, by, loaded.sizes) if by else []
    groups = ordered_groups(groups, options.sort)
    segments = None if options.segments is None else content.by_cost[: options.segments]
    view = view._replace(content=ContentReport(content, groups, segments, by))
    if not by:
        return view
    sums = [
        (group.key, group_summary(content, group.rows, group.calls_carried or 0))
        for group in groups
    ]
    return view._replace(by=by, groups=sums)
