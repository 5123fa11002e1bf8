"""The reports of `diff` and `check`: one `GateReport`, and the sections of a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from tokencost_cli.output.formatting import as_of_text
from tokencost_cli.output.gate_report import (
    GateItem,
    GateLimit,
    GateReason,
    GateReport,
    GateSide,
    GateTotal,
)
from tokencost_cli.output.report import Report, Section
from tokencost_cli.output.tables import Lines, Table
from tokencost_cli.reports._gate_compared import Compared, Judged, Period
from tokencost_cli.reports._gate_sentences import assumptions, basis_lines, sentences
from tokencost_cli.reports._gate_tables import causes_table, items_table, most_important
from tokencost_cli.reports._gate_words import month
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_profiles.gate.comparison import Change, Comparison, Sums, sums_of
from tokencost_profiles.gate.limits import ERROR, FAIL, NOTE, Limits, Reason

CHECK: Final = "tokencost.check/2"
DIFF: Final = "tokencost.diff/2"

Facts = Callable[[], RunFacts]


def report(compared: Compared, facts: Facts, judged: Judged | None = None) -> Report:
    """Return the report of `diff`, or with a verdict that of `check`.

    `facts`: what its document states of the invocation.
    """
    gate = gate_report(compared, judged)
    verdicts = judged.verdict.items if judged else ("",) * len(gate.items)

    def exports() -> tuple[Table, ...]:
        from tokencost_cli.reports._gate_exports import long_sides, spreadsheet

        comparison = compared.comparison
        return long_sides(comparison, verdicts), spreadsheet(comparison, verdicts)

    rows = most_important(compared.comparison, verdicts)
    sections = tuple(_sections(gate, rows))
    about, warnings = compared.about, compared.warnings
    every = (*warnings, *about.every)
    return _report(gate, facts, sections, (*warnings, *about.lines), exports, every)


def error_report(message: str, code: str, prices: dict[str, Any], facts: Facts) -> Report:
    """Return the report of a check that got no answer: its sinks must not be left empty."""
    gate = GateReport(
        verdict=ERROR,
        summary=(message,),
        reasons=(GateReason(level=FAIL, code=code, text=message),),
        prices=prices,
    )
    return _report(gate, facts, (Lines((f"error: {message}",), ERROR),), (), tuple)


def _report(
    gate: GateReport,
    facts: Facts,
    sections: tuple[Section, ...],
    warnings: tuple[str, ...],
    exports: Callable[[], tuple[Table, ...]],
    every: tuple[str, ...] = (),
) -> Report:
    """Return a report. `every`: the warnings for programs, one a model."""

    def data() -> Struct:
        from tokencost_cli.reports._gate_document import document

        return document(gate, facts(), every or warnings)

    name = DIFF if gate.verdict is None else CHECK
    return Report(name, data, sections, warnings, gate=gate, exports=exports)


def gate_report(compared: Compared, judged: Judged | None) -> GateReport:
    """Return everything that renderers read of a comparison."""
    comparison = compared.comparison
    sums = sums_of(comparison)
    verdicts = judged.verdict.items if judged else ("",) * len(comparison.items)
    reasons = judged.verdict.reasons if judged else ()
    return GateReport(
        verdict=judged.verdict.verdict if judged else None,
        summary=tuple(sentences(compared, sums)),
        reasons=tuple(_reason(reason, compared) for reason in reasons),
        items=tuple(
            _item(item, comparison, verdict)
            for item, verdict in zip(comparison.items, verdicts, strict=True)
        ),
        total=_total(comparison, sums),
        table=items_table(comparison, verdicts, sums),
        causes=causes_table(sums.effects, comparison),
        assumptions=assumptions(compared, sums),
        notes=tuple(_notes(compared, judged)),
        basis=basis_lines(compared),
        base=_side(compared, "base") if comparison.against is not None else None,
        head=_side(compared, "head"),
        limits=tuple(_limits(judged)) if judged else (),
        grouped=comparison.grouped,
        calls_per_day=comparison.per_day,
        days=comparison.days,
        sampled=compared.sampled,
        sampled_verdict=_sampled_verdict(compared, judged),
        prices=prices_of(compared.table, compared.at),
    )


def prices_of(table: PriceTable, terms: Terms | None) -> dict[str, Any]:
    """Return what documents state of the prices that are used."""
    return {
        "table": table.version,
        "sha256": table.sha256,
        "as_of": as_of_text(terms.at, timed=terms.timed) if terms else None,
        "overlays": list(table.overlays),
    }


def _reason(reason: Reason, compared: Compared) -> GateReason:
    from tokencost_cli.reports._gate_messages import message_of

    return GateReason(
        level=reason.level,
        code=reason.code,
        text=message_of(reason, compared.comparison, compared.sampled),
        path=reason.item.path if reason.item else None,
        line=_line(reason.item) if reason.item else None,
        key=_key(reason.item) if reason.item else None,
        model=reason.item.model if reason.item else None,
        judged_on=reason.judged_on,
        value=reason.value,
        limit=reason.limit,
    )


def _item(item: Change, comparison: Comparison, verdict: str) -> GateItem:
    return GateItem(
        path=item.path,
        model=item.model,
        status=item.status,
        line=_line(item),
        key=_key(item),
        renamed_from=item.renamed_from,
        base_model=item.base_model,
        judged_on=item.judged_on,
        base=item.base,
        head=item.head,
        input_tokens=item.input_tokens if item.counted else None,
        output_tokens=item.output_tokens if item.counted else None,
        cost=item.cost,
        relative=item.relative if item.token_growth is None else item.token_relative,
        month_cost=month(item.cost, comparison),
        effects=item.effects,
        problem=item.problem,
        note=item.note,
        verdict=verdict,
    )


def _key(item: Change) -> Mapping[str, str | None] | None:
    side = item.head or item.base
    return side.key if side is not None else None


def _line(item: Change) -> int | None:
    side = item.head or item.base
    return side.line if side is not None else None


def _total(comparison: Comparison, sums: Sums) -> GateTotal:
    return GateTotal(
        judged_on=sums.judged_on,
        base=sums.base,
        head=sums.head,
        input_tokens=sums.input_tokens,
        output_tokens=sums.output_tokens,
        cost=sums.cost,
        relative=sums.relative,
        month_cost=month(sums.cost, comparison),
        effects=sums.effects,
    )


def _side(compared: Compared, name: str) -> GateSide:
    period: Period | None
    if name == "base":
        period, prices = compared.base_period, compared.base_prices
    else:
        period = compared.head_period
        prices = compared.head_prices or prices_of(compared.table, compared.at)
    return GateSide(
        name=compared.base_name if name == "base" else compared.head_name,
        revision=compared.revision if name == "base" else None,
        prices=prices,
        first=period.first if period else None,
        last=period.last if period else None,
        is_logs=period is not None,
    )


def _notes(compared: Compared, judged: Judged | None) -> Iterator[str]:
    """Yield what stands below the tables, beside the reasons."""
    if compared.sampled is not None and judged is None:
        from tokencost_cli.reports._gate_messages import sampled_words

        yield sampled_words(compared.sampled)
    for item in compared.comparison.items:
        if item.note:
            yield f"{item.path}: {item.note}"
    yield from compared.notes


def _sampled_verdict(compared: Compared, judged: Judged | None) -> str | None:
    if compared.sampled is None or judged is None:
        return None
    from tokencost_profiles.gate.sampling import verdict

    limit = float(judged.policy.limits.max_increase or 0)
    return verdict(compared.sampled, limit, judged.policy.min_cases)


def _limits(judged: Judged) -> Iterator[GateLimit]:
    """Yield the limits in force, those of paths after those of all."""
    policy = judged.policy
    yield from _limits_of(policy.limits, None)
    yield GateLimit(name="min_cases", value=policy.min_cases)
    for entry in policy.paths:
        yield from _limits_of(entry.limits, entry.match)


def _limits_of(limits: Limits, match: str | None) -> Iterator[GateLimit]:
    for name, value in limits._asdict().items():
        level = "warn" if name.startswith("warn_") else FAIL
        if isinstance(value, frozenset):
            for one in sorted(value):
                yield GateLimit(name=name, value=one, match=match)
        elif value is not None:
            yield GateLimit(name=name, value=value, level=level, match=match)


def _sections(gate: GateReport, rows: Sequence[int]) -> Iterator[Section]:
    """Yield what a terminal shows: the answer, its reasons, the items that matter, why."""
    lead = f"{gate.verdict}: " if gate.verdict else ""
    first, *more = gate.summary
    yield Lines((f"{lead}{first}", *more), gate.verdict or "headline")
    reasons = [f"{one.level}: {one.text}" for one in gate.reasons if one.level != NOTE]
    if reasons:
        yield Lines(tuple(reasons))
    if rows:
        yield gate.table._replace(
            rows=[gate.table.rows[at] for at in rows],
            marks=[gate.table.marks[at] for at in rows],
        )
    if gate.causes.rows:
        yield gate.causes
    notes = [one.text for one in gate.reasons if one.level == NOTE]
    left = len(gate.items) - len(rows)
    if left:
        which = "that cost less" if gate.base is None else "that did not change"
        notes.append(f"{left:,} more {which}: --format json lists them")
    yield Lines((*notes, *gate.notes, *gate.assumptions, *gate.basis), "note")
