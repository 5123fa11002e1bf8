"""From estimates to the structs of the document of `estimate`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from msgspec import UNSET

from tokencost_cli.reports._estimate_amounts import Volume, against, times
from tokencost_cli.reports._estimate_rows import cost_range, place_of
from tokencost_cli.reports.documents.change import CostChange
from tokencost_cli.reports.documents.estimate import (
    FORMAT,
    CostLine,
    EstimateDocument,
    EstimateItem,
    ModelTotals,
    OutputLength,
    PartTokens,
    PriceEvidence,
    PromptTokens,
)
from tokencost_cli.reports.documents.fields import money
from tokencost_cli.reports.documents.head import head_fields, warning_entries
from tokencost_cli.reports.documents.tokens import method_of
from tokencost_cli.reports.documents.totals import Range, totals_fields
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.cost import Cost
from tokencost_pricing.money import DAYS_A_MONTH, ZERO, add, plain
from tokencost_pricing.terms import Evidence
from tokencost_profiles.estimates.estimate import Item, Plan, Total
from tokencost_profiles.estimates.output_length import Output
from tokencost_profiles.tokens.prompt_count import PromptCount


def document(
    totals: Sequence[Total],
    plan: Plan,
    volume: Volume,
    facts: RunFacts,
    warnings: Sequence[str],
    *,
    compare: bool = False,
) -> EstimateDocument:
    """Return the document; `compare` sets each model against the first."""
    items = [item for total in totals for item in total.items]
    outputs = {item.output for item in items}
    models = [_model_totals(total, volume) for total in totals]
    if compare:
        for total, entry in zip(totals, models, strict=True):
            entry.change = _change(total, totals[0])
    return EstimateDocument(
        **head_fields(FORMAT, facts, warnings),
        output=_output(outputs.pop()) if len(outputs) == 1 else UNSET,
        items=[item_document(item, plan) for item in items],
        totals=models,
        total=models[0] if len(models) == 1 else UNSET,
    )


def item_document(item: Item, plan: Plan) -> EstimateItem:
    """Return one prompt on one model."""
    cost = item.cost
    path, line = place_of(item)
    return EstimateItem(
        **_cost_fields(item),
        path=path,
        line=line,
        model=item.offer.model.id,
        provider=item.offer.provider,
        requested_model=item.asked,
        mode="+".join(plan.terms.modes) or None,
        region=dict(plan.terms.conditions).get("region"),
        prompt=_prompt(item.counted),
        output=_output(item.output),
        parts=[PartTokens(role=role, tokens=tokens) for role, tokens in item.counted.parts.items()],
        sha256=item.digest,
        lines=_lines(cost),
        unpriced_reason=cost.unpriced,
        per_1000_cost=money(times(cost.total, 1000)),
        window_share=item.window_share,
        evidence=_evidence(cost.evidence),
        warnings=warning_entries((*item.warnings, *cost.warnings)),
    )


def _cost_fields(item: Item) -> dict[str, Any]:
    cost = item.cost
    return totals_fields(
        1,
        item.usage.ordered(),
        _costs([item]) if cost.total is not None else None,
        cost.total,
        cost_range=cost_range(item),
        unpriced_calls=int(cost.total is None),
    )


def _costs(items: Sequence[Item]) -> dict[str, Decimal]:
    costs: dict[str, Decimal] = {}
    for item in items:
        for line in item.cost.lines:
            costs[line.unit] = add(costs.get(line.unit, ZERO), line.amount)
    return costs


def _prompt(counted: PromptCount) -> PromptTokens:
    return PromptTokens(
        tokens=counted.tokens,
        low=counted.low,
        high=counted.high,
        method=method_of(counted.method, bool(counted.margin)),
        tokenizer=counted.tokenizer,
        text_tokens=counted.content,
        added_tokens=counted.added,
    )


def _output(output: Output) -> OutputLength:
    return OutputLength(
        tokens=output.tokens,
        low=output.low,
        high=output.high,
        source=cast("Any", output.source),
        ceiling=output.ceiling,
    )


def _lines(cost: Cost) -> list[CostLine]:
    return [
        CostLine(
            unit=line.unit,
            tokens=line.quantity,
            rate=plain(line.rate),
            per=line.per,
            cost=plain(line.amount),
        )
        for line in cost.lines
    ]


def _evidence(evidence: Evidence) -> PriceEvidence:
    return PriceEvidence(
        model=f"{evidence.provider}/{evidence.model}",
        rule=evidence.rule,
        price_starts_at=evidence.price_from,
        basis=evidence.basis,
        tier_from_tokens=evidence.tier_from,
        modes=list(evidence.modes),
        modifiers=list(evidence.modifiers),
        schedule=evidence.schedule,
        overlay=evidence.overlay,
        unverified=evidence.unverified,
    )


def _model_totals(total: Total, volume: Volume) -> ModelTotals:
    """Return all prompts on one model. A sum of which a part is unknown is that of the rest."""
    priced = [item for item in total.items if item.cost.total is not None]
    entry = ModelTotals(
        **totals_fields(
            len(total.items),
            total.usage.ordered(),
            _costs(priced) if priced else None,
            _sum([item.cost.total for item in priced]),
            cost_range=_sum_range(priced),
            unpriced_calls=len(total.items) - len(priced),
        ),
        model=total.offer.key,
        requested_model=total.asked,
        unpriced_reason=total.unpriced,
        per_1000_cost=money(times(total.cost, 1000)),
    )
    if volume.calls:
        entry.projected_calls = volume.calls
        entry.projected_cost = money(times(total.cost, volume.calls))
    if volume.per_day:
        day = times(total.cost, volume.per_day)
        entry.calls_per_day = volume.per_day
        entry.day_cost, entry.month_cost = money(day), money(times(day, DAYS_A_MONTH))
    return entry


def _sum(costs: Sequence[Decimal | None]) -> Decimal | None:
    """Return the sum of costs; None where there is none, or one is not known."""
    total: Decimal | None = None
    for cost in costs:
        if cost is None:
            return None
        total = cost if total is None else add(total, cost)
    return total


def _sum_range(priced: Sequence[Item]) -> Range | None:
    ranges = [cost_range(item) for item in priced]
    if not any(ranges):
        return None
    known = [
        of if of is not None else (item.cost.total, item.cost.total)
        for of, item in zip(ranges, priced, strict=True)
    ]
    return _sum([low for low, _ in known]), _sum([high for _, high in known])


def _change(total: Total, base: Total) -> CostChange:
    known = total.cost is not None and base.cost is not None
    difference = add(total.cost or ZERO, -(base.cost or ZERO)) if known else None
    return CostChange(cost=money(difference), relative=against(total, base))
