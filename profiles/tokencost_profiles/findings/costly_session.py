"""A session that cost ten times its peers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from typing import Final

from tokencost_pricing.money import subtract
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit, total_cost
from tokencost_profiles.attribution.inspected import Inspected, PricedCall

_TIMES: Final = 10
_LEAST_SESSIONS: Final = 8  # of a project


def _find(inspected: Inspected) -> Iterator[Hit]:
    sessions: dict[str, list[PricedCall]] = {}
    projects_of: dict[str, str | None] = {}
    for thread in inspected.threads:
        calls = [priced for priced in thread.calls if priced.is_selected]
        if thread.session is not None and calls:
            # What sub-agents cost, in sessions of their own or not, is of who started them.
            session = thread.calls[0].call.root or thread.session
            projects_of.setdefault(session, thread.calls[0].call.project)
            sessions.setdefault(session, []).extend(calls)
    projects: dict[str | None, list[tuple[Decimal, list[PricedCall]]]] = {}
    for session, calls in sessions.items():
        cost = total_cost(calls)
        if cost:
            projects.setdefault(projects_of[session], []).append((cost, calls))
    for peers in projects.values():
        if len(peers) < _LEAST_SESSIONS:
            continue
        usual = median(cost for cost, _ in peers)
        for cost, calls in peers:
            if cost >= _TIMES * usual:
                yield calls_hit(calls, subtract(cost, usual), subject=calls[0].call.session or "")


FINDING: Final = Detector(
    "costly-session",
    "a session that cost ten times its peers",
    "Look at its tree: a loop, a huge file or a conversation that was never cleared.",
    "The session, with its sub-agents, cost at least ten times the median of the sessions of its "
    "project, of which there are at least eight. Cost: the session. Saved: what it cost over that "
    "median. It may have done ten times the work.",
    MEASURED,
    _find,
)
