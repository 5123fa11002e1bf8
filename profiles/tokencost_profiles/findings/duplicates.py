"""The same content more than once in one prompt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import part_hit
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.calls.content import ATTACHMENT, SYSTEM, TOOL_RESULT, TOOLS, USER

_ROLES: Final = frozenset({SYSTEM, TOOLS, USER, TOOL_RESULT, ATTACHMENT})
_LEAST: Final = 100  # tokens: short answers of tools are alike without being the same


def _find(inspected: Inspected) -> Iterator[Hit]:
    view = inspected.content
    if view is None:
        return
    for content in view.threads:
        copies: set[int] = set()  # rows of which a copy was met
        for instance in content.instances:
            part, row = instance.part, view.rows[instance.row]
            is_copy = instance.row in copies
            copies.add(instance.row)
            if part.role == TOOL_RESULT and part.target:
                continue  # a file that is read again is a finding of its own
            if is_copy and part.role in _ROLES and row.tokens >= _LEAST and instance.cost:
                yield part_hit(content, instance, instance.cost)


FINDING: Final = Detector(
    "duplicates",
    "content that stands more than once in a prompt",
    "Send it once, and refer to it.",
    "The same text (system prompt, tool schema, message, tool result, attachment) is in one "
    "prompt two times or more. Cost and saved: what carrying the second and every later copy "
    "cost. Results of reading a file again are `reread`; texts below 100 tokens are left out.",
    MEASURED,
    _find,
    needs_text=True,
)
