"""The verdict on recorded runs of the same cases: on their mean change, and how sure that is."""

from __future__ import annotations

from decimal import Decimal

from tokencost_pricing.money import ZERO
from tokencost_profiles.gate import sampling
from tokencost_profiles.gate.limits import FAIL, INCONCLUSIVE, NOTE, PASS, WARN, Policy, Reason
from tokencost_profiles.gate.sampling import Sampled


def judge_runs(sampled: Sampled, policy: Policy) -> tuple[str, Reason]:
    """Return the verdict on runs of the same cases, and the reason for it."""
    limit = policy.limits.max_increase or ZERO
    answer = sampling.verdict(sampled, float(limit), policy.min_cases)
    change = Decimal(repr(sampled.change))
    if answer == sampling.INCONCLUSIVE:
        failing = "inconclusive" in policy.limits.fail_on
        few = f"only {sampled.cases} of the {policy.min_cases} cases that it takes"
        about = few if sampled.cases < policy.min_cases else "the limit is within the interval"
        level = FAIL if failing else WARN
        reason = Reason(level, "inconclusive", None, change, limit, None, about)
        return (FAIL if failing else INCONCLUSIVE), reason
    if answer == sampling.FAIL:
        return FAIL, Reason(FAIL, "max-increase", None, change, limit)
    return PASS, Reason(NOTE, "max-increase", None, change, limit)
