"""What a client does about caching: which cache it uses, and where it sets its marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tokencost_pricing.caching import (
    AUTOMATIC,
    BREAKPOINTS,
    OBJECT,
    CacheRule,
    Lifetime,
    seconds_of,
)
from tokencost_profiles.whatif.prompt_cache.blocks import ANSWER_ROLES, HEAD_ROLES, CacheBlock

OFF: Final = "off"
AS_LOGGED: Final = "as-logged"
AUTO: Final = "auto"
BEST: Final = "best"
# Beside these, the name of a lifetime is a policy: 5m, 30m, 1h, 12h.
POLICIES: Final = (OFF, AS_LOGGED, AUTO, "5m", "1h", BEST)
_OBJECT_LIFETIMES: Final = ("5m", "1h")


class Mark(NamedTuple):
    """A breakpoint after a block."""

    position: int
    lifetime: Lifetime


class Plan(NamedTuple):
    """How one call uses a cache. Without a rule it uses none."""

    rule: CacheRule | None = None
    marks: tuple[Mark, ...] = ()  # where writes are billed; by position
    head: int = 0  # of an object: how many leading blocks it holds
    seconds: int = 0  # of an object: how long it is stored after each use


def plan(rules: Sequence[CacheRule], blocks: Sequence[CacheBlock], policy: str) -> Plan:
    """Return what a client of a policy does with a prompt (every policy but `best`)."""
    if policy == OFF or not blocks:
        return Plan()
    if policy == AS_LOGGED and any(block.marked for block in blocks):
        return _as_marked(rules, blocks)
    if policy in (AUTO, AS_LOGGED):
        return _automatic(rules, blocks, alone=policy == AUTO)
    return _explicit(rules, blocks, policy)


def policies_of(rules: Iterable[CacheRule]) -> tuple[str, ...]:
    """Return the policies that differ for a model, the simplest first (`best` chooses of them)."""
    names = {OFF: None, AUTO: None}
    for rule in rules:
        if rule.kind == OBJECT:
            names |= dict.fromkeys(_OBJECT_LIFETIMES)
        names |= {life.name: None for life in rule.lifetimes}
    return tuple(names)


def good_marks(blocks: Sequence[CacheBlock]) -> list[int]:
    """Return where a good client sets its marks.

    They stand at the end of the tools, at the end of the system text, at the end of the prompt, and
    at the end of the message before it on the user's side: there the call before left its newest
    write, which is read however many blocks the answer between them has.
    """
    heads: list[int] = []
    position = 0
    while position < len(blocks) and blocks[position].role in HEAD_ROLES:
        if heads and blocks[position].role == blocks[position - 1].role:
            heads.pop()
        heads.append(position)
        position += 1
    first = position
    position = len(blocks) - 1
    tails = [position]
    while position >= first and blocks[position].role not in ANSWER_ROLES:
        position -= 1
    while position >= first and blocks[position].role in ANSWER_ROLES:
        position -= 1
    if position >= first:
        tails.append(position)
    return sorted({*heads[-2:], *tails})


def _first(rules: Iterable[CacheRule], *kinds: str) -> CacheRule | None:
    return next((rule for rule in rules if rule.kind in kinds), None)


def _automatic(rules: Sequence[CacheRule], blocks: Sequence[CacheBlock], *, alone: bool) -> Plan:
    """What the provider does by itself; with `alone`, one automatic mark where it does nothing."""
    rule = _first(rules, AUTOMATIC) or (_first(rules, BREAKPOINTS) if alone else None)
    if rule is None:
        return Plan()
    if not rule.writes_are_billed:
        return Plan(rule)
    return Plan(rule, (Mark(len(blocks) - 1, rule.lifetime()),))


def _explicit(rules: Sequence[CacheRule], blocks: Sequence[CacheBlock], name: str) -> Plan:
    rule = _first((rule for rule in rules if rule.writes_are_billed), AUTOMATIC, BREAKPOINTS)
    if rule is not None:
        lifetime = rule.lifetime(name)
        positions = good_marks(blocks)[-rule.max_breakpoints :]
        return Plan(rule, tuple(Mark(position, lifetime) for position in positions))
    stored = _first(rules, OBJECT)
    if stored is not None:
        return _stored(stored, rules, blocks, _head(blocks), seconds_of(name))
    return _automatic(rules, blocks, alone=True)


def _stored(
    rule: CacheRule,
    rules: Sequence[CacheRule],
    blocks: Sequence[CacheBlock],
    held: int,
    seconds: int,
) -> Plan:
    """Store the first blocks as an object, where they are long enough for one."""
    if held and sum(block.tokens for block in blocks[:held]) >= rule.min_tokens:
        return Plan(rule, head=held, seconds=seconds)
    return _automatic(rules, blocks, alone=False)


def _as_marked(rules: Sequence[CacheRule], blocks: Sequence[CacheBlock]) -> Plan:
    positions = [position for position, block in enumerate(blocks) if block.marked]
    rule = _first((rule for rule in rules if rule.writes_are_billed), AUTOMATIC, BREAKPOINTS)
    if rule is None:
        stored = _first(rules, OBJECT)
        if stored is None:
            return _automatic(rules, blocks, alone=False)
        return _stored(stored, rules, blocks, positions[-1] + 1, stored.idle_seconds)
    if rule.kind == AUTOMATIC and positions[-1] != len(blocks) - 1:
        positions.append(len(blocks) - 1)  # the one that the provider sets by itself
    marks: list[Mark] = []
    for position in positions[-rule.max_breakpoints :]:
        lifetime = rule.lifetime(blocks[position].lifetime)
        if marks and lifetime.seconds > marks[-1].lifetime.seconds:
            lifetime = marks[-1].lifetime  # a longer lifetime may not stand after a shorter one
        marks.append(Mark(position, lifetime))
    return Plan(rule, tuple(marks))


def _head(blocks: Sequence[CacheBlock]) -> int:
    """Return how many leading blocks stay the same in a session: tools, system, documents."""
    position = 0
    while position < len(blocks) and blocks[position].role in (*HEAD_ROLES, "attachment"):
        position += 1
    return position
