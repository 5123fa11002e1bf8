"""`Frame`: a node of the tree of where tokens and money went, and the one way to fold such a tree.

Terminal, HTML and every export draw frames. The sums of a frame hold those of its children, so that
the root is the bill; what a frame has beyond its children stands for itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from tokencost_pricing.money import ZERO, add
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS

# Kinds of the tree by cause, the outermost first.
ROOT: Final = "root"
SESSION: Final = "session"
TURN: Final = "turn"
STEP: Final = "step"
AGENT: Final = "agent"
CALL: Final = "call"
TOOL: Final = "tool"  # of the provider, paid for by use
MORE: Final = "more"  # frames that are too small to stand alone

COST: Final = "cost"
INPUT_TOKENS: Final = "input_tokens"
OUTPUT_TOKENS: Final = "output_tokens"
WEIGHTS: Final = (COST, INPUT_TOKENS, OUTPUT_TOKENS)

SMALLEST_SHARE: Final = Decimal("0.002")  # of its parent: a smaller child is folded
MOST_FRAMES: Final = 5000  # that a view draws
_TIES: Final = 10  # by a tenth there may be more of them, where frames have the same weight


class Frame(msgspec.Struct, kw_only=True):
    """What one cause or one part of the content comes to, with everything below it.

    `cost` is in USD and exact: of the calls that have a price, and what logs state of others.
    """

    name: str
    kind: str
    cost: Decimal = ZERO
    calls: int = 0
    unpriced_calls: int = 0  # among them: in no cost
    input_tokens: int = 0
    output_tokens: int = 0
    children: list[Frame] = msgspec.field(default_factory=list)
    folded: int = 0  # how many frames it stands for: those below it, of `MORE` those beside
    old_cost: Decimal | None = None  # before, where two trees are compared; None: not there

    def take(self, other: Frame) -> None:
        """Add the sums of another frame."""
        self.cost = add(self.cost, other.cost)
        self.calls += other.calls
        self.unpriced_calls += other.unpriced_calls
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        if other.old_cost is not None:
            self.old_cost = add(self.old_cost or ZERO, other.old_cost)

    def take_usage(self, usage: dict[str, int]) -> None:
        """Add the tokens of a usage."""
        for unit, count in usage.items():
            if unit in _INPUT:
                self.input_tokens += count
            elif unit in _OUTPUT:
                self.output_tokens += count

    def weight(self, by: str) -> Decimal:
        """Return how wide it is drawn: cost, input_tokens or output_tokens."""
        value = getattr(self, by)
        return value if isinstance(value, Decimal) else Decimal(value)

    @property
    def size(self) -> int:
        """How many frames there are, itself included."""
        total, rest = 0, [self]
        while rest:
            frame = rest.pop()
            total += 1
            rest += frame.children
        return total


_INPUT: Final = frozenset(INPUT_UNITS)
_OUTPUT: Final = frozenset(OUTPUT_UNITS)


def fold(
    root: Frame,
    by: str = COST,
    *,
    share: Decimal = SMALLEST_SHARE,
    most: int = MOST_FRAMES,
    sort: bool = False,
) -> Frame:
    """Return the tree with the children below a share of their parent folded into one, `MORE`.

    Sums stay. Where more than `most` frames are left, the smallest are folded too. `sort`: the
    children by weight, the heaviest first; else they stay in their order, what is folded last.
    The tree itself is not changed.
    """
    limit = _limit(root, by, share, most)
    return _folded(root, by, share, limit, sort=sort)


def _limit(root: Frame, by: str, share: Decimal, most: int) -> Decimal:
    """Return the weight below which frames are folded so that not more than `most` are left."""
    weights = []
    rest = [root]
    while rest:
        frame = rest.pop()
        least = frame.weight(by) * share
        for child in frame.children:
            weight = child.weight(by)
            if weight >= least:
                weights.append(weight)
                rest.append(child)
    # Every frame with children may get one more child, of what is folded.
    if len(weights) <= most // 2:
        return ZERO
    weights.sort(reverse=True)
    limit = weights[most // 2]
    # A frame and its only child have one weight. Where many more do, they are folded together.
    excess = most // 2 + most // _TIES
    return limit.next_plus() if weights[excess : excess + 1] == [limit] else limit


def _folded(frame: Frame, by: str, share: Decimal, limit: Decimal, *, sort: bool) -> Frame:
    least = max(frame.weight(by) * share, limit)
    large = [child for child in frame.children if child.weight(by) >= least]
    small = [child for child in frame.children if child.weight(by) < least]
    cut: Frame | None = None
    if len(small) == 1:  # folding one saves nothing, and hides its name
        cut = small[0]
        large, small = list(frame.children), []
    if sort:
        large.sort(key=lambda child: child.weight(by), reverse=True)
    children = [
        msgspec.structs.replace(child, children=[], folded=child.size - 1)
        if child is cut
        else _folded(child, by, share, limit, sort=sort)
        for child in large
    ]
    if small:
        number = sum(child.folded or 1 for child in small)
        rest = Frame(name=f"{number:,} more", kind=MORE, folded=number)
        for child in small:
            rest.take(child)
        children.append(rest)
    return msgspec.structs.replace(frame, children=children)
