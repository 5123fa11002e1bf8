"""Which sessions a profile was made from: an id that does not tell the name, first and last call.

Profiles that are added up must not hold one session twice. A saved profile keeps these spans, so
that it can be told without the names of sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from math import inf
from typing import Any, Final

import msgspec

from tokencost_pricing.errors import UsageError
from tokencost_profiles.profile import Profile, Span
from tokencost_profiles.responses.base import moment

_DIGITS: Final = 16


def spans_of(profile: Profile) -> dict[str, Span]:
    """Return the sessions of a profile by their hashed ids."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for key, cell in profile.cells.items():
        if key.session is not None:
            at = -inf if cell.first is None else cell.first
            first[key.session] = min(first.get(key.session, inf), at)
            at = inf if cell.last is None else cell.last
            last[key.session] = max(last.get(key.session, -inf), at)
    found = dict(profile.spans)
    for session, at in first.items():
        name = hashed(session)
        found[name] = Span(_known(at), _known(last[session]))
    return found


def hashed(session: str) -> str:
    """Return an id that is the same for the same session and does not tell its name."""
    return sha256(session.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _known(at: float) -> float | None:
    return None if at in (inf, -inf) else at


def added(parts: Sequence[tuple[str, Profile]]) -> Profile:
    """Return profiles added up, each with what it is called.

    Raise `UsageError` where two of them hold calls of one session from the same time: they would
    count twice. A session that goes on where another profile of it ends is no such one.
    """
    whole = Profile()
    known: list[tuple[str, dict[str, Span]]] = []
    for name, part in parts:
        spans = spans_of(part)
        for earlier, others in known:
            common = sum(
                span.overlaps(others[session])
                for session, span in spans.items()
                if session in others
            )
            if common:
                sessions = "1 session is" if common == 1 else f"{common:,} sessions are"
                raise UsageError(
                    f"{sessions} in {name} and in {earlier}, and would count twice: leave one out"
                )
        known.append((name, spans))
        whole = whole.combine(part)
    return whole


def without_session(parts: Sequence[tuple[str, Profile]]) -> list[str]:
    """Return the names of profiles that hold calls of no session: these cannot be told apart."""
    return [name for name, part in parts if any(key.session is None for key in part.cells)]


class SavedSpan(msgspec.Struct):
    """A session as a saved profile writes it."""

    id: str
    first_at: str | None = None
    last_at: str | None = None


def document(profile: Profile) -> list[dict[str, Any]]:
    """Return the sessions of a profile for a document, in the order of their ids."""
    return [
        {"id": name, "first_at": _written(span.first_at), "last_at": _written(span.last_at)}
        for name, span in sorted(spans_of(profile).items())
    ]


def read(sessions: Sequence[SavedSpan]) -> dict[str, Span]:
    """Return the sessions of a document."""
    return {one.id: Span(moment(one.first_at), moment(one.last_at)) for one in sessions}


def _written(at: float | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
