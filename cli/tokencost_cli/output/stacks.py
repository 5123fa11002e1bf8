"""From trees of frames to stacks with integer weights, whose sums are those of the tree.

A stack is a frame below its ancestors, with what the frame has beyond its children. Money is
counted in so small a unit that integers hold it; what is left of each stack is shared out by
largest remainder, so that the sum is the total of the tree, rounded once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Final, NamedTuple

from tokencost_cli.output.safe_text import visible
from tokencost_cli.output.tables import cut_middle
from tokencost_pricing.money import ZERO, subtract, total
from tokencost_profiles.attribution.frame import COST, Frame, fold

NANO: Final = 9  # decimal places of the unit of money
_MICRO: Final = 6
_EXACT_INTEGERS: Final = 1 << 53  # programs that read JSON into floats are exact below
_MOST_FRAMES: Final = 200_000  # of a tree; smaller ones are folded
_LONGEST_NAME: Final = 200  # characters
_PREFIXES: Final = {NANO: "nano", _MICRO: "micro"}
_WIDE: Final = Context(prec=100)


class Stack(NamedTuple):
    """A frame below its ancestors, the outermost first, with what it has for itself."""

    frames: tuple[Frame, ...]
    cost: Decimal
    input_tokens: int
    output_tokens: int
    calls: int


class Weighted(NamedTuple):
    """Stacks with their integer weights, and what these are counted in."""

    unit: str
    stacks: Sequence[tuple[Stack, int]]

    @property
    def total(self) -> int:
        """The sum of all weights."""
        return sum(weight for _, weight in self.stacks)


def stacks_of(root: Frame, by: str) -> list[Stack]:
    """Return the stacks of a tree. Where it has too many frames, those that weigh least fold."""
    return list(_walk(fold(root, by, share=ZERO, most=_MOST_FRAMES)))


def weighted(root: Frame, by: str) -> Weighted:
    """Return the stacks that weigh something: in tokens, or in money as integers."""
    stacks = stacks_of(root, by)
    if by == COST:
        most = root.cost.scaleb(NANO, _WIDE)
        places = NANO if abs(most) < _EXACT_INTEGERS else _MICRO
        unit, weights = f"cost in {_PREFIXES[places]}-USD", costs(stacks, places)
    else:
        unit = by.replace("_", " ")
        weights = [int(getattr(stack, by)) for stack in stacks]
    pairs = zip(stacks, weights, strict=True)
    return Weighted(unit, [(stack, weight) for stack, weight in pairs if weight])


def costs(stacks: Sequence[Stack], places: int = NANO) -> list[int]:
    """Return the costs of stacks as integers of the unit that has so many decimal places."""
    return integers([stack.cost for stack in stacks], places)


def integers(amounts: Sequence[Decimal], places: int) -> list[int]:
    """Return amounts as integers by largest remainder: they sum to the rounded sum of all."""
    scaled = [amount.scaleb(places, _WIDE) for amount in amounts]
    floors = [int(amount.to_integral_value(ROUND_FLOOR)) for amount in scaled]
    rounded = int(total(scaled).to_integral_value(ROUND_HALF_EVEN))
    left = rounded - sum(floors)
    by_remainder = sorted(range(len(scaled)), key=lambda at: floors[at] - scaled[at])
    for at in by_remainder[:left]:
        floors[at] += 1
    return floors


def frame_name(frame: Frame) -> str:
    """Return the name of a frame on one line, its middle left out where it is long."""
    return cut_middle(visible(frame.name), _LONGEST_NAME) or frame.kind


def _walk(root: Frame) -> Iterator[Stack]:
    rest: list[tuple[Frame, ...]] = [(root,)]
    while rest:
        frames = rest.pop()
        frame = frames[-1]
        children = frame.children
        yield Stack(
            frames,
            subtract(frame.cost, total(child.cost for child in children)),
            frame.input_tokens - sum(child.input_tokens for child in children),
            frame.output_tokens - sum(child.output_tokens for child in children),
            max(0, frame.calls - sum(child.calls for child in children)),
        )
        rest += [(*frames, child) for child in reversed(children)]
