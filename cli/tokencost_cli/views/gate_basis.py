"""What `diff` and `check` take for granted, and what they judge: said in every report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from tokencost_cli.formatting import count
from tokencost_cli.gate_request import Compared, Period
from tokencost_cli.views.gate_answers import answer_length
from tokencost_profiles.gate.comparison import INPUT, MIXED, WHOLE, Comparison
from tokencost_profiles.gate.sums import sums_of
from tokencost_profiles.output_length import ASSUMED, CEILING

_MORE: Final = "say more with --output-tokens or --workload"


def assumptions(compared: Compared) -> tuple[str, ...]:
    """Return what was assumed, and what increases were judged on: a line each."""
    comparison = compared.comparison
    lines = [*_answers(comparison), *compared.assumptions]
    if comparison.against is not None:
        lines.insert(0, _judged(comparison))
    return tuple(lines)


def _judged(comparison: Comparison) -> str:
    if comparison.grouped:
        return "judged on the whole: what was recorded"
    basis = sums_of(comparison).judged_on
    if basis == MIXED:
        number = sum(item.judged_on == WHOLE for item in sums_of(comparison).items)
        return (
            f"judged on the input where nobody chose the answer; {_prompts(number)} on the whole "
            "(another model, mode or region, or an answer that is given)"
        )
    if basis == INPUT:
        return "judged on the input: nobody chose the answer"
    return "judged on the whole: input and answer"


def _answers(comparison: Comparison) -> Iterator[str]:
    """Yield how long answers were taken to be that nobody chose."""
    sides = [
        side for item in comparison.items for side in (item.base, item.head)
        if side is not None and side.problem is None and side.calls is None
    ]  # fmt: skip
    assumed = [side for side in sides if side.output_source == ASSUMED]
    if assumed:
        yield f"assumed: {answer_length(assumed)} of output; {_MORE}"
    capped = [side for side in sides if side.output_source == CEILING]
    if capped:
        yield f"capped: {answer_length(capped)} of output, the most that a request allows; {_MORE}"


def period_text(period: Period | None) -> str:
    """Write the days of the first and the last call: `2026-09-01 to 2026-09-30`."""
    if period is None or period.first is None or period.last is None:
        return ""
    first, last = (
        f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}" for at in (period.first, period.last)
    )
    return first if first == last else f"{first} to {last}"


def period_lines(compared: Compared) -> Iterator[str]:
    """Yield the range of days and the calls of both sides."""
    sides = (
        ("base", compared.base_name, compared.base_period),
        ("head", compared.head_name, compared.head_period),
    )
    for side, name, period in sides:
        if period is not None:
            days = period_text(period) or "no call has a time"
            yield f"{side}: {name}, {days}, {count(period.calls)} calls"


def _prompts(number: int) -> str:
    return f"{count(number)} prompt{'' if number == 1 else 's'}"
