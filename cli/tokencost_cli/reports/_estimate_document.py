"""What the JSON document of `estimate` holds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_cli.reports._shared import amount, evidence_of, lines_of, method_of
from tokencost_pricing.cost import Cost
from tokencost_pricing.money import multiply
from tokencost_profiles.estimates.estimate import Item, Plan, Total
from tokencost_profiles.estimates.output_length import Output
from tokencost_profiles.tokens.counter import Counted

DAYS_A_MONTH: Final = 30


class Volume(NamedTuple):
    """How often the prompts will be called."""

    calls: int | None = None
    per_day: int | None = None


def times(cost: Decimal | None, calls: int) -> Decimal | None:
    """Return the cost of many calls; None where that of one is not known."""
    return None if cost is None else multiply(cost, Decimal(calls))


def output_document(plan: Plan, items: Sequence[Item]) -> dict[str, Any]:
    """Return how the answers were taken, and their length where it is one for all."""
    outputs = {item.output for item in items}
    return {
        "assumed": plan.answer.assumed,
        "said": plan.answer.said,
        **(_output(next(iter(outputs))) if len(outputs) == 1 else {}),
    }


def _prompt(counted: Counted) -> dict[str, Any]:
    method = {"typed": "assumed", "recorded": "exact", "ratio": "estimated"}.get(
        counted.method, counted.method
    )
    if method == "exact" and counted.error:
        method = "estimated"
    return {
        "tokens": counted.tokens,
        "low": counted.low,
        "high": counted.high,
        "method": method,
        "tokenizer": counted.tokenizer,
        "text_tokens": counted.content,
        "added_tokens": counted.added,
    }


def _output(output: Output) -> dict[str, Any]:
    return {
        "tokens": output.tokens,
        "low": output.low,
        "high": output.high,
        "source": output.source,
        "ceiling": output.ceiling,
    }


def item_document(item: Item) -> dict[str, Any]:
    """Return one prompt on one model."""
    counted, cost = item.counted, item.cost
    return {
        "path": item.path,
        "model": item.offer.model.id,
        "provider": item.offer.provider,
        "asked": item.asked,
        "tokenizer": counted.tokenizer,
        "method": method_of(counted.method),
        "error": counted.error or None,
        "tokens": {"text": counted.content, "added": counted.added, "total": counted.tokens},
        "prompt": _prompt(counted),
        "parts": dict(counted.parts),
        "digest": item.digest,
        "usage": item.usage.ordered(),
        "output": _output(item.output),
        **_cost_document(cost),
        "per_1000_calls": amount(times(cost.total, 1000)),
        "window_share": item.window_share,
        "lines": lines_of(cost),
        "evidence": evidence_of(cost.evidence),
        "warnings": [*item.warnings, *cost.warnings],
    }


def _cost_document(cost: Cost) -> dict[str, Any]:
    high = {"cost_high": amount(cost.high)} if cost.high is not None else {}
    return {"cost": amount(cost.total), **high, "unpriced": cost.unpriced}


def total_document(total: Total, volume: Volume) -> dict[str, Any]:
    """Return all prompts on one model."""
    document: dict[str, Any] = {"usage": total.usage.ordered(), "cost": amount(total.cost)}
    if total.high is not None:
        document["cost_high"] = amount(total.high)
    document["unpriced"] = total.unpriced
    document["per_1000_calls"] = amount(times(total.cost, 1000))
    if volume.calls:
        document["calls"] = {"n": volume.calls, "cost": amount(times(total.cost, volume.calls))}
    if volume.per_day:
        day = times(total.cost, volume.per_day)
        document["per_day"] = {
            "calls": volume.per_day,
            "cost": amount(day),
            "month": amount(times(day, DAYS_A_MONTH)),
        }
    return document
