"""Our cost of sessions compared with the cost that their clients report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing import money
from tokencost_pricing.money import ZERO, add, complete_total, subtract
from tokencost_profiles.calls.call import Call, SessionReport
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.percentiles import cost_of
from tokencost_profiles.costs.session_costs import judge


class SessionReports(NamedTuple):
    """The reports of sessions in logs, all their calls, and those that are asked for."""

    reports: Mapping[str, SessionReport]
    every: Sequence[Call]
    wanted: Sequence[Call]


class SessionScore(NamedTuple):
    """Sessions whose cost is known from both sides, in sums; money in USD."""

    sessions: int
    cost: Decimal  # ours, of the calls in the log
    reported: Decimal
    missing: Decimal  # of what is reported: billed and in no call of the log
    left_out: int  # cut by a filter, with an unpriced call, or whose report is not used

    @property
    def difference(self) -> Decimal:
        """Our cost less the client's, for the calls in the log."""
        return subtract(add(self.cost, self.missing), self.reported)

    @property
    def error(self) -> float | None:
        """The difference as a share of what the client reports of these calls."""
        known = subtract(self.reported, self.missing)
        return float(self.difference / known) if known else None


def score(sessions: SessionReports, pricer: Pricer) -> SessionScore:
    """Return the sums over all sessions that can be compared."""
    judged = judge(sessions.reports, sessions.every, pricer)
    wanted = {id(call) for call in sessions.wanted}
    number, left_out = 0, len(judged.refused) + len(judged.overlapping)
    ours = reported = missing = ZERO
    for session, cost in judged.sessions.items():
        calls = judged.calls[session]
        amount = complete_total(cost_of(call, pricer) for call in calls)
        if amount is None or not calls or not all(id(call) in wanted for call in calls):
            left_out += 1
            continue
        number += 1
        ours, reported = add(ours, amount), add(reported, cost.cost)
        missing = add(missing, money.total(cost.missing.values()))
    return SessionScore(number, ours, reported, missing, left_out)
