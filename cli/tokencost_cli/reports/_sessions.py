"""What must be known of the costs that clients report of whole sessions."""

from __future__ import annotations

from decimal import Decimal

from tokencost_cli.output.formatting import count, money
from tokencost_pricing.money import ZERO, add
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.session_costs import Judged

_SHOWN = 5


def session_warnings(profile: Profile, judged: Judged) -> list[str]:
    """Return a line for each model that was billed beyond the log, and for what is not taken."""
    found = [
        f"billed but not in the log: {money(cost)} on model {model}"
        for model, cost in _missing(profile)[:_SHOWN]
    ]
    if (left := len(_missing(profile)) - _SHOWN) > 0:
        found.append(f"billed but not in the log: more on {count(left)} more models")
    if judged.refused:
        models = sorted({model for names in judged.refused.values() for model in names})
        found.append(
            f"the cost that {_sessions(len(judged.refused))} is not taken: it does not cover "
            f"{', '.join(models[:_SHOWN])}"
        )
    if judged.overlapping:
        found.append(
            f"the cost that {_sessions(len(judged.overlapping))} is not taken: it is part of what "
            "a resumed session reports"
        )
    if judged.later_calls:
        calls = "1 call" if judged.later_calls == 1 else f"{count(judged.later_calls)} calls"
        found.append(f"{calls} came after the last cost that the session reports")
    estimates = sum(cost.is_estimate for cost in profile.session_costs.values())
    if estimates:
        found.append(f"the cost that {_sessions(estimates)} has an unknown price in it")
    return found


def _missing(profile: Profile) -> list[tuple[str, Decimal]]:
    """Return what whole sessions were billed beyond their calls, by model, most first."""
    sums: dict[str, Decimal] = {}
    for cost in profile.session_costs.values():
        if cost.is_complete:
            for model, missing in cost.missing.items():
                sums[model] = add(sums.get(model, ZERO), missing)
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def _sessions(number: int) -> str:
    return "1 session reports" if number == 1 else f"{count(number)} sessions report"
