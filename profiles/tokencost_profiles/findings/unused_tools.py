"""Tool schemas that are sent with every prompt and never used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import part_hit
from tokencost_profiles.attribution.inspected import Inspected, Thread
from tokencost_profiles.calls.content import TOOL_CALL, TOOLS

_LEAST_CALLS: Final = 20  # of a session: in a short one a tool may just not have been needed


def _find(inspected: Inspected) -> Iterator[Hit]:
    view = inspected.content
    if view is None:
        return
    used: dict[str, set[str]] = {}
    calls: dict[str, int] = {}
    for content in view.threads:
        session = _session(content.thread)
        names = used.setdefault(session, set())
        calls[session] = calls.get(session, 0) + len(content.thread.calls)
        for priced in content.thread.calls:
            names.update(priced.call.tools)
            names.update(part.name for part in priced.call.answer or () if part.role == TOOL_CALL)
        names.update(one.part.name for one in content.instances if one.part.role == TOOL_CALL)
    for content in view.threads:
        session = _session(content.thread)
        if calls[session] < _LEAST_CALLS:
            continue
        for instance in content.instances:
            part = instance.part
            is_unused = part.role == TOOLS and part.name and part.name not in used[session]
            if is_unused and instance.cost:
                yield part_hit(content, instance, instance.cost, subject=part.name)


def _session(thread: Thread) -> str:
    """Return what a conversation belongs to: its session, or the one that started it."""
    first = thread.calls[0].call
    if thread.session is None and first.trace is None:
        return f"call {id(first)}"  # a conversation of one call, of no session
    return f"session {first.root or thread.session or first.trace}"


FINDING: Final = Detector(
    "unused-tools",
    "tool schemas that are never used",
    "Leave out the tools that a session never calls, or let them be searched for.",
    "The schema of a tool is sent with every prompt of a session of at least 20 calls, and no call "
    "of the session (its sub-agents included) asks for the tool. Cost and saved: what "
    "carrying the schema cost. Only logs that hold the request show it.",
    MEASURED,
    _find,
    needs_text=True,
)
