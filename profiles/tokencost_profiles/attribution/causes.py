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
_Unit = tuple[str | None, str | None]  # session and thread of a sub-agent


def cause_tree(profile: Profile, *, charged: bool) -> Frame:
    """Return the tree of what caused the cost of a profile. Children stand in order of time.

    `charged`: calls that have no price of ours cost what their log states. The sums of the root
    are those of the bill, exactly.
    """
    tree = _Tree()
    costs = CellCosts(profile.cards, charged=charged)
    for key, cell in sorted(profile.cells.items(), key=_order):
        tree.add(key, cell, costs.of(key, cell))
    return tree.finished()


def _order(item: tuple[Key, Cell]) -> tuple[Any, ...]:
    key, cell = item
    return (
        key.root or key.session or "",
        key.turn_number or 0,
        key.step or 0,
        key.substep is not None,
        inf if cell.first is None else cell.first,
        key.substep or 0,
        key.thread or "",
        key.session or "",
        key.file,
        key.rates,
        key.model or "",
        key.name or "",
        # Cells that are alike up to here stand in this order, whatever order they came in.
        key.status != OK,
        key.status,
        key.agent or "",
        key.tools,
        key.reason or "",
    )


class _Tree:
    """Frames while cells are added, those of a session, a turn and a step one after the other."""

    def __init__(self) -> None:
        self._root = Frame(name="all sessions", kind=ROOT)
        self._links: list[tuple[Frame, Frame]] = []  # a frame and one above it, the outer first
        self._firsts: dict[int, float] = {}  # of sessions, by the identity of their frames
        self._name: str | None = None  # of the session
        self._turn_number: int | None = None
        self._step_number: int | None = None
        self._session = self._turn = self._step = self._root
        self._agents: dict[_Unit, Frame] = {}
        self._tools: Counter[str] = Counter()

    def add(self, key: Key, cell: Cell, cost: CellCost) -> None:
        """Add a cell: a call most often, many where they were summed."""
        name = key.root or key.session or NO_SESSION
        first = inf if cell.first is None else cell.first
        if name != self._name:
            self._end_step()
            self._name, self._turn_number, self._step_number = name, None, None
            self._session = self._turn = self._step = self._new(self._root, name, SESSION)
            self._firsts[id(self._session)] = first
        elif first < self._firsts[id(self._session)]:
            self._firsts[id(self._session)] = first
        if key.turn_number != self._turn_number:
            self._end_step()
            self._turn_number, self._step_number = key.turn_number, None
            label = f"turn {key.turn_number}"
            self._turn = self._step = self._new(self._session, label, TURN)
        if key.step != self._step_number:
            self._end_step()
            self._step_number = key.step
            self._step = self._new(self._turn, f"step {key.step}", STEP)
        above = self._step
        if key.substep is not None:
            above = self._agent(key)
        elif key.tools:
            self._tools.update(key.tools)
        leaf = _leaf(key, cell, cost)
        above.children.append(leaf)
        self._links.append((above, leaf))

    def _agent(self, key: Key) -> Frame:
        unit = (key.session, key.thread)
        frame = self._agents.get(unit)
        if frame is None:
            thread = key.thread or (key.session if key.session != self._name else None)
            name = " ".join(filter(None, (key.agent or "sub-agent", thread)))
            frame = self._agents[unit] = self._new(self._step, name, AGENT)
        return frame

    def _new(self, above: Frame, name: str, kind: str) -> Frame:
        frame = Frame(name=name, kind=kind)
        above.children.append(frame)
        self._links.append((above, frame))
        return frame

    def _end_step(self) -> None:
        """Name the step by the tools that its calls asked for."""
        if self._tools:
            self._step.name += f": {tool_names(self._tools)}"
            self._tools.clear()
        self._agents.clear()

    def finished(self) -> Frame:
        """Return the root, with all sums and the sessions in the order of their times."""
        self._end_step()
        for above, frame in reversed(self._links):
            above.take(frame)
        self._root.children.sort(key=lambda one: (self._firsts[id(one)], one.name))
        return self._root


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
    if cost.fees:
        leaf.children = [
            Frame(name=f"{UNITS[fee.unit].noun} x{fee.quantity:,}", kind=TOOL, cost=fee.cost)
            for fee in cost.fees
        ]
    return leaf


def tool_names(tools: Counter[str]) -> str:
    """Write tools with how often each was called: `Read, Bash x2`."""
    return ", ".join(name if number == 1 else f"{name} x{number}" for name, number in tools.items())
