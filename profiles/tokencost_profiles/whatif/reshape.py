"""Shorter prompts: what trimming, pruning and compressing would have left of the calls.

Tokens that go are counted in the text that the log holds and scaled to what was billed; they leave
every kind of input (fresh, cached, written) in proportion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

import msgspec

from tokencost_pricing.money import ZERO, add, per_million
from tokencost_pricing.units import INPUT_UNITS
from tokencost_profiles.accuracy.logged_requests import tools_of
from tokencost_profiles.calls.content import Part
from tokencost_profiles.whatif.call_set import Book, Entry
from tokencost_profiles.whatif.scenario import Scenario

_STARTS: Final = ("user", "attachment")


class Reshaped(NamedTuple):
    """An entry with a shorter prompt."""

    entry: Entry
    removed: int  # tokens
    spent: Decimal  # USD, on making it shorter


def reshaped(
    entry: Entry, scenario: Scenario, unused: frozenset[str], count: Callable[[str], int]
) -> Reshaped | None:
    """Return an entry as the scenario would have sent it; None where its text is not known."""
    parts = entry.parts()
    if not parts:
        return None
    left = _left(parts, scenario, unused)
    tokens = [count(part.text) for part in parts]
    whole = sum(tokens)
    if not whole:
        return Reshaped(entry, 0, ZERO)
    kept = sum(share * own for share, own in zip(left, tokens, strict=True))
    call = entry.call
    usage = scaled(call.usage or {}, float(kept) / whole, INPUT_UNITS)
    prompt = sum(usage.get(unit, 0) for unit in INPUT_UNITS)
    before = sum((call.usage or {}).get(unit, 0) for unit in INPUT_UNITS)
    changed = msgspec.structs.replace(call, usage=usage)
    new = entry._replace(
        call=changed,
        prompt=round(entry.prompt * float(kept) / whole),
        left=tuple(float(share) for share in left),
        recorded=call.usage,
    )
    return Reshaped(new, before - prompt, _spent(parts, tokens, left, scenario, entry.calls))


def scaled(usage: Mapping[str, int], ratio: float, units: Sequence[str]) -> dict[str, int]:
    """Return a usage whose units of one side are scaled; their sum is the nearest whole number.

    What rounding leaves over goes to the units that it took most from (largest remainders).
    """
    own = {unit: usage[unit] for unit in units if usage.get(unit)}
    if ratio == 1 or not own:
        return dict(usage)
    factor = Fraction(ratio)
    exact = {unit: number * factor for unit, number in own.items()}
    found = {unit: int(number) for unit, number in exact.items()}
    over = round(sum(exact.values())) - sum(found.values())
    by_remainder = sorted(exact, key=lambda unit: found[unit] - exact[unit])
    for unit in by_remainder[:over]:
        found[unit] += 1
    return {**usage, **found}


def unused_tools(book: Book) -> frozenset[str]:
    """Return the names of tools that calls define and none of them ever calls."""
    defined: set[str] = set()
    called: set[str] = set()
    for entry in book.entries:
        called.update(entry.call.tools)
        for part in (*entry.parts(), *(entry.call.answer or ())):
            if part.role == "tools":
                defined.update(names_of(part))
            elif part.role == "tool_call":
                called.add(part.text.partition("{")[0].strip())
    return frozenset(defined - called)


def names_of(part: Part) -> list[str]:
    """Return the names of the tools in a definition."""
    return [tool.name for tool in tools_of(part) if tool.name]


def _left(parts: Sequence[Part], scenario: Scenario, unused: frozenset[str]) -> list[Decimal]:
    """Return the share of each part that is left."""
    compressed = dict(scenario.compress)
    left = [compressed.get(part.role, Decimal(1)) for part in parts]
    turns = _turns(parts)
    newest = turns[-1] if turns else 0
    for at, (part, turn) in enumerate(zip(parts, turns, strict=True)):
        age = newest - turn
        fixed = part.role in ("system", "tools")
        old = scenario.keep_turns is not None and age >= scenario.keep_turns
        stale = (
            scenario.drop_results is not None
            and part.role == "tool_result"
            and age >= scenario.drop_results
        )
        if (old and not fixed) or stale or (scenario.prune_tools and _unused(part, unused)):
            left[at] = ZERO
    return left


def _turns(parts: Sequence[Part]) -> list[int]:
    """Number the turns: one begins with what the user says, and with each step of an agent."""
    turns, turn, before = [], 0, ""
    for part in parts:
        begins = (part.role in _STARTS and before not in _STARTS) or (
            part.role in ("assistant", "tool_call", "reasoning") and before == "tool_result"
        )
        turn += begins
        before = part.role
        turns.append(turn)
    return turns


def _unused(part: Part, unused: frozenset[str]) -> bool:
    names = names_of(part) if part.role == "tools" else []
    return bool(names) and unused.issuperset(names)


def _spent(
    parts: Sequence[Part],
    tokens: Sequence[int],
    left: Sequence[Decimal],
    scenario: Scenario,
    calls: int,
) -> Decimal:
    """Return what the compressor costs: it reads what it shortens."""
    if scenario.compressor is None:
        return ZERO
    roles = {role for role, _ in scenario.compress}
    read = sum(
        own
        for part, own, share in zip(parts, tokens, left, strict=True)
        if part.role in roles and share
    )
    return add(ZERO, per_million(read * calls, scenario.compressor))
