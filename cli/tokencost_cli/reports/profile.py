"""The report of `profile`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tokencost_cli.output.formatting import count, duration, money, share_percent, table_line
from tokencost_cli.output.report import Lines, Report, Section
from tokencost_cli.reports._audit import audit_lines, audit_warnings
from tokencost_cli.reports._call_rows import by_call
from tokencost_cli.reports._profile_document import Shown, document
from tokencost_cli.reports._profile_tables import (
    by_group,
    by_unit,
    calls_text,
    cautions,
    long_groups,
    spread_table,
    without_usage,
)
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.costs.totals import Summary

__all__ = ["Shown", "report"]

FORMAT = "tokencost.profile/1"


def report(shown: Shown) -> Report:
    """Return the report of a profile."""
    total = shown.total
    kept = shown.groups[: shown.top] if shown.top else shown.groups
    sections: list[Section] = [Lines((_headline(shown),), "headline")]
    if total.usage or total.charged_calls:
        sections.append(by_unit(total))
    if rates := _rates(total):
        sections.append(Lines(rates))
    if shown.calls is not None:
        sections.append(by_call(shown.calls[: shown.top] if shown.top else shown.calls))
    else:
        sections.append(long_groups(shown, kept))
    sections.append(by_group(shown, kept))
    if shown.spreads:
        told = dict.fromkeys(spread.of for spread in shown.spreads)
        sections += [spread_table(shown.spreads, of) for of in told]
    notes = (*_charged(total), *audit_lines(shown.loaded.profile.audit), *_basis(shown))
    sections.append(Lines(notes, "note"))
    return Report(
        FORMAT,
        lambda: document(shown, kept),
        tuple(sections),
        tuple(_warnings(shown)),
    )


def _headline(shown: Shown) -> str:
    total = shown.total
    calls = calls_text(total.cell.calls)
    sessions = len(total.sessions)
    within = f" in {count(sessions)} session{'s' if sessions != 1 else ''}" if sessions else ""
    cost = _reported(total) if shown.cost == "reported" else _computed(total)
    when = ""
    if total.cell.first is not None and total.cell.last is not None:
        zone = shown.loaded.zone
        first, last = (
            f"{datetime.fromtimestamp(at, zone):%Y-%m-%d}"
            for at in (total.cell.first, total.cell.last)
        )
        when = f", {first}" + (f" to {last}" if last != first else "")
    text = f"{cost}: {calls}{within}{when}"
    if shown.cost == "both" and total.reported is not None:
        text += f"; {_reported(total)} as reported by the log"
    return text


def _computed(total: Summary) -> str:
    """Write what the calls cost; where some have no price, that it is a part."""
    if total.cost is None:
        return "no price"
    lost = [(total.unpriced_calls, "unpriced"), (without_usage(total), "without usage")]
    return _part(total.cost, [(number, what) for number, what in lost if number], total)


def _reported(total: Summary) -> str:
    reported = total.reported
    if reported is None:
        return "no cost reported"
    lost = total.cell.calls - total.reported_calls
    return _part(reported, [(lost, "without a reported cost")] if lost else [], total)


def _part(cost: Decimal, lost: list[tuple[int, str]], total: Summary) -> str:
    if not lost:
        return money(cost)
    (number, what), *more = lost
    text = f"{count(number)} of {calls_text(total.cell.calls)} {what}"
    return f"at least {money(cost)} ({', '.join([text, *(f'{count(n)} {w}' for n, w in more)])})"


def _rates(total: Summary) -> tuple[str, ...]:
    """Return the lines that say what the numbers mean."""
    lines = []
    parts = []
    if total.hit_rate is not None:
        parts.append(f"{share_percent(total.hit_rate)} of the input read from a cache")
    for side, units, tokens in (
        ("input", INPUT_UNITS, total.input_tokens),
        ("output", OUTPUT_UNITS, total.output_tokens),
    ):
        unpriced = total.unpriced_calls or total.charged_calls
        if tokens and total.cost is not None and not unpriced:
            each = total.cost_of(units) * 1000 / tokens
            parts.append(f"{money(each)} per 1K {side}")
    if parts:
        lines.append("; ".join(parts))
    parts = []
    if total.tokens_per_second is not None:
        parts.append(f"{total.tokens_per_second:,.0f} tokens a second")
    if total.first_token is not None:
        parts.append(f"first token after {duration(total.first_token)}")
    if total.estimated_calls or total.unpriced_calls or total.charged_calls:
        calls = total.cell.calls
        parts.append(f"{share_percent(_exact(total) / calls)} of the calls exact")
        if total.estimated_calls:
            parts.append(f"{share_percent(total.estimated_calls / calls)} estimated")
        if total.charged_calls:
            parts.append(f"{share_percent(total.charged_calls / calls)} charged")
        if total.unpriced_calls:
            parts.append(f"{share_percent(total.unpriced_calls / calls)} unpriced")
    if parts:
        lines.append("; ".join(parts))
    return tuple(lines)


def _exact(total: Summary) -> int:
    others = total.estimated_calls + total.unpriced_calls + total.charged_calls
    return max(0, total.cell.calls - others)


def _basis(shown: Shown) -> tuple[str, ...]:
    looked = [f"read {home.label} ({home.reader})" for home in shown.loaded.homes]
    return (*looked, table_line(shown.loaded.pricer.table, None) + ", each call at its own day")


def _charged(total: Summary) -> tuple[str, ...]:
    if total.charged_cost is None:
        return ()
    calls, cost = calls_text(total.charged_calls), money(total.charged_cost)
    return (f"charged: {cost} for {calls} without a price here, as the log itself says",)


def _warnings(shown: Shown) -> list[str]:
    warnings = [caution.text for caution in cautions(shown.total)]
    if shown.total.is_cut and shown.cost in ("reported", "both"):
        text = "no reported cost: it is of complete sessions, of which there are parts here"
        warnings.append(CodedText("session-cost", text))
    return [*warnings, *shown.loaded.warnings, *audit_warnings(shown.loaded.profile.audit)]
