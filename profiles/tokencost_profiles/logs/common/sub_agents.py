"""Which calls of a tree of spans a sub-agent made: an agent below a tool, or below another agent.

Its calls are a thread beside those of the agent that started it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from tokencost_profiles.calls.call import Call, Record

AGENT: Final = "agent"
TOOL: Final = "tool"
CHAIN: Final = "chain"  # an agent where it stands directly below a tool, else nothing


class Level(NamedTuple):
    """A span of an agent or a tool."""

    kind: str
    span: str
    name: str


def agent_above(above: Iterable[Level]) -> Level | None:
    """Return the agent that made a call. `above`: the nearest first."""
    return next((level for level in above if level.kind == AGENT), None)


def place_in_agent(call: Call, above: Iterable[Level], callers: Container[str]) -> None:
    """Set the thread and the agent of a call of a sub-agent. `above`: the nearest first.

    `callers`: the spans of the agents that made a call: one that made none only wraps another. An
    agent in one of the same name is the same, described by two libraries.
    """
    agent: Level | None = None
    for level in above:
        if agent is None:
            agent = level if level.kind == AGENT else None
        elif level.kind == TOOL or (level.name != agent.name and level.span in callers):
            call.thread, call.agent = agent.span, call.agent or agent.name
            return


def name_turn(call: Call) -> None:
    """Note that a trace of a session is a turn of it; a call that stands alone in a trace is not.

    Libraries without a root span begin a trace with every call.
    """
    if call.session and call.trace and call.parent and call.session != call.trace:
        call.turn = call.turn or call.trace


class AgentTree:
    """The levels of an export, by the ids of its spans."""

    def __init__(self) -> None:
        self._levels: dict[str, Level] = {}
        self._parents: dict[str, str] = {}

    def add(self, span: str, parent: str | None, kind: str, name: str) -> None:
        """Note a span; `kind` is empty where it is neither agent, tool nor chain."""
        if parent:
            self._parents[span] = parent
        if kind:
            self._levels[span] = Level(kind, span, name)

    def placed(self, records: Iterable[Record]) -> list[Record]:
        """Return records; their calls have threads, agents and turns."""
        listed = list(records)
        calls = [record for record in listed if isinstance(record, Call)]
        makers = (agent_above(self._above(call)) for call in calls)
        callers = {agent.span for agent in makers if agent is not None}
        for call in calls:
            place_in_agent(call, self._above(call), callers)
            name_turn(call)
        return listed

    def _above(self, call: Call) -> Iterator[Level]:
        seen: set[str] = set()
        span = call.parent
        while span and span not in seen:
            seen.add(span)
            parent = self._parents.get(span)
            level = self._levels.get(span)
            if level is not None and level.kind == CHAIN:
                above = self._levels.get(parent or "")
                is_agent = above is not None and above.kind == TOOL
                level = level._replace(kind=AGENT) if is_agent else None
            if level is not None:
                yield level
            span = parent


def kind_of(stated: object, kinds: Mapping[str, str]) -> str:
    """Return the kind of a span, as an export calls it."""
    return kinds.get(str(stated).lower(), "")
