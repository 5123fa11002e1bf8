"""The tree by cause: session > turn > step > sub-agent > call > tool of the provider.

It is made of the cells of a profile, so that a saved one gives it too, and sums to its bill. It
needs cells with their turns and steps: see `dimensions.CAUSES`.
"""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import Any, Final

from tokencost_pricing.units import UNITS
from tokencost_profiles.attribution.cell_costs import CellCost, CellCosts
from tokencost_profiles.attribution.frame import AGENT, CALL, ROOT, SESSION, STEP, TOOL, TURN, Frame
from tokencost_profiles.calls.call import OK
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.profile import Profile

NO_SESSION: Final = "no session"
_Path = tuple[Any, ...]


def cause_tree(profile: Profile, *, charged: bool) -> Frame:
    """Return the tree of what caused the cost of a profile. Children stand in order of time.

    `charged`: calls that have no price of ours cost what their log states. The sums of the root
    are those of the bill, exactly.
    """
    tree = _Tree()
    costs = CellCosts(profile.cards, charged=charged)
    for key, cell in sorted(profile.cells.items(), key=_order):
        tree.add(key, cell, costs.of(key, cell))
    tree.name_steps()
    return tree.root


def _order(item: tuple[Key, Cell]) -> tuple[Any, ...]:
    key, cell = item
    first = inf if cell.first is None else cell.first
    return (
        key.turn_number or 0,
        key.step or 0,
        key.substep is not None,
        first,
        key.substep or 0,
        key.thread or "",
        key.session or "",
        key.file,
        key.rates,
        key.model or "",
        key.name or "",
    )


class _Tree:
    """Frames while the cells of a profile are added."""

    def __init__(self) -> None:
        self.root = Frame(name="all sessions", kind=ROOT)
        self._frames: dict[_Path, Frame] = {(): self.root}
        self._firsts: dict[int, float] = {}  # of sessions, by the identity of their frames
        self._tools: dict[_Path, Counter[str]] = {}  # that the calls of a step asked for

    def add(self, key: Key, cell: Cell, cost: CellCost) -> None:
        """Add a cell: a call most often, many where they were summed."""
        leaf = _leaf(key, cell, cost)
        path: _Path = ()
        self.root.take(leaf)
        for step, name, kind in _levels(key):
            above, path = self._frames[path], (*path, step)
            frame = self._frames.get(path)
            if frame is None:
                frame = self._frames[path] = Frame(name=name, kind=kind)
                above.children.append(frame)
            frame.take(leaf)
            if kind == SESSION:
                first = inf if cell.first is None else cell.first
                self._firsts[id(frame)] = min(first, self._firsts.get(id(frame), inf))
            elif kind == STEP and key.substep is None and key.tools:
                self._tools.setdefault(path, Counter()).update(key.tools)
        self._frames[path].children.append(leaf)

    def name_steps(self) -> None:
        """Name each step by the tools it asked for, and put the sessions in order."""
        for path, tools in self._tools.items():
            self._frames[path].name += f": {tool_names(tools)}"
        self.root.children.sort(key=lambda one: (self._firsts[id(one)], one.name))


def _levels(key: Key) -> list[tuple[Any, str, str]]:
    """Return what a cell stands below, the outermost first: identity, name and kind."""
    root = key.root if key.root is not None else key.session
    levels: list[tuple[Any, str, str]] = [(("session", root), root or NO_SESSION, SESSION)]
    if key.turn_number is not None:
        levels.append((("turn", key.turn_number), f"turn {key.turn_number}", TURN))
    if key.step is not None:
        levels.append((("step", key.step), f"step {key.step}", STEP))
    if key.substep is not None:
        thread = key.thread or (key.session if key.session != root else None)
        name = " ".join(filter(None, (key.agent or "sub-agent", thread)))
        levels.append((("agent", key.session, key.thread), name, AGENT))
    return levels


def _leaf(key: Key, cell: Cell, cost: CellCost) -> Frame:
    name = key.model or key.name or "unknown model"
    leaf = Frame(
        name=name if key.status == OK else f"{name} ({key.status})",
        kind=CALL,
        cost=cost.cost,
        calls=cell.calls,
        unpriced_calls=cost.unpriced_calls,
    )
    leaf.take_usage(cell.usage)
    leaf.children = [
        Frame(name=f"{UNITS[fee.unit].noun} x{fee.quantity:,}", kind=TOOL, cost=fee.cost)
        for fee in cost.fees
    ]
    return leaf


def tool_names(tools: Counter[str]) -> str:
    """Write tools with how often each was called: `Read, Bash x2`."""
    return ", ".join(name if number == 1 else f"{name} x{number}" for name, number in tools.items())
