"""Calls in folds: what is learned for a fold comes from the others."""

from __future__ import annotations

from collections.abc import Iterable

_FOLDS = 8


def folds(groups: Iterable[str]) -> list[set[str]]:
    """Cut groups into folds of like size, the same way every time. A group counts once a call."""
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    cut: list[tuple[int, set[str]]] = [(0, set()) for _ in range(min(_FOLDS, len(sizes)))]
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        at = min(range(len(cut)), key=lambda one: cut[one][0])
        cut[at] = (cut[at][0] + sizes[group], cut[at][1] | {group})
    return [names for _, names in cut]
