"""The same file or result read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tokencost_profiles.attribution.content import Instance
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import part_hit
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.calls.content import TOOL_CALL, TOOL_RESULT

_READERS: Final = ("read", "view", "cat", "open", "get", "fetch", "load", "grep", "search", "list")
_LEAST: Final = 50  # tokens


def _find(inspected: Inspected) -> Iterator[Hit]:
    view = inspected.content
    if view is None:
        return
    for content in view.threads:
        first: dict[int, int] = {}  # row -> number of its instance
        for number, instance in enumerate(content.instances):
            part = instance.part
            if part.role != TOOL_RESULT or not part.target:
                continue
            before = first.setdefault(instance.row, number)
            if before == number or view.rows[instance.row].tokens < _LEAST or not instance.cost:
                continue
            if not _is_edited(content.instances[before:number], part.target):
                yield part_hit(content, instance, instance.cost, subject=part.target)


def _is_edited(between: Sequence[Instance], target: str) -> bool:
    """Whether a tool wrote to a file between two readings of it."""
    return any(
        one.part.role == TOOL_CALL
        and one.part.target == target
        and not one.part.name.casefold().startswith(_READERS)
        for one in between
    )


FINDING: Final = Detector(
    "reread",
    "a file or page that is read again, unchanged",
    "Let the agent look at what it has read: the text still stands in the prompt.",
    "A tool returns the very same text of the same file or URL while the first copy is still in "
    "the prompt. Saved: what carrying the second and later copies cost. It is no waste after the "
    "file was written to in between, nor by another agent, which has not read it.",
    MEASURED,
    _find,
    needs_text=True,
)
