"""Turns and steps: where in its session each call stands.

A turn begins with a user's message: a new `Call.turn` where logs name it, else after an answer that
asked for no tools. A step is one call and the tools it asked for. The calls of a sub-agent, in a
thread or a session of its own, stand in the step of the call that started it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from tokencost_profiles.calls.call import ABORTED, CALL, ERROR, PASS, Call

_SINGLE: Final = (CALL, PASS)
_Place = tuple[int, int]  # turn, step


def number_turns(calls: Iterable[Call]) -> None:
    """Set `root`, `turn_number`, `step` and `substep` of settled calls, in the order of times.

    It takes all calls of a session: a part of them has other turns. Calls of no session stand
    together by their trace, else by their file, where each is a turn.
    """
    groups: dict[str, _Group] = {}
    for order, call in enumerate(calls):
        name, is_joined = _group_of(call)
        group = groups.get(name)
        if group is None:
            group = groups[name] = _Group(name, is_joined=is_joined)
        group.take(call, order)
    started: dict[str, list[_Group]] = {}  # by the name of their parent
    for group in groups.values():
        if group.parent is not None:
            started.setdefault(group.parent, []).append(group)
    outermost = [group for group in groups.values() if group.parent not in groups]
    # Sessions that started each other in a circle are not among them: the first stands for itself.
    for group in (*outermost, *groups.values()):
        rest: list[tuple[_Group, _Group | None]] = [(group, None)]
        while rest:
            one, parent = rest.pop()
            if not one.is_numbered:
                one.number(parent)
                rest += [(child, one) for child in started.get(one.name, ())]


def _group_of(call: Call) -> tuple[str, bool]:
    """Return what a call stands in, and whether its calls follow each other."""
    if call.session is not None:
        return call.session, True
    return (call.trace, True) if call.trace is not None else (call.file, False)


class _Group:
    """The calls of a session, of a trace, or of a file."""

    def __init__(self, name: str, *, is_joined: bool) -> None:
        self.parent: str | None = None
        self.is_numbered = False
        self.name, self._root = name, name
        self._is_joined = is_joined
        self._main: list[Call] = []
        self._threads: dict[str, list[Call]] = {}
        self._main_orders: list[int] = []
        self._orders: dict[str, int] = {}  # of the first call of each thread
        self._places: list[_Place] = []  # of the calls of the main thread
        self._turns: dict[str, int] = {}  # by the id of the log
        self._steps: dict[int, int] = {}  # how many each turn has
        self._times: list[float] | None = None
        self._fixed: _Place | None = None  # of all calls of a sub-agent

    def take(self, call: Call, order: int) -> None:
        """Add a call; they come in the order of their times."""
        if call.started_by is not None and call.started_by != self.name:
            self.parent = call.started_by
        if call.thread is None:
            self._main.append(call)
            self._main_orders.append(order)
        else:
            self._threads.setdefault(call.thread, []).append(call)
            self._orders.setdefault(call.thread, order)

    def number(self, parent: _Group | None) -> None:
        """Number its calls: as those of a sub-agent, where it has a parent that is numbered."""
        self.is_numbered = True
        if parent is None:
            self._number_main()
            for number, (thread, calls) in enumerate(self._threads.items(), 1):
                if self._main:
                    self._number_agent(calls, self, self._orders[thread])
                else:  # its parent is not in the logs
                    _set(calls, self._root, [(number, 1)] * len(calls), is_agent=True)
            return
        self._root = parent._root
        first = min((*self._main_orders[:1], *self._orders.values()))
        for calls in (self._main, *self._threads.values()):
            self._number_agent(calls, parent, first)
        self._fixed = parent.place_at(_first(self._main, self._threads), first)

    def _number_agent(self, calls: Sequence[Call], parent: _Group, order: int) -> None:
        """Number the calls of a thread in the steps that started it.

        Where they name turns of the parent, each turn that they name started them anew.
        """
        places: list[_Place] = []
        turn: str | None = None
        for call in calls:
            if not places or (call.turn != turn and call.turn in parent._turns):
                places.append(parent.place_at(call, order))
                turn = call.turn
            else:
                places.append(places[-1])
        _set(calls, parent._root, places, is_agent=True)

    def place_at(self, call: Call, order: int) -> _Place:
        """Return where the last call at or before a sub-agent's call stands."""
        if self._fixed is not None:
            return self._fixed
        if not self._places:
            return (1, 1)
        if self._times is None:
            self._times = [one.at or 0.0 for one in self._main]
        if call.at is None:
            at = bisect_right(self._main_orders, order)
        else:
            at = bisect_right(self._times, call.at)
        place = self._places[max(0, at - 1)]
        turn = self._turns.get(call.turn) if call.turn is not None else None
        if turn is None or turn == place[0]:
            return place
        return (turn, self._steps[turn] if turn < place[0] else 1)

    def _number_main(self) -> None:
        turn = 0
        steps = self._steps
        last: Call | None = None
        for call in self._main:
            if last is not None and _is_same_step(last, call):
                self._places.append(self._places[-1])
                continue
            if call.turn is not None and call.turn in self._turns:
                turn = self._turns[call.turn]
            elif last is None or not self._is_joined or _begins_turn(last, call):
                turn = len(steps) + 1
                if call.turn is not None:
                    self._turns[call.turn] = turn
            elif call.turn is not None:
                self._turns[call.turn] = turn
            steps[turn] = steps.get(turn, 0) + 1
            self._places.append((turn, steps[turn]))
            last = call
        _set(self._main, self._root, self._places, is_agent=False)


def _first(main: Sequence[Call], threads: dict[str, list[Call]]) -> Call:
    return main[0] if main else next(iter(threads.values()))[0]


def _set(calls: Sequence[Call], root: str, places: Sequence[_Place], *, is_agent: bool) -> None:
    for number, (call, (turn, step)) in enumerate(zip(calls, places, strict=True), 1):
        call.root, call.turn_number, call.step = root, turn, step
        call.substep = number if is_agent else None


def _is_same_step(last: Call, call: Call) -> bool:
    """Whether two records are passes of one response."""
    return (
        call.scope == PASS == last.scope
        and call.response_id is not None
        and call.response_id == last.response_id
    )


def _begins_turn(last: Call, call: Call) -> bool:
    """Whether a call answers a new message of the user; `last`: the call of the thread before."""
    if call.turn is not None and last.turn is not None:
        return call.turn != last.turn
    if call.scope not in _SINGLE or last.scope not in _SINGLE:
        return True
    if last.status == ERROR:
        return False
    if last.status == ABORTED and call.prompt_tokens == last.prompt_tokens:
        return False  # the same prompt again
    return not last.tools
