"""A gate report as the documents of `diff` and `check`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import UNSET

from tokencost_cli.output.gate_report import GateItem, GateReason, GateReport, GateSide
from tokencost_cli.reports.documents import check, diff
from tokencost_cli.reports.documents.fields import at, money
from tokencost_cli.reports.documents.head import Prices, head_fields
from tokencost_cli.reports.documents.tokens import TokenRange, method_of
from tokencost_cli.reports.documents.totals import Charged, totals_fields
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.money import ZERO, add, plain
from tokencost_profiles.costs.unsure import NOTHING, Ends
from tokencost_profiles.gate.effects import ADDED, FAILED, INPUT, REMOVED, Effect
from tokencost_profiles.gate.items import Side


def document(gate: GateReport, facts: RunFacts, warnings: Sequence[str]) -> diff.DiffDocument:
    """Return the document of `diff`, or where there is a verdict that of `check`."""
    form = diff.FORMAT if gate.verdict is None else check.FORMAT
    fields: dict[str, Any] = {
        **head_fields(form, facts, warnings),
        "base": _measurement(gate.base, [item.base for item in gate.items]),
        "head": _measurement(gate.head, [item.head for item in gate.items]),
        "summary": list(gate.summary),
        "assumptions": list(gate.assumptions),
        "calls_per_day": gate.calls_per_day,
        "days": gate.days,
        "items": [_item(item, gate) for item in gate.items],
        "total": _total(gate),
        "sampled": _sampled(gate),
    }
    if gate.verdict is None:
        return diff.DiffDocument(**fields)
    fields["limits"] = [
        check.LimitEntry(
            name=limit.name,
            value=plain(limit.value) if isinstance(limit.value, Decimal) else limit.value,
            level=limit.level,
            match=limit.match,
        )
        for limit in gate.limits
    ]
    fields["reasons"] = [_reason(reason, gate) for reason in gate.reasons]
    return check.CheckDocument(**fields, verdict=gate.verdict)


def _measurement(side: GateSide | None, items: Iterable[Side | None]) -> diff.Measurement | None:
    if side is None:
        return None
    measurement = diff.Measurement(
        **_sums([item for item in items if item is not None]),
        name=side.name,
        revision=side.revision,
        prices=_prices(side.prices),
    )
    if side.is_logs:
        measurement.first_at, measurement.last_at = at(side.first), at(side.last)
    return measurement


def _prices(prices: Mapping[str, Any] | None) -> Prices | None:
    if not prices:
        return None
    return Prices(
        table=str(prices.get("table")),
        sha256=str(prices.get("sha256")),
        as_of=prices.get("as_of"),
        overlays=list(prices.get("overlays") or ()),
        lock=prices.get("lock"),
    )


def _sums(sides: Sequence[Side]) -> dict[str, Any]:
    """Return the totals of sides: their sum over what is priced."""
    usage: dict[str, int] = {}
    costs: dict[str, Decimal] = {}
    cost: Decimal | None = None
    charged_calls, charged_cost = 0, ZERO
    for side in sides:
        for unit, count in side.usage.items():
            usage[unit] = usage.get(unit, 0) + count
        if side.cost is None:
            continue
        cost = add(cost or ZERO, side.cost)
        for unit, amount in side.cost_lines.items():
            costs[unit] = add(costs.get(unit, ZERO), amount)
        if side.charged is not None:
            charged_calls += side.charged.calls
            charged_cost = add(charged_cost, side.charged.cost)
    return totals_fields(
        sum(_calls(side) for side in sides),
        usage,
        None if cost is None and sides else costs,
        cost if sides else ZERO,
        cost_range=_ends(sides),
        charged=Charged(charged_calls, charged_cost) if charged_calls else Charged(),
        unpriced_calls=sum(_unpriced_calls(side) for side in sides),
    )


def _ends(sides: Sequence[Side]) -> Ends | None:
    """Return between which amounts the sum of sides lies, where it is not one number."""
    if all(side.ends is None for side in sides):
        return None
    total = NOTHING
    for side in sides:
        ends = side.ends or Ends(side.cost or ZERO, side.cost or ZERO)
        total = total.plus(ends.low, ends.high)
    return total


def _calls(side: Side) -> int:
    return 1 if side.calls is None else side.calls


def _unpriced_calls(side: Side) -> int:
    if side.cost is not None:
        return 0
    return side.unpriced_calls or _calls(side)


def _item(item: GateItem, gate: GateReport) -> diff.DiffItem:
    entry = diff.DiffItem(
        judged_on=item.judged_on,
        renamed_from=item.renamed_from,
        model=item.model,
        base_model=item.base_model,
        status=item.status,
        base=_side(item.base, item),
        head=_side(item.head, item),
        change=_change(item),
        effects=_effects(item.effects),
        problem=item.problem,
        note=item.note,
    )
    if item.renamed_from is not None and item.base is not None and item.base.line is not None:
        entry.renamed_from = _file(item.renamed_from, item.base.line)
        entry.renamed_from_line = item.base.line
    if item.key is not None:
        entry.key = dict(item.key)
    else:
        entry.path, entry.line = _file(item.path, item.line), item.line
    if gate.verdict is not None:
        entry.verdict = item.verdict
        entry.reasons = [
            _reason(reason, gate)
            for reason in gate.reasons
            if (reason.path, reason.model) == (item.path, item.model)
        ]
    return entry


def _file(path: str, line: int | None) -> str:
    """Return the file of a name such as `file.jsonl:12`."""
    return path if line is None else path.removesuffix(f":{line}")


def _judged_cost(side: Side, judged_on: str | None) -> Decimal | None:
    return side.input_cost if judged_on == INPUT else side.cost


def _side(side: Side | None, item: GateItem) -> diff.ItemSide | None:
    if side is None:
        return None
    entry = diff.ItemSide(
        **_sums([side]),
        judged_cost=money(_judged_cost(side, item.judged_on)),
        unpriced_reason=side.unpriced or side.problem,
    )
    if side.saved is not None:
        entry.saved_cost = plain(side.saved)
    if side.calls is not None:
        return entry
    tokens = side.input_tokens
    entry.prompt = TokenRange(
        tokens=tokens,
        low=round(tokens * (1 - side.margin.below)),
        high=round(tokens * (1 + side.margin.above)),
        method=method_of(side.method, bool(side.margin)),
        tokenizer=side.tokenizer or None,
    )
    entry.output = diff.AnswerLength(tokens=side.output_tokens, source=side.output_source)
    entry.parts = [diff.RolePart(role=role, tokens=n) for role, n in side.parts.items()]
    entry.window_share = side.window
    return entry


def _change(item: GateItem) -> diff.Difference:
    return diff.Difference(
        input_tokens=item.input_tokens,
        output_tokens=item.output_tokens,
        cost=money(item.cost),
        relative=_float(item.relative),
        month_cost=money(item.month_cost),
    )


def _float(share: Decimal | None) -> float | None:
    return None if share is None else float(share)


def _effects(effects: Iterable[Effect]) -> list[diff.EffectEntry]:
    return [
        diff.EffectEntry(
            cause=effect.cause,
            part=effect.part,
            tokens=effect.tokens,
            cost=plain(effect.cost),
        )
        for effect in effects
    ]


def _total(gate: GateReport) -> diff.DiffTotal:
    """Return both sides of what is judged: new and removed prompts are in neither."""
    total = gate.total
    left_out = (FAILED,) if gate.grouped else (FAILED, ADDED, REMOVED)
    items = [item for item in gate.items if item.status not in left_out]
    bases = [item.base for item in items if item.base is not None]
    heads = [item.head for item in items if item.head is not None]
    return diff.DiffTotal(
        judged_on=total.judged_on,
        base=None
        if gate.base is None
        else diff.JudgedTotals(**_sums(bases), judged_cost=money(total.base)),
        head=diff.JudgedTotals(**_sums(heads), judged_cost=money(total.head)),
        change=diff.Difference(
            input_tokens=total.input_tokens,
            output_tokens=total.output_tokens,
            cost=money(total.cost),
            relative=_float(total.relative),
            month_cost=money(total.month_cost),
        ),
        effects=_effects(total.effects),
    )


def _sampled(gate: GateReport) -> diff.SampledRuns | None:
    runs = gate.sampled
    if runs is None:
        return None
    return diff.SampledRuns(
        cases=runs.cases,
        cases_left_out=runs.left_out,
        base_runs=runs.runs[0],
        head_runs=runs.runs[1],
        change=diff.SampledChange(relative=runs.change, low=runs.low, high=runs.high),
        confidence=runs.confidence,
        detectable=runs.detectable,
        verdict=gate.sampled_verdict or UNSET,
    )


def _reason(reason: GateReason, gate: GateReport) -> diff.ReasonEntry:
    entry = diff.ReasonEntry(
        level=reason.level,
        code=reason.code,
        text=reason.text,
        value=money(reason.value),
        limit=money(reason.limit),
    )
    if reason.key is not None:
        entry.key = dict(reason.key)
    elif reason.path is not None:
        entry.path = _file(reason.path, reason.line)
        entry.line = reason.line or UNSET
    entry.model = reason.model or UNSET
    entry.judged_on = reason.judged_on or UNSET
    return entry
