"""Which rows of a forked Codex session are new, and which repeat the history of its ancestors.

A fork, and a subagent that inherits its parent's context, begins with a copy of the ancestors'
rows, most builds writing new times into them. The copy stands at the head, so the first turn that
began in this session ends it. A turn's start is in `task_started`, or in its id, which holds the
time of its creation (UUID version 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

ANCESTOR: Final = "ancestor"
THIS_SESSION: Final = "this session"
UNKNOWN: Final = "unknown"

# Ids with a time outside of 2025 to 2040 (in seconds) hold no time.
_CLOCK: Final = (1_735_689_600, 2_208_988_800)
# Seconds. No answer of a model follows the one before it so closely: the row is a copy.
_COPYING: Final = 0.3
# Seconds. A copy is written with no pause as long as this.
_PAUSE: Final = 30.0


class SplitCalls(NamedTuple):
    """The calls of a session: how many are an ancestor's, which may be, which are new."""

    replayed: int
    doubtful: list[Call]
    remaining: list[Call]


class Lineage:
    """The ancestors of a session, and the owner of the turn that the current row belongs to."""

    def __init__(self) -> None:
        self.session: str | None = None
        self.started: float | None = None
        self.origin: str | None = None
        self.origins: dict[str, str] = {}  # session -> the one it was forked from
        self._turn: str | None = None  # id
        self._owner = UNKNOWN

    def begin(self, meta: Mapping[str, Any], at: float | None) -> bool:
        """Take a head. Return whether it is that of this session, and not a copied one."""
        session = text(meta.get("id")) or text(meta.get("session_id"))
        origin = origin_of(meta)
        first = self.session is None
        if first:
            self.session, self.origin = session, origin
            self.started = moment(meta.get("timestamp")) or at
            created = _creation_time(session)
            if created is not None and self.started is not None and 0 < self.started - created < 60:
                self.started = created
        elif session and session != self.session:
            self.origin = self.origin or session
        if session and origin and origin != session:
            self.origins.setdefault(session, origin)
        if self.session and self.origin:
            self.origins.setdefault(self.session, self.origin)
        return first

    def turn(self, turn: str | None, started: Any = None) -> None:
        """Take the start of a turn, or its context."""
        if self.origin is None or self._owner == THIS_SESSION or (turn is None and started is None):
            return
        if turn is not None and turn == self._turn and self._owner != UNKNOWN:
            return
        at, in_seconds = moment(started), isinstance(started, int)
        if at is None:
            at, in_seconds = _creation_time(turn), False
        if at is None or self.started is None:
            if turn != self._turn:
                self._turn, self._owner = turn, UNKNOWN
            return
        # A start in integer seconds was rounded down.
        before = at < (self.started // 1 if in_seconds else self.started)
        self._turn, self._owner = turn, ANCESTOR if before else THIS_SESSION

    def owner(self, at: float | None) -> str:
        """Return the owner of a row with this time."""
        if self.origin is None:
            return THIS_SESSION
        if self._owner == UNKNOWN and at is not None and self.started is not None:
            return ANCESTOR if at < self.started else UNKNOWN
        return self._owner

    def is_ancestor(self, session: str | None) -> bool:
        """Whether a session is one that this one continues."""
        return session != self.session and session in {*self.origins, *self.origins.values()}

    def split(self, calls: list[Call], owners: list[str]) -> SplitCalls:
        """Split the calls by owner. Calls before a turn of an ancestor are an ancestor's too."""
        first = max((at for at, owner in enumerate(owners, 1) if owner == ANCESTOR), default=0)
        last = next(
            (at for at in range(first, len(calls)) if owners[at] == THIS_SESSION), len(calls)
        )
        before = self.started if first == 0 else calls[first - 1].at
        while first < last and _gap(before, calls[first].at) < _COPYING:
            before = calls[first].at
            first += 1
        end = first
        while end < last and _gap(before, calls[end].at) < _PAUSE:
            before = calls[end].at
            end += 1
        return SplitCalls(first, calls[first:end], calls[end:])


def origin_of(meta: Mapping[str, Any]) -> str | None:
    """Return the session that a head names as its parent: forked from, or started by."""
    return text(meta.get("forked_from_id")) or _parent(meta)


def starter_of(meta: Mapping[str, Any]) -> str | None:
    """Return the session that started this one as a subagent."""
    is_subagent = first_mapping(meta, "source").get("subagent") is not None
    if is_subagent or meta.get("thread_source") == "subagent":
        return _parent(meta) or text(meta.get("forked_from_id"))
    return None


def _parent(meta: Mapping[str, Any]) -> str | None:
    subagent = first_mapping(first_mapping(meta, "source"), "subagent")
    spawned = first_mapping(subagent, "thread_spawn")
    return text(spawned.get("parent_thread_id")) or text(meta.get("parent_thread_id"))


def agent_of(meta: Mapping[str, Any]) -> str:
    """Return the agent of a session: its type, else its name."""
    subagent = first_mapping(meta, "source").get("subagent")
    if isinstance(subagent, str) and subagent:
        return subagent
    spawned = first_mapping(subagent, "thread_spawn")
    role = text(spawned.get("agent_role")) or text(meta.get("agent_role"))
    if role and role != "default":
        return role
    name = text(spawned.get("agent_nickname")) or text(meta.get("agent_nickname"))
    is_subagent = subagent is not None or meta.get("thread_source") == "subagent"
    return name or role or ("subagent" if is_subagent else "main")


def _gap(before: float | None, at: float | None) -> float:
    """Return the seconds between two rows; where they are not known it could be a copy."""
    return _COPYING if before is None or at is None else at - before


def _creation_time(name: str | None) -> float | None:
    """Return the time of an id's creation in UTC seconds, where the id holds it."""
    try:
        id_ = UUID(name or "")
    except ValueError:
        return None
    seconds = (id_.int >> 80) / 1000
    return seconds if id_.version == 7 and _CLOCK[0] < seconds < _CLOCK[1] else None
