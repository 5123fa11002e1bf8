"""Which sessions a profile is of: hashed ids, first and last call.

Profiles that are added up must not hold one session twice. A saved profile has these spans, so
that a session is known again where the profile does not name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from tokencost_pricing.errors import UsageError
from tokencost_profiles.calls.sessions import Span, session_hash
from tokencost_profiles.costs.profile import Profile


def spans_of(profile: Profile) -> dict[str, Span]:
    """Return the sessions of a profile by their session_hash ids."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for key, cell in profile.cells.items():
        if key.session is not None:
            at = -inf if cell.first is None else cell.first
            first[key.session] = min(first.get(key.session, inf), at)
            at = inf if cell.last is None else cell.last
            last[key.session] = max(last.get(key.session, -inf), at)
    spans = dict(profile.spans)
    for session, at in first.items():
        name = session_hash(session)
        spans[name] = Span(_known(at), _known(last[session]))
    return spans


def _known(at: float) -> float | None:
    return None if at in (inf, -inf) else at


def added(parts: Sequence[tuple[str, Profile]]) -> Profile:
    """Return profiles added up, each with its label.

    Raise `UsageError` where two of them hold calls of one session from the same time: they would
    count twice. A session that goes on where another profile of it ends is no such one.
    """
    total = Profile()
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
        total.absorb(part)
    return total


def labels_of_sessionless(parts: Sequence[tuple[str, Profile]]) -> list[str]:
    """Return the labels of profiles with calls of no session: these cannot be distinguished."""
    return [name for name, part in parts if any(key.session is None for key in part.cells)]
