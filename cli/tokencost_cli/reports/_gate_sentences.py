"""What happened, what was judged and assumed, and what was compared: sentences of every report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tokencost_cli.output.formatting import count, table_line
from tokencost_cli.reports._gate_compared import Compared, Period
from tokencost_cli.reports._gate_words import (
    answer_length,
    answers_in,
    base_text,
    difference_text,
    head_text,
    signed,
    signed_share,
    total_cost,
    why,
)
from tokencost_pricing.money import money, total
from tokencost_profiles.estimates.output_length import ASSUMED, CEILING
from tokencost_profiles.gate.comparison import Change, Comparison, Sums
from tokencost_profiles.gate.effects import CHANGED, FAILED, FULL, INPUT, MIXED
from tokencost_profiles.gate.items import Side

_MORE: Final = "say more with --output-tokens or --workload"


def sentences(compared: Compared, sums: Sums) -> list[str]:
    """Return what happened: what matters most first, then what comes beside it."""
    comparison = compared.comparison
    if comparison.against is None:
        return [_alone(comparison, sums)]
    if comparison.grouped:
        return [_periods(compared, sums)]
    return list(_prompts(comparison, sums))


def _alone(comparison: Comparison, sums: Sums) -> str:
    number = len(comparison.items)
    noun = "group" if comparison.grouped else "prompt"
    what = f"{count(number)} {noun}{'' if number == 1 else 's'}"
    what += "" if comparison.grouped else ", a call of each"
    heads = [item.head for item in comparison.items if item.head is not None]
    cost = sums.head
    if cost is None:
        return f"{what}: {_between(heads)}"
    return f"{what}: {head_text(cost, comparison)}{answers_in(heads)}"


def _between(sides: Sequence[Side]) -> str:
    """Write a cost that is not one number: at least, and at most what the hosts ask."""
    ends = [side.ends for side in sides if side.cost is None and side.ends is not None]
    if not ends:
        return "the cost is not known"
    low, high = (money(total(one[at] for one in ends)) for at in (0, 1))
    rest = len(sides) - len(ends)
    others = f"; {count(rest)} more without any price" if rest else ""
    return f"the cost is at least {low}, at most {high}, by the host that answered{others}"


def _prompts(comparison: Comparison, sums: Sums) -> Iterator[str]:
    changed = _by_increase(comparison)
    if changed:
        yield f"{_change(changed[0], comparison)} against {comparison.against}"
        together = _together(changed, comparison, sums)
        if together:
            yield together
    else:
        number = len(sums.items)
        prompts = "1 prompt" if number == 1 else f"{count(number)} prompts"
        yield (
            f"nothing changed in {prompts} against {comparison.against}"
            if number
            else f"nothing here could be compared with {comparison.against}"
        )
    if sums.added:
        yield _on_one_side(sums.added, "new", comparison)
    if sums.removed:
        yield _on_one_side(sums.removed, "removed", comparison)
    failed = sum(item.status == FAILED and item.token_growth is None for item in comparison.items)
    if failed:
        yield f"{count(failed)} could not be compared"


def _by_increase(comparison: Comparison) -> list[Change]:
    """Return what changed: what adds most first; where nothing adds, what saves most."""
    changed = [item for item in comparison.items if item.status == CHANGED or item.token_growth]
    rises = any((item.cost or 0) > 0 or (item.token_growth or 0) > 0 for item in changed)
    sign = 1 if rises else -1

    def place(item: Change) -> tuple[Decimal, int, str, str]:
        return -sign * (item.cost or Decimal(0)), -sign * item.input_tokens, item.path, item.model

    return sorted(changed, key=place)


def _change(item: Change, comparison: Comparison) -> str:
    """Say what happened to one prompt."""
    base, head = item.base, item.head
    if base is None or head is None:
        return item.path
    name = _name(item, comparison)
    if item.base_model is not None:
        text = f"{name} is on {item.model} now, {item.base_model} before"
    elif base.terms != head.terms:
        text = f"{name} is called as {head.terms} now, {base.terms} before"
    elif item.input_tokens:
        text = (
            f"{name} has {_more(item.input_tokens, 'input')} "
            f"({count(head.input_tokens)}, {count(base.input_tokens)} before)"
        )
    elif item.output_tokens and item.judged_on == INPUT:
        now, before = count(head.output_tokens), count(base.output_tokens)
        return f"{name} may be answered with {now} tokens, {before} before: not judged, not chosen"
    elif item.output_tokens:
        text = f"{name} has {_more(item.output_tokens, 'output')}"
    else:
        text = f"{name} changed"
    if item.token_growth is not None:
        share = signed_share(item.token_relative)
        return f"{text}: {f'{share} tokens, ' if share else ''}without a price"
    if not item.cost:
        return f"{text}: the same cost"
    shares = [signed_share(item.relative), difference_text(item.cost, comparison)]
    return f"{text}: {', '.join(part for part in shares if part)}"


def _name(item: Change, comparison: Comparison) -> str:
    """Name a prompt: with its model where it is on several, with its old name where it has one."""
    several = sum(other.path == item.path for other in comparison.items) > 1
    name = f"{item.path} on {item.model}" if several else item.path
    return f"{name} (was {item.renamed_from})" if item.renamed_from else name


def _more(tokens: int, side: str) -> str:
    noun = "token" if abs(tokens) == 1 else "tokens"
    return f"{count(abs(tokens))} {side} {noun} {'more' if tokens > 0 else 'fewer'}"


def _together(changed: Sequence[Change], comparison: Comparison, sums: Sums) -> str:
    """Say what all prompts come to together, where that is not what one of them does."""
    if len(sums.items) < 2 or not sums.cost:
        return ""
    number = len(changed) - 1
    others = f"{count(number)} more changed, " if number else ""
    money_text = f", {difference_text(sums.cost, comparison)}" if number else ""
    share = signed_share(sums.relative) or ""
    together = f"{count(len(sums.items))} prompts together:"
    return f"{others}{together} {share}{money_text}".replace(": ,", ":")


def _on_one_side(items: Sequence[Change], word: str, comparison: Comparison) -> str:
    """Say what is new or gone, and that it is in no percentage."""
    number = len(items)
    first = items[0]
    side = first.head or first.base
    names = first.path if number == 1 else f"{first.path} and {count(number - 1)} more"
    text = f"{count(number)} {word} ({names})"
    tokens = sum(one.input_tokens for item in items if (one := item.head or item.base))
    cost = total(one.cost for item in items if (one := item.head or item.base))
    answers = answers_in([one for item in items if (one := item.head or item.base)])
    if side is None:
        return text
    return (
        f"{text}: {count(tokens)} input tokens, {total_cost(cost, comparison)}{answers}, "
        "in no percentage"
    )


def _periods(compared: Compared, sums: Sums) -> str:
    comparison = compared.comparison
    if sums.head is None or sums.base is None:
        heads = [item.head for item in comparison.items if item.head is not None]
        return f"{count(len(comparison.items))} groups: {_between(heads)}"
    after, before = (
        f" ({text})" if (text := period_text(period)) else ""
        for period in (compared.head_period, compared.base_period)
    )
    costs = f"the calls cost {head_text(sums.head, comparison)}{after}, "
    costs += f"{base_text(sums.base, comparison)} before{before}"
    left_out = any(item.status == FAILED for item in comparison.items)
    rest = " without these" if left_out else ""
    if not sums.cost:
        return f"{costs}: nothing changed{rest} against {comparison.against}"
    share = signed_share(sums.relative)
    text = f"{costs}: {f'{share}, ' if share else ''}{signed(sums.cost)}{rest}"
    lead = _largest(comparison.items, rising=sums.cost > 0)
    if lead is None or len(comparison.items) == 1:
        return text
    causes = f" ({why(lead.effects, comparison)})" if lead.effects else ""
    return f"{text}; most of it {lead.path}, {signed(lead.cost)}{causes}"


def _largest(items: Iterable[Change], *, rising: bool = True) -> Change | None:
    """Return the item that adds most to the cost, or takes most from it; None where none does."""
    sign = 1 if rising else -1
    moved = [item for item in items if sign * (item.growth or 0) > 0]
    return min(moved, key=lambda item: (-sign * (item.growth or 0), item.path), default=None)


def assumptions(compared: Compared, sums: Sums) -> tuple[str, ...]:
    """Return what was assumed, and what increases were judged on: a line each."""
    comparison = compared.comparison
    lines = [*_answers(comparison), *compared.assumptions]
    if comparison.against is not None and sums.judged_on is not None:
        lines.insert(0, _judged(comparison, sums))
    return tuple(lines)


def _judged(comparison: Comparison, sums: Sums) -> str:
    if comparison.grouped:
        return "judged on all that was recorded"
    items = [item for item in comparison.items if item.token_growth is None]
    if len(items) < len(comparison.items) and not sums.items:
        return "judged on the tokens of input: nothing here has a price"
    if sums.judged_on == MIXED:
        number = sum(item.judged_on == FULL for item in sums.items)
        return (
            "judged on the input where nobody chose the answer; "
            f"{_number(number, 'prompt')} on input and answer "
            "(another model, mode or region, or an answer that is given)"
        )
    if sums.judged_on == INPUT:
        return "judged on the input: nobody chose the answer"
    return "judged on input and answer"


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
