"""Messages of a session by who follows whom, and the prompt that stands before each."""

from __future__ import annotations

from collections.abc import Iterable

from tokencost_profiles.calls.content import TOOL_RESULT, Part
from tokencost_profiles.calls.thread_parts import ThreadParts

CLEARED = "[Old tool result content cleared]"  # what clients send in place of an old result


class Node:
    """A place of the tree: what stands there, and after what.

    `cleared`: tool calls whose results are emptied from here on.
    """

    __slots__ = ("_path", "above", "cleared", "parts")

    def __init__(self, above: Node | None, parts: Iterable[Part] = ()) -> None:
        self.above = above
        self.parts = list(parts)
        self.cleared: frozenset[str] = frozenset()
        self._path: ThreadParts | None = None

    def path(self) -> ThreadParts:
        """Return the parts on the way to it, and its. A list is shared by all that continue it.

        The nodes on the way must be complete.
        """
        nodes = []
        node: Node | None = self
        while node is not None and node._path is None:
            nodes.append(node)
            node = node.above
        path = ThreadParts([]) if node is None or node._path is None else node._path
        for below in reversed(nodes):
            if below.cleared:
                path = ThreadParts([_emptied(part, below.cleared) for part in path])
            path = below._path = path.followed_by(below.parts)
        return path


def path_to(node: Node | None) -> ThreadParts:
    """Return the parts on the way to a node; none where there is no node."""
    return ThreadParts([]) if node is None else node.path()


def _emptied(part: Part, calls: frozenset[str]) -> Part:
    is_cleared = part.role == TOOL_RESULT and part.id in calls
    return part._replace(text=CLEARED) if is_cleared else part
