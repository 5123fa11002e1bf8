"""`--save`: the profile of logs, written with what it was made from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from tokencost_cli.output.output_file import write_file
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import UsageError
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.costs.saved_form import SavedHead, SavedInput
from tokencost_profiles.files.paths import STDIN, Source

if TYPE_CHECKING:
    from tokencost_profiles.attribution.content import ContentView
    from tokencost_profiles.costs.saved_content import SavedContentRow


def save(
    invocation: Invocation, loaded: Loaded, path: Path, content: ContentView | None = None
) -> None:
    """Write the profile of what was loaded, and the content of its prompts where it was read.

    Raise `InputError` where it cannot be written.
    """
    if str(path) == STDIN:
        raise UsageError("--save writes a file", hint="as runs.tokencost")
    for one in loaded.saved:
        for name in one.unknown_blocks:
            invocation.context.warn(
                f"{one.label}: its block {name} is of a newer tokencost, and is not in {path}"
            )
    rows = _content_rows(loaded, content)
    data = saved_profile.save(loaded.profile, _head(invocation, loaded), loaded.table, rows)
    write_file(invocation.context.folder / path, data)


def _content_rows(loaded: Loaded, content: ContentView | None) -> list[SavedContentRow]:
    """Return the parts of all prompts; none where those of any calls were not read."""
    missing = any(not saved.content for saved in loaded.saved)
    if missing or (content is None and loaded.calls):
        return []
    from tokencost_profiles.attribution.saved_view import saved_rows, view_of_saved

    rows = [] if content is None else saved_rows(content)
    if loaded.saved:
        of_saved = [row for saved in loaded.saved for row in saved.content]
        rows = saved_rows(view_of_saved([*rows, *of_saved], loaded.profile.cards))
    return rows


def _head(invocation: Invocation, loaded: Loaded) -> SavedHead:
    fields: dict[str, Any] = head_fields(saved_profile.FORMAT, invocation.facts(), ())
    inputs = [_input(source, ends) for source, ends in invocation.inputs()]
    for one in loaded.saved:
        inputs += one.head.inputs
    return SavedHead(
        fields["tool_version"], to_builtins(fields["prices"]), to_builtins(fields["run"]), inputs
    )


def _input(source: Source, ends: str) -> SavedInput:
    modified_at = None
    if source.path is not None and source.path.exists():
        modified_at = source.path.stat().st_mtime
    return SavedInput(source.label, source.size, modified_at, ends)
