"""The report of `profile`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from tokencost_cli.output.formatting import count, duration, share_percent, table_line
from tokencost_cli.output.report import Report, Section
from tokencost_cli.output.tables import Lines, Table
from tokencost_cli.reports._audit import audit_lines, audit_warnings
from tokencost_cli.reports._call_rows import by_call
from tokencost_cli.reports._cautions import (
    Caution,
    calls_text,
    cautions,
    price_cautions,
    without_usage,
)
from tokencost_cli.reports._findings import findings_sections, places_table
from tokencost_cli.reports._price_notes import for_programs, notes_of, offers_of
from tokencost_cli.reports._profile_document import ProfileView, document
from tokencost_cli.reports._profile_tables import (
    by_group,
    by_unit,
    long_groups,
    spread_table,
)
from tokencost_cli.reports._unsure import AMBIGUOUS, host_warnings, range_lines
from tokencost_cli.reports.documents.profile import FORMAT
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.coded_text import CodedText, code_of
from tokencost_pricing.money import money
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.costs.grouping import GroupKey
from tokencost_profiles.costs.totals import Summary

__all__ = ["ProfileView", "report"]


def report(view: ProfileView, facts: Callable[[], RunFacts]) -> Report:
    """Return the report of a profile."""
    total = view.total
    listed = view.groups[: view.top] if view.top else view.groups
    sections: list[Section] = [Lines((_headline(view),), "headline")]
    if view.is_grouped and (total.usage or total.charged_calls):
        sections.append(by_unit(total))
    if rates := _rates(total):
        sections.append(Lines(rates))
    if view.calls is not None:
        sections.append(by_call(view.calls[: view.top] if view.top else view.calls))
    elif not _has_sheet(view):
        sections.append(long_groups(view, listed))
    loaded = view.loaded
    offers = offers_of(loaded.profile, loaded.pricer)
    notes = notes_of(offers, loaded.pricer.today, loaded.pricer.table, of_logs=True)
    about_prices = price_cautions(notes, offers)
    sections += _groups(view, listed, about_prices)
    sections += _causes(view)
    if view.spreads:
        of_what = dict.fromkeys(spread.of for spread in view.spreads)
        sections += [spread_table(view.spreads, of) for of in of_what]
    warnings = [*_warnings(view), *(caution.text for caution in about_prices)]
    every = for_programs(_every_model(total, warnings), notes, (one.text for one in about_prices))
    below = (
        *range_lines(total),
        *_charged(total),
        *_content_notes(view),
        *audit_lines(view.loaded.profile.audit),
        *_basis(view),
    )
    sections.append(Lines(below, "note"))
    return Report(
        FORMAT,
        lambda: document(view, listed, facts(), every),
        tuple(sections),
        tuple(warnings),
        exports=lambda: _sheets(view),
    )


def _causes(view: ProfileView) -> list[Section]:
    """Return the views by cause that are asked for."""
    sections: list[Section] = []
    if view.tree is not None:
        from tokencost_cli.reports._tree import tree_table

        sections.append(tree_table(view.tree))
    if view.timeline is not None:
        from tokencost_cli.reports._timeline import timeline_sections

        sections += timeline_sections(view.timeline)
    return sections


def _sheets(view: ProfileView) -> tuple[Table, ...]:
    """Return the views that spreadsheets take: a row a node, a call, a part, a place."""
    if view.tree is not None:
        from tokencost_cli.reports._tree import tree_rows

        return (tree_rows(view.tree),)
    if view.timeline is not None:
        from tokencost_cli.reports._timeline import timeline_rows

        return (timeline_rows(view.timeline),)
    if view.content is not None and _lists_parts(view):
        from tokencost_cli.reports._content import segment_rows

        return (segment_rows(view.content),)
    places = places_table(view.findings, spreadsheet=True) if view.findings is not None else None
    return () if places is None else (places,)


def _has_sheet(view: ProfileView) -> bool:
    """Whether spreadsheets take another view than the groups."""
    by_cause = view.tree is not None or view.timeline is not None
    return by_cause or _lists_parts(view) or view.findings is not None


def _lists_parts(view: ProfileView) -> bool:
    """Whether the rows of a spreadsheet are parts: those of groups are, where both are wanted."""
    content = view.content
    return content is not None and content.segments is not None and not content.by


def _groups(
    view: ProfileView, listed: list[tuple[GroupKey, Summary]], about_prices: Sequence[Caution]
) -> list[Section]:
    """Return the table of groups, and what was asked of the content of prompts."""
    sections: list[Section] = []
    if view.content is not None and view.content.by:
        from tokencost_cli.reports import _content

        sections.append(_content.groups_table(view.content, len(listed), view.total.cost))
    elif view.is_grouped:
        sections.append(by_group(view, listed, about_prices))
    if view.content is not None and view.content.segments is not None:
        from tokencost_cli.reports import _content

        sections.append(_content.segments_table(view.content, view.total.cost))
    if view.findings is not None:
        sections += findings_sections(view.findings, view.total.cost)
    return sections


def _content_notes(view: ProfileView) -> tuple[str, ...]:
    if view.content is None:
        return ()
    from tokencost_cli.reports._content import notes

    return notes(view.content)


def _headline(view: ProfileView) -> str:
    total = view.total
    calls = calls_text(total.cell.calls)
    sessions = len(total.sessions)
    within = f" in {count(sessions)} session{'s' if sessions != 1 else ''}" if sessions else ""
    cost = _reported(total) if view.cost == "reported" else _computed(total)
    when = ""
    if total.cell.first is not None and total.cell.last is not None:
        zone = view.loaded.zone
        first, last = (
            f"{datetime.fromtimestamp(at, zone):%Y-%m-%d}"
            for at in (total.cell.first, total.cell.last)
        )
        when = f", {first}" + (f" to {last}" if last != first else "")
    text = f"{cost}: {calls}{within}{when}"
    if view.cost == "both" and total.reported is not None:
        text += f"; {_reported(total)} as reported by the log"
    return text


def _computed(total: Summary) -> str:
    """Write what the calls cost; where calls have no price, that it is a part."""
    cost = total.least
    if cost is None:
        return "no price"
    lost = [(total.unpriced_calls, "unpriced"), (without_usage(total), "without usage")]
    return _part(cost, [(number, what) for number, what in lost if number], total)


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


def _basis(view: ProfileView) -> tuple[str, ...]:
    looked = [f"read {home.label} ({home.reader})" for home in view.loaded.homes]
    return (*looked, table_line(view.loaded.pricer.table, None) + ", each call at its own day")


def _every_model(total: Summary, warnings: list[str]) -> list[str]:
    """Return the warnings for programs: one a model, where people read the first ones."""
    others = [text for text in warnings if code_of(text) != AMBIGUOUS]
    return [*(text for text, _ in host_warnings(total)), *others]


def _charged(total: Summary) -> tuple[str, ...]:
    if total.charged_cost is None:
        return ()
    calls, cost = calls_text(total.charged_calls), money(total.charged_cost)
    return (f"charged: {cost} for {calls} without a price here, as the log itself says",)


def _warnings(view: ProfileView) -> list[str]:
    warnings = [caution.text for caution in cautions(view.total)]
    if view.total.is_cut and view.cost in ("reported", "both"):
        text = "no reported cost: it is of complete sessions, of which there are parts here"
        warnings.append(CodedText("session-cost", text))
    return [*warnings, *view.loaded.warnings, *audit_warnings(view.loaded.profile.audit)]
