"""What each frame of a tree cost before: two trees of the same kind held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tokencost_pricing.money import ZERO, add
from tokencost_profiles.attribution.frame import SESSION, STEP, Frame


def note_old_costs(new: Frame, old: Frame) -> Decimal:
    """Note at each frame what the frame of the same name, below the same one, cost before.

    The only session of one side is that of the other, and a step is known by its number. Return
    what the frames cost, in USD, that are in the old tree alone.
    """
    gone = ZERO
    new.old_cost = old.cost
    rest = [(new, old)]
    while rest:
        frame, before = rest.pop()
        left = _by_key(before.children)
        for child in frame.children:
            same = left.get(_key(child, frame.children))
            if same:
                match = same.pop(0)
                child.old_cost = match.cost
                rest.append((child, match))
        for frames in left.values():
            for one in frames:
                gone = add(gone, one.cost)
    return gone


def _by_key(frames: Sequence[Frame]) -> dict[tuple[str, str], list[Frame]]:
    by_key: dict[tuple[str, str], list[Frame]] = {}
    for frame in frames:
        by_key.setdefault(_key(frame, frames), []).append(frame)
    return by_key


def _key(frame: Frame, siblings: Sequence[Frame]) -> tuple[str, str]:
    if frame.kind == SESSION and len(siblings) == 1:
        return frame.kind, ""
    name = frame.name.partition(":")[0] if frame.kind == STEP else frame.name
    return frame.kind, name
