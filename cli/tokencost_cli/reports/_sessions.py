"""What must be known of the costs that clients report of complete sessions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tokencost_cli.output.formatting import count
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.money import ZERO, add, money
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.session_costs import Judged

_MOST_MODELS = 5


def session_warnings(profile: Profile, judged: Judged) -> list[str]:
    """Return a line for each model that was billed more, and for each cost that is not taken."""
    missing = _missing(profile)
    warnings: list[str] = [
        CodedText(
            "not-in-log", f"billed but not in the log: {money(cost)} on model {model}", model=model
        )
        for model, cost in missing[:_MOST_MODELS]
    ]
    if (left := len(missing) - _MOST_MODELS) > 0:
        text = f"billed but not in the log: more on {count(left)} more models"
        warnings.append(CodedText("not-in-log", text))
    return [*warnings, *(CodedText("session-cost", text) for text in _refusals(profile, judged))]


def _refusals(profile: Profile, judged: Judged) -> Iterator[str]:
    """Yield why costs that sessions report are not taken, or not sure."""
    if judged.refused:
        models = sorted({model for names in judged.refused.values() for model in names})
        yield (
            f"the cost that {_sessions(len(judged.refused))} is not taken: it does not cover "
            f"{', '.join(models[:_MOST_MODELS])}"
        )
    if judged.overlapping:
        yield (
            f"the cost that {_sessions(len(judged.overlapping))} is not taken: it is part of what "
            "a resumed session reports"
        )
    if judged.later_calls:
        calls = "1 call" if judged.later_calls == 1 else f"{count(judged.later_calls)} calls"
        yield f"{calls} came after the last cost that the session reports"
    estimates = sum(cost.is_estimate for cost in profile.session_costs.values())
    if estimates:
        yield f"the cost that {_sessions(estimates)} has an unknown price in it"


def _missing(profile: Profile) -> list[tuple[str, Decimal]]:
    """Return what complete sessions were billed more than their calls, by model, most first."""
    sums: dict[str, Decimal] = {}
    for cost in profile.session_costs.values():
        if cost.is_complete:
            for model, missing in cost.missing.items():
                sums[model] = add(sums.get(model, ZERO), missing)
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def _sessions(number: int) -> str:
    return "1 session reports" if number == 1 else f"{count(number)} sessions report"
