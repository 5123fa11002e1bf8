"""Two measurements side by side: what is new, what is gone, what changed, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tokencost_profiles.estimates.output_length import ASSUMED, CEILING
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.effects import (
    ADDED,
    CHANGED,
    FAILED,
    FULL,
    INPUT,
    REMOVED,
    UNCHANGED,
    effects,
)
from tokencost_profiles.gate.items import Place, Side
from tokencost_profiles.gate.match import Sides, pairs

_UNCHOSEN: Final = (ASSUMED, CEILING)


def compare(
    base: Sides | None,
    head: Sides,
    *,
    against: str | None = None,
    grouped: bool = False,
    runs: tuple[int | None, int | None] = (None, None),
    per_day: int | None = None,
    texts: Mapping[str, tuple[str, str]] | None = None,
    bridges: Mapping[Place, Side] | None = None,
) -> Comparison:
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
    return Change(*place, status, None, side, problem=side.failure, judged=(None, side))


def judged_on(base: Side, head: Side) -> str:
    """Return what an increase from one side to the other is judged on: the input, or the whole.

    Recorded calls, and another model, mode or region are judged on the whole; else a side whose
    answer nobody chose leaves only the input.
    """
    if head.calls is not None or (base.model, base.terms) != (head.model, head.terms):
        return FULL
    unchosen = base.output_source in _UNCHOSEN or head.output_source in _UNCHOSEN
    return INPUT if unchosen else FULL


def _change(
    before: Place | None,
    after: Place | None,
    base: Sides,
    head: Sides,
    bridges: Mapping[Place, Side],
) -> Change:
    old = base[before] if before else None
    new = head[after] if after else None
    path, model = after or before or ("", "")
    renamed = before[0] if before and after and before[0] != after[0] else None
    problem = _problem(old, new)
    if old is None or new is None:
        if problem is not None:
            return Change(path, model, FAILED, old, new, (), problem)
        status = ADDED if new else REMOVED
        return Change(path, model, status, old, new, effects(old, new), judged=(old, new))
    basis = judged_on(old, new)
    if problem is not None:
        failed = Change(path, model, FAILED, old, new, (), problem, renamed, judged_on=basis)
        # Without a price there are only the tokens of the input.
        return failed if failed.token_growth is None else failed._replace(judged_on=INPUT)
    bridge = bridges.get(after) if after else None
    sides = (old, new)
    if basis == INPUT:
        sides = (old.input_side, new.input_side)
    causes = effects(*sides, bridge.input_side if bridge and basis == INPUT else bridge)
    same = not causes and old.usage == new.usage and old.model == new.model
    return Change(
        path,
        model,
        UNCHANGED if same else CHANGED,
        old,
        new,
        causes,
        None,
        renamed,
        "; ".join(_notes(old, new, bridge, basis)) or None,
        basis,
        sides,
    )


def _problem(old: Side | None, new: Side | None) -> str | None:
    """Say what keeps two sides from being compared."""
    if new is not None and new.failure:
        return new.failure
    if old is not None and old.failure:
        return f"in the base: {old.failure}"
    return None


def _notes(old: Side, new: Side, bridge: Side | None, basis: str) -> Iterator[str]:
    if basis == INPUT and old.output_tokens != new.output_tokens:
        yield (
            f"an answer of {new.output_tokens:,} tokens is taken, {old.output_tokens:,} before: "
            "nobody chose it, so it is not judged"
        )
    if old.tier_from != new.tier_from and old.model == new.model:
        if new.tier_from > old.tier_from:
            yield f"from {new.tier_from:,} tokens of input on, every token has another price"
        else:
            yield f"below {old.tier_from:,} tokens of input every token has another price"
    if _unclear(old, new, bridge):
        yield (
            "text and model changed at once: what another tokenizer makes of the text is among "
            "the tokens"
        )


def _unclear(old: Side, new: Side, bridge: Side | None) -> bool:
    """Whether a change of text and one of model cannot be told apart."""
    if old.model == new.model or bridge is not None or not old.tokenizer or not new.tokenizer:
        return False
    if old.digest and old.digest == new.digest:
        return False
    return old.tokenizer != new.tokenizer
