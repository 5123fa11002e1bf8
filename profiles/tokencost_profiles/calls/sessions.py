"""What is known of sessions beside their calls: first and last time, cost stated by the client."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

_DIGITS: Final = 16


def session_hash(session: str) -> str:
    """Return a hash of a session's name: the same for the same session."""
    return sha256(session.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


class Span(NamedTuple):
    """The first and the last call of a session, in UTC seconds; None is not known."""

    first_at: float | None = None
    last_at: float | None = None

    def overlaps(self, other: Span) -> bool:
        """Whether two spans share a moment; they may where not all times are known."""
        if self.first_at is None or self.last_at is None:
            return True
        if other.first_at is None or other.last_at is None:
            return True
        return self.first_at <= other.last_at and other.first_at <= self.last_at

    def union(self, other: Span) -> Span:
        """Return the span of both; what is not known of one is not known of both."""
        if None in (*self, *other):
            return Span()
        return Span(min(self[0] or 0, other[0] or 0), max(self[1] or 0, other[1] or 0))


class SessionCost(msgspec.Struct):
    """What a client says that a session cost. Of a part of the session this says nothing."""

    cost: Decimal  # USD
    models: dict[str, Decimal] = msgspec.field(default_factory=dict)  # its parts, by model
    missing: dict[str, Decimal] = msgspec.field(default_factory=dict)  # in no call of the log
    calls: int = 0  # of the session, in the profile
    complete_calls: int = 0  # of the session, in all that was read
    is_estimate: bool = False  # the client did not know the price of some model

    @property
    def is_complete(self) -> bool:
        """Whether the profile holds all calls of the session."""
        return self.calls >= self.complete_calls

    def with_calls(self, calls: int) -> SessionCost:
        """Return the cost of the same session where a profile holds so many of its calls."""
        return msgspec.structs.replace(self, calls=calls)

    def join(self, other: SessionCost) -> SessionCost:
        """Return the cost of a session of which two profiles hold parts."""
        later = max(self, other, key=lambda one: (one.complete_calls, one.cost))
        return later.with_calls(self.calls + other.calls)
