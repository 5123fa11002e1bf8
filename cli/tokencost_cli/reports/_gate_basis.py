"""What `diff` and `check` take for granted, and what they judge: said in every report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from tokencost_cli.output.formatting import count
from tokencost_cli.reports._gate_compared import Compared, Period
from tokencost_cli.reports._gate_words import answer_length
from tokencost_cli.reports._shared import table_line
from tokencost_profiles.estimates.output_length import ASSUMED, CEILING
from tokencost_profiles.gate.comparison import Comparison, Sums
from tokencost_profiles.gate.effects import FULL, INPUT, MIXED

_MORE: Final = "say more with --output-tokens or --workload"


def assumptions(compared: Compared, sums: Sums) -> tuple[str, ...]:
    """Return what was assumed, and what increases were judged on: a line each."""
    comparison = compared.comparison
    lines = [*_answers(comparison), *compared.assumptions]
    if comparison.against is not None and sums.judged_on is not None:
        lines.insert(0, _judged(comparison, sums))
    return tuple(lines)


def _judged(comparison: Comparison, sums: Sums) -> str:
    if comparison.grouped:
        return "judged on the whole: what was recorded"
    items = [item for item in comparison.items if item.token_growth is None]
    if len(items) < len(comparison.items) and not sums.items:
        return "judged on the tokens of input: nothing here has a price"
    if sums.judged_on == MIXED:
        number = sum(item.judged_on == FULL for item in sums.items)
        return (
            "judged on the input where nobody chose the answer; "
            f"{_number(number, 'prompt')} on the whole "
            "(another model, mode or region, or an answer that is given)"
        )
    if sums.judged_on == INPUT:
        return "judged on the input: nobody chose the answer"
    return "judged on the whole: input and answer"


def _answers(comparison: Comparison) -> Iterator[str]:
    """Yield how long answers were taken to be that nobody chose."""
    sides = [
        side
        for item in comparison.items
        for side in (item.base, item.head)
        if side is not None and side.output_tokens and side.calls is None
    ]
    assumed = [side for side in sides if side.output_source == ASSUMED]
    if assumed:
        yield f"assumed: {answer_length(assumed)} of output; {_MORE}"
    capped = [side for side in sides if side.output_source == CEILING]
    if capped:
        yield f"capped: {answer_length(capped)} of output, the most that a request allows; {_MORE}"


def period_text(period: Period | None) -> str:
    """Write the days of the first and the last call: `2026-09-01 to 2026-09-30`."""
    days = _days(period)
    return "" if not days else f"{days[0]}" if days[0] == days[1] else f"{days[0]} to {days[1]}"


def _days(period: Period | None) -> tuple[date, date] | None:
    if period is None or period.first is None or period.last is None:
        return None
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in (period.first, period.last))
    return first, last


def basis_lines(compared: Compared) -> tuple[str, ...]:
    """Return what was compared, and at which prices: a line each."""
    comparison = compared.comparison
    lines = list(_period_lines(compared))
    if compared.revision:
        lines.append(f"base: {compared.base_name} ({compared.revision[:12]})")
    if comparison.against is None:
        lines.append("no base: increases are not looked at; give --git REV or --baseline FILE")
    elif comparison.per_day and not comparison.grouped:
        lines.append(
            f"a month: {comparison.days} days of {_number(comparison.per_day, 'call')} a prompt"
        )
    day = "" if compared.at else ", each call at its own day"
    return (*lines, table_line(compared.table, compared.at) + day)


def _period_lines(compared: Compared) -> Iterator[str]:
    """Yield the range of days and the calls of both sides."""
    sides = (
        ("base", compared.base_name, compared.base_period),
        ("head", compared.head_name, compared.head_period),
    )
    for side, name, period in sides:
        if period is not None:
            days = _days(period)
            text = "no call has a time"
            if days is not None:
                number = (days[1] - days[0]).days + 1
                text = f"{period_text(period)} ({_number(number, 'day')})"
            yield f"{side}: {name}, {text}, {_number(period.calls, 'call')}"


def _number(number: int, noun: str) -> str:
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"
