"""The documents of `diff` and `check`: the machine's form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from tokencost_cli.reports._gate_basis import assumptions
from tokencost_cli.reports._gate_compared import Compared, Period, prices_of
from tokencost_cli.reports._gate_headline import sentences
from tokencost_cli.reports._gate_words import message_of, month
from tokencost_cli.reports._shared import amount, stamp
from tokencost_pricing._version import __version__
from tokencost_profiles.gate.comparison import Change, Comparison, Sums, sums_of
from tokencost_profiles.gate.effects import Effect
from tokencost_profiles.gate.items import Side
from tokencost_profiles.gate.limits import PASS, Limits, Policy, Reason
from tokencost_profiles.gate.sampling import verdict as sampled_verdict
from tokencost_profiles.gate.verdict import Verdict


class Judged(NamedTuple):
    """The answer of the gate, and the policy it follows from."""

    verdict: Verdict
    policy: Policy


def document(found: Compared, judged: Judged | None) -> dict[str, Any]:
    """Return the machine's form."""
    whole = found.comparison
    sums = sums_of(whole)
    verdicts = judged.verdict.items if judged else (PASS,) * len(whole.items)
    mine = prices_of(found.table, found.at)
    data: dict[str, Any] = {
        "tool": __version__,
        "prices": mine,
        "base": {
            "name": found.base_name,
            "revision": found.revision,
            "prices": found.base_prices,
            **_period(found.base_period),
        },
        "head": {
            "name": found.head_name,
            "prices": found.head_prices or mine,
            **_period(found.head_period),
        },
        "summary": sentences(found, sums),
        "assumptions": list(assumptions(found, sums)),
    }
    if judged:
        data["policy"] = _policy(judged.policy)
    data["volume"] = {"per_day": whole.per_day, "days": whole.days}
    data["items"] = [
        _item(item, whole, verdict if judged else None)
        for item, verdict in zip(whole.items, verdicts, strict=True)
    ]
    data["total"] = _total(whole, sums)
    data["sampled"] = _sampled(found, judged)
    if judged:
        data["verdict"] = judged.verdict.verdict
        data["reasons"] = [_reason(reason, found) for reason in judged.verdict.reasons]
    return data


def _period(period: Period | None) -> dict[str, Any]:
    if period is None:
        return {}
    return {"first_at": stamp(period.first), "last_at": stamp(period.last), "calls": period.calls}


def _policy(policy: Policy) -> dict[str, Any]:
    data = _limits(policy.limits)
    data["min_cases"] = policy.min_cases
    if policy.paths:
        data["paths"] = [{"match": one.match, **_limits(one.limits)} for one in policy.paths]
    return data


def _limits(limits: Limits) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in limits._asdict().items():
        if isinstance(value, frozenset):
            told[name] = sorted(value)
        elif value is not None:
            told[name] = amount(value) if isinstance(value, Decimal) else value
    return told


def _item(item: Change, whole: Comparison, verdict: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "path": item.path,
        "renamed_from": item.renamed_from,
        "model": item.model,
        "base_model": item.base_model,
        "status": item.status,
        "judged_on": item.judged_on,
        "base": _side(item.base),
        "head": _side(item.head, window=True),
        "delta": {
            **_tokens(item),
            "cost": amount(item.cost),
            "percent": _float(_relative(item)),
            "month": amount(month(item.cost, whole)),
        },
        "effects": [_effect(effect) for effect in item.effects],
        "problem": item.problem,
        "note": item.note,
    }
    if verdict is not None:
        data["verdict"] = verdict
    return data


def _relative(item: Change) -> Decimal | None:
    return item.relative if item.token_growth is None else item.token_relative


def _tokens(item: Change) -> dict[str, int | None]:
    if not item.counted:
        return {"tokens": None, "input_tokens": None, "output_tokens": None}
    return {
        "tokens": item.input_tokens + item.output_tokens,
        "input_tokens": item.input_tokens,
        "output_tokens": item.output_tokens,
    }


def _float(share: Decimal | None) -> float | None:
    return None if share is None else float(share)


def _side(side: Side | None, *, window: bool = False) -> dict[str, Any] | None:
    if side is None:
        return None
    data: dict[str, Any] = {
        "usage": dict(side.usage),
        "tokens": side.tokens,
        "input_tokens": side.input_tokens,
        "output_tokens": side.output_tokens,
        "output": {"tokens": side.output_tokens, "source": side.output_source},
        "cost": amount(side.cost),
        "input_cost": amount(side.input_cost),
        "output_cost": amount(side.output_cost),
        "unpriced": side.unpriced,
        "method": side.method,
        "error": side.error or None,
        "parts": dict(side.parts),
    }
    if side.calls is not None:
        data["calls"] = side.calls
        data["charged_calls"] = side.charged.calls if side.charged else 0
        data["charged_cost"] = amount(side.charged.cost) if side.charged else None
    if side.saved is not None:
        data["cost_as_saved"] = amount(side.saved)
    if window:
        data["window"] = side.window
    return data


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "cause": effect.cause,
        "part": effect.part,
        "tokens": effect.tokens,
        "cost": amount(effect.cost),
    }


def _total(whole: Comparison, sums: Sums) -> dict[str, Any]:
    """Return both sides of what is judged: new and removed prompts are in neither."""
    return {
        "judged_on": sums.judged_on,
        "base": amount(sums.base),
        "head": amount(sums.head),
        "delta": {
            "tokens": sums.input_tokens + sums.output_tokens,
            "input_tokens": sums.input_tokens,
            "output_tokens": sums.output_tokens,
            "cost": amount(sums.cost),
            "percent": _float(sums.relative),
            "month": amount(month(sums.cost, whole)),
        },
        "effects": [_effect(effect) for effect in sums.effects],
    }


def _sampled(found: Compared, judged: Judged | None) -> dict[str, Any] | None:
    seen = found.sampled
    if seen is None:
        return None
    told = {**seen._asdict(), "runs": list(seen.runs)}
    if judged:
        limit = float(judged.policy.limits.max_increase or 0)
        told["verdict"] = sampled_verdict(seen, limit, judged.policy.min_cases)
    return told


def _reason(reason: Reason, found: Compared) -> dict[str, Any]:
    item = reason.item
    return {
        "level": reason.level,
        "code": reason.code,
        "path": item.path if item else None,
        "model": item.model if item else None,
        "judged_on": reason.judged_on,
        "message": message_of(reason, found.comparison, found.sampled),
        "value": amount(reason.value),
        "limit": amount(reason.limit),
    }
