"""Lists that were flattened into attributes: `llm.input_messages.0.message.content`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_MOST: Final = 100_000


def nested_list(attributes: Mapping[str, Any], prefix: str) -> list[Any]:
    """Return the list whose items' parts are attributes that start with a prefix.

    The attribute may also be a list of objects itself.
    """
    stored = attributes.get(prefix)
    if isinstance(stored, list):
        return stored
    tree: dict[str, Any] = {}
    start = f"{prefix}."
    for key, value in attributes.items():
        if key.startswith(start):
            _put(tree, key[len(start) :].split("."), value)
    listed = _lists(tree)
    return listed if isinstance(listed, list) else []


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        inside = tree.get(step)
        if not isinstance(inside, dict):
            inside = tree[step] = {}
        tree = inside
    if not isinstance(tree.get(path[-1]), dict):
        tree[path[-1]] = value


def _lists(tree: Any) -> Any:
    """Return a tree with every object whose keys are all integers as a list."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isdecimal() and len(key) < 7 for key in tree):
        return [_lists(tree[key]) for key in sorted(tree, key=int)][:_MOST]
    return {key: _lists(value) for key, value in tree.items()}
