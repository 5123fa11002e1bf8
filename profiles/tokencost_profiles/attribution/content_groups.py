"""Rows of the content view added up: by segment, by target, and as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

import msgspec
import numpy as np

from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import ZERO, add
from tokencost_profiles.attribution.carried import Carrier
from tokencost_profiles.attribution.content import ContentRow, ContentView
from tokencost_profiles.attribution.frame import ROOT, Frame
from tokencost_profiles.attribution.instances import TokensOf
from tokencost_profiles.attribution.part_sizes import PartSizes

SEGMENT: Final = "segment"
TARGET: Final = "target"
DIMENSIONS: Final = (SEGMENT, TARGET)
_NONE: Final = -1  # of no group


class ContentGroup(msgspec.Struct, kw_only=True):
    """What the parts of one segment or target cost together. See `ContentRow` for its numbers."""

    key: tuple[str | None, ...]
    rows: list[ContentRow] = msgspec.field(default_factory=list)
    tokens: int = 0
    instances: int = 0
    copies: int = 0
    calls_carried: int | None = 0  # None: not known, of a saved profile
    input_tokens: int = 0
    output_tokens: int = 0
    carrying_cost: Decimal = ZERO
    made_cost: Decimal = ZERO
    fee_cost: Decimal = ZERO
    unpriced_tokens: int = 0

    @property
    def is_priced(self) -> bool:
        """Whether any of it has a price: else its costs are not known, and not 0."""
        return any(row.is_priced for row in self.rows)

    @property
    def cost(self) -> Decimal:
        """Carrying, making and fees together, in USD."""
        return add(add(self.carrying_cost, self.made_cost), self.fee_cost)

    def take(self, row: ContentRow) -> None:
        """Add a row."""
        self.rows.append(row)
        self.tokens += row.tokens * max(1, row.instances)
        self.instances += row.instances
        self.copies = max(self.copies, row.copies)
        self.input_tokens += row.input_tokens
        self.output_tokens += row.output_tokens
        self.carrying_cost = add(self.carrying_cost, row.carrying_cost)
        self.made_cost = add(self.made_cost, row.made_cost)
        self.fee_cost = add(self.fee_cost, row.fee_cost)
        self.unpriced_tokens += row.unpriced_tokens


def segment_of(row: ContentRow) -> str:
    """Return the segment of a row: its kind, and the tool where there is one."""
    return f"{row.kind} {row.name}".strip()


def content_groups(
    view: ContentView, by: Sequence[str], sizes: PartSizes | None
) -> list[ContentGroup]:
    """Return the rows of a view in groups, the dearest to carry first.

    `by`: segment, target or both. `sizes`: what the view was made with; None: it was saved.
    """
    for name in by:
        if name not in DIMENSIONS:
            raise UsageError(
                f"--by {name} is of calls, and segments are parts of their prompts",
                hint="--by segment, --by target or --by segment,target; --where chooses calls",
            )
    groups: dict[tuple[str | None, ...], ContentGroup] = {}
    numbers = []
    order: dict[tuple[str | None, ...], int] = {}
    for row in view.rows:
        if not row.is_billed:
            numbers.append(_NONE)
            continue
        key = tuple(segment_of(row) if name == SEGMENT else row.target or None for name in by)
        groups.setdefault(key, ContentGroup(key=key)).take(row)
        numbers.append(order.setdefault(key, len(order)))
    tokens_of = None if sizes is None else sizes.tokens
    carried = _calls_carried(view, numbers, len(groups), tokens_of) if tokens_of else []
    for key, number in order.items():
        parts = groups[key].rows
        if not carried:
            groups[key].calls_carried = parts[0].calls_carried if len(parts) == 1 else None
            continue
        alone = sum(row.calls_carried for row in parts if not row.hash)
        groups[key].calls_carried = carried[number] or alone
    return sorted(groups.values(), key=lambda group: (-group.carrying_cost, -group.cost))


_SORTS: Final[dict[str, Callable[[ContentGroup], int | Decimal]]] = {
    "cost": lambda group: group.cost,
    "tokens": lambda group: group.input_tokens + group.output_tokens,
    "input": lambda group: group.input_tokens,
    "output": lambda group: group.output_tokens,
    "calls": lambda group: group.calls_carried or 0,
}


def ordered_groups(groups: Sequence[ContentGroup], sort: str | None) -> list[ContentGroup]:
    """Return groups in an order: the largest first, or by key; None: as they are.

    Raise `UsageError` for an order that only groups of calls have.
    """
    if sort is None:
        return list(groups)
    if sort == "key":
        return sorted(groups, key=lambda group: [(name is None, name or "") for name in group.key])
    measure = _SORTS.get(sort)
    if measure is None:
        raise UsageError(
            f"--sort {sort} is of calls, and segments are parts of their prompts",
            hint=f"one of: {', '.join((*_SORTS, 'key'))}",
        )
    return sorted(groups, key=lambda group: -measure(group))


def _calls_carried(
    view: ContentView, group_of_row: Sequence[int], size: int, tokens_of: TokensOf
) -> list[int]:
    """Return how many calls carry any part of each group."""
    counts = np.zeros(size + 1, dtype=np.int64)  # the last is of no group
    groups = np.array(group_of_row, dtype=np.int64)
    for content in view.threads:
        if not content.instances:
            continue
        of_instance = groups[np.array([one.row for one in content.instances], dtype=np.int64)]
        for carried in Carrier(content.thread, tokens_of).calls():
            if carried.priced.is_selected and len(carried.instances):
                counts[np.unique(of_instance[carried.instances])] += 1
    return [int(count) for count in counts[:size]]


def content_tree(view: ContentView) -> Frame:
    """Return the tree by content: kind, then tool, then target, then part. Its root is the bill."""
    root = Frame(name="all content", kind=ROOT)
    known: dict[tuple[str, ...], Frame] = {(): root}
    for row in sorted(view.by_cost, key=lambda one: -one.cost):
        leaf = _leaf(row)
        root.take(leaf)
        path: tuple[str, ...] = ()
        for name in names_of(row):
            above, path = known[path], (*path, name)
            frame = known.get(path)
            if frame is None:
                frame = known[path] = Frame(name=name, kind=row.kind)
                above.children.append(frame)
            frame.take(leaf)
        if row.hash:
            known[path].children.append(leaf)
    _sort(root)
    return root


def part_name(row: ContentRow) -> str:
    """Return the name of a part: its first line where that was asked for, else hash and size."""
    digest = row.hash.hex()[:8]
    return f"{row.first_line} ({digest})" if row.first_line else f"#{digest}, {row.tokens:,} tokens"


def names_of(row: ContentRow) -> Iterable[str]:
    """Return the names of the frames that a part stands in, the outermost first."""
    return [name for name in (row.kind, row.name, row.target) if name]


def _leaf(row: ContentRow) -> Frame:
    return Frame(
        name=part_name(row),
        kind=row.kind,
        cost=row.cost,
        calls=row.calls_carried,
        unpriced_calls=0 if row.is_priced else row.calls_carried,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
    )


def _sort(root: Frame) -> None:
    rest = [root]
    while rest:
        frame = rest.pop()
        frame.children.sort(key=lambda child: child.cost, reverse=True)
        rest += frame.children
