"""Two measurements side by side: what is new, what is gone, what changed, and why."""

from __future__ import annotations

from collections.abc import Mapping

from tokencost_profiles.gate.attribution import effects
from tokencost_profiles.gate.comparison import (
    ADDED,
    CHANGED,
    FAILED,
    REMOVED,
    UNCHANGED,
    Change,
    Comparison,
    Place,
    Side,
)
from tokencost_profiles.gate.matching import Sides, pairs


def compare(
    base: Sides | None, head: Sides, *, against: str | None = None, grouped: bool = False,
    runs: tuple[int | None, int | None] = (None, None), per_day: int | None = None,
    texts: Mapping[str, tuple[str, str]] | None = None,
    bridges: Mapping[Place, Side] | None = None,
) -> Comparison:  # fmt: skip
    """Compare two measurements. Without a base every item stands for itself.

    `bridges`: the base's text counted on the head's model, by the place of the head.
    """
    if base is None:
        alone = tuple(_alone(place, head[place]) for place in sorted(head))
        return Comparison(alone, None, grouped, runs, per_day)
    items = tuple(
        _change(before, after, base, head, bridges or {})
        for before, after in pairs(base, head, texts)
    )
    return Comparison(items, against, grouped, runs, per_day)


def _alone(place: Place, side: Side) -> Change:
    status = FAILED if side.failure else UNCHANGED
    return Change(*place, status, None, side, problem=side.failure)


def _change(
    before: Place | None, after: Place | None, base: Sides, head: Sides,
    bridges: Mapping[Place, Side],
) -> Change:  # fmt: skip
    old = base[before] if before else None
    new = head[after] if after else None
    path, model = after or before or ("", "")
    renamed = before[0] if before and after and before[0] != after[0] else None
    problem = _problem(old, new)
    if problem is not None:
        return Change(path, model, FAILED, old, new, (), problem, renamed)
    if old is None or new is None:
        return Change(path, model, ADDED if new else REMOVED, old, new, effects(old, new))
    found = effects(old, new, bridges.get(after) if after else None)
    same = not found and old.usage == new.usage and old.model == new.model
    return Change(path, model, UNCHANGED if same else CHANGED, old, new, found, None, renamed,
                  _note(old, new, bridges.get(after) if after else None))  # fmt: skip


def _problem(old: Side | None, new: Side | None) -> str | None:
    """Say what keeps two sides from being compared."""
    if new is not None and new.failure:
        return new.failure
    if old is not None and old.failure:
        return f"in the base: {old.failure}"
    return None


def _note(old: Side, new: Side, bridge: Side | None) -> str | None:
    if old.model == new.model or bridge is not None or not old.tokenizer or not new.tokenizer:
        return None
    if old.digest and old.digest == new.digest:
        return None
    if old.tokenizer == new.tokenizer:
        return None
    return (
        "text and model changed at once: what another tokenizer makes of the text is among the "
        "tokens"
    )
