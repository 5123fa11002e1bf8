"""The caches of providers at work: one call after another, what is read and what is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tokencost_pricing.caching import CacheRule
from tokencost_profiles.whatif.prompt_cache.blocks import Block, Turn, prefix_sums
from tokencost_profiles.whatif.prompt_cache.rules import Mark, Plan, plan
from tokencost_profiles.whatif.prompt_cache.store import Node, Place, Tree
from tokencost_profiles.whatif.prompt_cache.summary import (
    BEYOND_LOOKBACK,
    CHANGED,
    EXPIRED,
    NEVER_WRITTEN,
    NOT_READY,
    OTHER_MODEL,
    TOO_SHORT,
    UNCACHED,
    Outcome,
)

_SESSIONS: Final = 20_000  # whose last call is remembered
# A run of tool calls counts as one block of the look-back, and so does a run of results.
_RUNS: Final = ("tool_call", "tool_result")


class _Past(NamedTuple):
    """The call before, in the same session."""

    blocks: tuple[Block, ...]  # empty once it has expired
    place: Place
    covered: int  # tokens of its prefix that the cache held after it
    until: float  # when the first of them expires, if it is not used
    ready: float
    sums: list[int]
    path: list[Node]  # of its blocks, as far as they were looked at


class _Found(NamedTuple):
    """What a cache did with one call."""

    usage: dict[str, int]
    path: list[Node]
    read: int = 0
    covered: int = 0
    until: float = 0.0
    storage: int = 0


class _Prompt(NamedTuple):
    """A turn, and what is known of it before any cache is asked."""

    turn: Turn
    place: Place
    sums: list[int]
    path: list[Node]


class Simulator:
    """The caches of all scopes, call after call. Calls come in the order of time."""

    def __init__(self, *, kept_to_last_use: bool = False) -> None:
        self._tree = Tree()
        self._past: dict[str, _Past] = {}
        self._kept_to_last_use = kept_to_last_use

    @property
    def size(self) -> int:
        """How many prefixes are held in memory."""
        return len(self._tree)

    def take(self, turn: Turn, policy: str) -> Outcome:
        """Simulate the next call (under any policy but `best`)."""
        past = self._past.pop(turn.history, None)
        wanted = plan(turn.rules, turn.blocks, policy)
        rule = wanted.rule
        prompt = _resumed(turn, Place(turn.scope, rule.kind if rule else ""), past)
        total = prompt.sums[-1] if prompt.sums else 0
        if rule is None or total < rule.min_tokens or not total:
            found = _Found({"input": total}, prompt.path)
        elif wanted.head:
            found = self._object(prompt, rule, wanted)
        elif wanted.marks:
            found = self._marked(prompt, rule, wanted.marks)
        else:
            found = self._free(prompt, rule)
        self._remember(prompt, found)
        expected = past.covered if past else 0
        if found.read and found.read >= expected:
            return Outcome(found.usage, found.storage, expected)
        reason, role = _reason(turn, rule, found, past)
        return Outcome(found.usage, found.storage, expected, reason, role)

    def _free(self, prompt: _Prompt, rule: CacheRule) -> _Found:
        """Store every prefix for nothing; read the longest that is known, in steps."""
        turn, place, sums, path = prompt
        at, idle, longest = turn.at, rule.idle_seconds, rule.max_seconds
        self._tree.known(place, turn.blocks, path)
        held = 0
        for node in path:
            if not node.ready <= at <= node.expires:
                break
            held += 1
        read = _in_steps(sums[held - 1] if held else 0, rule)
        if held < len(turn.blocks):
            self._tree.grow(place, turn.blocks, path)
        ready = at if turn.ready is None else turn.ready
        until = at + idle
        if rule.refresh_on_hit:
            for node in path[:held]:
                limit = until if longest is None else node.born + longest
                node.expires = until if until < limit else limit
        for node in path[held:]:
            node.write(at, idle, ready, longest)
        covered = _in_steps(sums[-1], rule)
        return _Found(_split(sums[-1], read), path, read, covered, path[0].expires)

    def _marked(self, prompt: _Prompt, rule: CacheRule, marks: Iterable[Mark]) -> _Found:
        """Store prefixes at marks, billed; read the longest that a mark finds."""
        turn, place, sums, known = prompt
        at, total = turn.at, sums[-1]
        usable = [mark for mark in marks if sums[mark.position] >= rule.min_tokens]
        if not usable:
            return _Found({"input": total}, known)
        upto = turn.blocks[: usable[-1].position + 1]
        path = self._tree.known(place, upto, known[: len(upto)])
        hit = _lookup(path, upto, usable, rule, at)
        read = sums[hit] if hit >= 0 else 0
        if hit >= 0 and rule.refresh_on_hit:
            path[hit].use(at, path[hit].seconds, rule.max_seconds)
        if len(path) < len(upto):
            self._tree.grow(place, upto, path)
        ready = at if turn.ready is None else turn.ready
        usage = {"input": 0}
        done = read
        for mark in usable:
            node = path[mark.position]
            if mark.position > hit:
                node.write(at, mark.lifetime.seconds, ready, rule.max_seconds)
                unit = mark.lifetime.unit
                usage[unit] = usage.get(unit, 0) + sums[mark.position] - done
                done = sums[mark.position]
            elif not node.live(at):  # what is read is there to be marked, for nothing
                node.write(at, path[hit].seconds, at, rule.max_seconds)
            elif rule.refresh_on_hit:
                node.use(at, node.seconds, rule.max_seconds)
        usage["input"] = total - max(done, read)
        if read:
            usage[rule.reads] = read
        last = max(usable[-1].position, hit)
        return _Found(usage, path, read, sums[last], path[last].expires)

    def _object(self, prompt: _Prompt, rule: CacheRule, wanted: Plan) -> _Found:
        """Keep the head of the session as an object: input once, then storage by the hour."""
        turn, place, sums, known = prompt
        at, held = turn.at, sums[wanted.head - 1]
        blocks = turn.blocks[: wanted.head]
        path = self._tree.known(place, blocks, known[: wanted.head])
        if len(path) < len(blocks):
            self._tree.grow(place, blocks, path)
        node = path[-1]
        fresh = not node.live(at)
        before = node.born if self._kept_to_last_use else node.expires
        until = at + wanted.seconds
        if fresh:
            node.expires = until
            node.ready = at if turn.ready is None else turn.ready
            before = at
        else:
            node.expires = max(until, node.expires)
        node.born = at  # of an object: when it was used last
        paid = (at if self._kept_to_last_use else node.expires) - before
        read = 0 if fresh else held
        storage = round(max(0.0, paid) * held)
        return _Found(_split(sums[-1], read), path, read, held, node.expires, storage)

    def _remember(self, prompt: _Prompt, found: _Found) -> None:
        turn, place, sums, _ = prompt
        ready = turn.at if turn.ready is None else turn.ready
        self._past[turn.history] = _Past(
            turn.blocks, place, found.covered, found.until, ready, sums, found.path
        )
        if len(self._past) > _SESSIONS:
            del self._past[next(iter(self._past))]
        if self._tree.sweep(turn.at):
            self._past = {
                session: past._replace(
                    path=[], sums=[], blocks=past.blocks if past.until >= turn.at else ()
                )
                for session, past in self._past.items()
            }


def _resumed(turn: Turn, place: Place, past: _Past | None) -> _Prompt:
    """Start from what is known of the call before, where a prompt continues it."""
    if past is None or not past.sums or past.place != place:
        return _Prompt(turn, place, prefix_sums(turn.blocks), [])
    shared = len(past.blocks)
    if turn.blocks[:shared] != past.blocks:
        return _Prompt(turn, place, prefix_sums(turn.blocks), [])
    sums = [*past.sums]
    total = sums[-1]
    for block in turn.blocks[shared:]:
        total += block.tokens
        sums.append(total)
    return _Prompt(turn, place, sums, [*past.path])


def _reason(
    turn: Turn, rule: CacheRule | None, found: _Found, past: _Past | None
) -> tuple[str, str | None]:
    if rule is None:
        return UNCACHED, None
    if not found.covered:
        return TOO_SHORT, None
    if past is None or not past.covered:
        return NEVER_WRITTEN, None
    if past.place.scope != turn.scope:
        return OTHER_MODEL, None
    if not past.blocks:
        return EXPIRED, None
    same = 0
    for old, new in zip(past.blocks, turn.blocks, strict=False):
        if old.digest != new.digest:
            break
        same += old.tokens
        if same >= past.covered:
            break
    if same < past.covered:
        position = _differs_at(past.blocks, turn.blocks)
        blocks = turn.blocks if position < len(turn.blocks) else past.blocks
        return CHANGED, blocks[position].role
    if past.until < turn.at:
        return EXPIRED, None
    if past.ready > turn.at:
        return NOT_READY, None
    return BEYOND_LOOKBACK, None


def _differs_at(before: Sequence[Block], after: Sequence[Block]) -> int:
    for position, (old, new) in enumerate(zip(before, after, strict=False)):
        if old.digest != new.digest:
            return position
    return min(len(before), len(after))


def _split(total: int, read: int) -> dict[str, int]:
    usage = {"input": total - read}
    if read:
        usage["cache_read"] = read
    return usage


def _in_steps(tokens: int, rule: CacheRule) -> int:
    """Return how much of a known prefix is read: from the smallest on, in whole steps."""
    if tokens < rule.min_tokens:
        return 0
    if not rule.increment:
        return tokens
    return tokens - (tokens - rule.min_tokens) % rule.increment


def _lookup(
    path: Sequence[Node], blocks: Sequence[Block], marks: Sequence[Mark], rule: CacheRule, at: float
) -> int:
    """Return the position of the longest live prefix that a mark finds, or -1."""
    for mark in reversed(marks):
        left = rule.lookback_blocks
        entries = rule.lookback_breakpoints
        run = ""
        for position in range(mark.position, -1, -1):
            role = blocks[position].role
            if left is not None and (role != run or role not in _RUNS):
                if not left:
                    break
                left -= 1
            run = role
            if position >= len(path):
                continue
            if path[position].live(at):
                return position
            if entries is not None and path[position].seconds:
                entries -= 1
                if not entries:
                    break
    return -1
