"""What a provider stores: prefixes of prompts, as paths of a tree of blocks, each until a moment.

The path to a node is the chain of digests of a prefix, so prefixes that calls share stand once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tokencost_profiles.whatif.prompt_cache.blocks import CacheBlock

NEVER: Final = float("-inf")
_SLACK: Final = 50_000  # nodes that may be dead before the tree is swept


class Node:
    """A prefix: the blocks from the root to here."""

    __slots__ = ("born", "children", "expires", "ready", "seconds")

    def __init__(self) -> None:
        self.children: dict[int | bytes, Node] = {}
        self.expires = NEVER  # stored until then; NEVER: not stored by itself
        self.seconds = 0  # how much longer a use stores it
        self.born = NEVER  # when it was written
        self.ready = NEVER  # when its writing was done

    def live(self, at: float) -> bool:
        """Whether it can be read at a moment."""
        return self.ready <= at <= self.expires

    def write(self, at: float, seconds: int, ready: float, longest: int | None) -> None:
        """Store it from `at` on; one that is stored longer stays so."""
        if self.expires < at:
            self.born, self.ready, self.seconds, self.expires = at, ready, seconds, NEVER
        self.use(at, max(seconds, self.seconds), longest)

    def use(self, at: float, seconds: int, longest: int | None) -> None:
        """Renew it, as far as its longest life allows."""
        until = at + seconds
        if longest is not None:
            until = min(until, self.born + longest)
        self.expires = max(self.expires, until)
        self.seconds = max(self.seconds, seconds)


class CacheKey(NamedTuple):
    """Which cache it is: the scope, and the kind of the model's cache."""

    scope: str
    kind: str


class Tree:
    """The prefixes of every scope. What has expired is dropped, so memory follows what is live."""

    def __init__(self) -> None:
        self._roots: dict[CacheKey, Node] = {}
        self._nodes = 0
        self._limit = _SLACK

    def __len__(self) -> int:
        return self._nodes

    def known(self, key: CacheKey, blocks: Sequence[CacheBlock], path: list[Node]) -> list[Node]:
        """Return the nodes that stand for the prefixes of a prompt, as far as there are any.

        `path` holds those of its first blocks, where they are known; the rest is appended.
        """
        node = path[-1] if path else self._roots.get(key)
        if node is None:
            return path
        for block in blocks[len(path) :] if path else blocks:
            node = node.children.get(block.digest)
            if node is None:
                break
            path.append(node)
        return path

    def grow(self, key: CacheKey, blocks: Sequence[CacheBlock], path: list[Node]) -> None:
        """Extend `path` (from `known`) until it holds a node for each block."""
        if not path:
            node = self._roots.get(key)
            if node is None:
                node = self._roots[key] = Node()
        else:
            node = path[-1]
        for block in blocks[len(path) :]:
            below = Node()
            node.children[block.digest] = below
            path.append(below)
            node = below
            self._nodes += 1

    def sweep(self, at: float) -> bool:
        """Drop what expired before `at`, where much may have. Return whether it was looked at."""
        if self._nodes < self._limit:
            return False
        for key in [*self._roots]:
            if not _pruned(self._roots[key], at):
                del self._roots[key]
        self._nodes = sum(1 for root in self._roots.values() for _ in _below(root))
        self._limit = 2 * self._nodes + _SLACK
        return True


def _below(root: Node) -> Iterator[Node]:
    waiting = [*root.children.values()]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children.values()


def _pruned(root: Node, at: float) -> bool:
    """Cut off what holds nothing live. Return whether anything is left."""
    order = [(root, key, node) for key, node in root.children.items()]
    for parent_and_key in order:  # grows while it is read: parents before children
        node = parent_and_key[2]
        order += [(node, key, below) for key, below in node.children.items()]
    for parent, key, node in reversed(order):
        if node.expires < at and not node.children:
            del parent.children[key]
    return bool(root.children)
