"""Tool schemas that are sent with every prompt and never used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import part_hit
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.calls.content import TOOLS

_LEAST_CALLS: Final = 20  # of a session: in a short one a tool may just not have been needed


def _find(inspected: Inspected) -> Iterator[Hit]:
    view = inspected.content
    if view is None:
        return
    used: dict[str | None, set[str]] = {}
    calls: dict[str | None, int] = {}
    for thread in inspected.threads:
        names = used.setdefault(thread.session, set())
        calls[thread.session] = calls.get(thread.session, 0) + len(thread.calls)
        for priced in thread.calls:
            names.update(priced.call.tools)
    for content in view.threads:
        session = content.thread.session
        if session is None or calls[session] < _LEAST_CALLS:
            continue
        for instance in content.instances:
            part = instance.part
            is_unused = part.role == TOOLS and part.name and part.name not in used[session]
            if is_unused and instance.cost:
                yield part_hit(content, instance, instance.cost, subject=part.name)


FINDING: Final = Detector(
    "unused-tools",
    "tool schemas that are never used",
    "Leave out the tools that a session never calls, or let them be searched for.",
    "The schema of a tool is sent with every prompt of a session of at least 20 calls, and no call "
    "of the session (its sub-agents included) asks for the tool. Saved: what carrying the schema "
    "cost. Only logs that hold the request show it.",
    MEASURED,
    _find,
    needs_text=True,
)
