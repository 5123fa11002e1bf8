"""The caches of providers at work: one call after another, what is read and what is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tokencost_pricing.caching import CacheRule
from tokencost_profiles.whatif.prompt_cache.blocks import CacheBlock, CacheRequest, prefix_sums
from tokencost_profiles.whatif.prompt_cache.cache_outcome import (
    CHANGED,
    EXPIRED,
    NEVER_WRITTEN,
    NOT_READY,
    OTHER_MODEL,
    OUTSIDE_LOOKBACK,
    TOO_SHORT,
    UNCACHED,
    CacheOutcome,
)
from tokencost_profiles.whatif.prompt_cache.rules import Mark, Plan, plan
from tokencost_profiles.whatif.prompt_cache.store import CacheKey, Node, Tree

_SESSIONS: Final = 20_000  # whose last call is remembered
# A run of tool calls counts as one block of the look-back, and so does a run of results.
_RUNS: Final = ("tool_call", "tool_result")


class _Previous(NamedTuple):
    """The call before, in the same session."""

    blocks: tuple[CacheBlock, ...]  # empty once it has expired
    cache: CacheKey
    covered: int  # tokens of its prefix that the cache held after it
    until: float  # when the first of them expires, if it is not used
    ready: float
    sums: list[int]
    path: list[Node]  # of its blocks, as far as they were looked at


class _Served(NamedTuple):
    """What a cache did with one call."""

    usage: dict[str, int]
    path: list[Node]
    read: int = 0
    covered: int = 0
    until: float = 0.0
    storage: int = 0


class _Prompt(NamedTuple):
    """A request, and what is known of it before any cache is asked."""

    request: CacheRequest
    cache: CacheKey
    sums: list[int]
    path: list[Node]


class Simulator:
    """The caches of all scopes, call after call. Calls come in the order of time."""

    def __init__(self) -> None:
        self._tree = Tree()
        self._past: dict[str, _Previous] = {}

    @property
    def size(self) -> int:
        """How many prefixes are held in memory."""
        return len(self._tree)

    def add(self, request: CacheRequest, policy: str) -> CacheOutcome:
        """Simulate the next call (under any policy but `best`)."""
        past = self._past.pop(request.history, None)
        wanted = plan(request.rules, request.blocks, policy)
        rule = wanted.rule
        prompt = _resumed(request, CacheKey(request.scope, rule.kind if rule else ""), past)
        total = prompt.sums[-1] if prompt.sums else 0
        if rule is None or total < rule.min_tokens or not total:
            served = _Served({"input": total}, prompt.path)
        elif wanted.head:
            served = self._object(prompt, rule, wanted)
        elif wanted.marks:
            served = self._marked(prompt, rule, wanted.marks)
        else:
            served = self._free(prompt, rule)
        self._remember(prompt, served)
        expected = past.covered if past else 0
        if served.read and served.read >= expected:
            return CacheOutcome(served.usage, served.storage, expected)
        reason, role = _reason(request, rule, served, past)
        return CacheOutcome(served.usage, served.storage, expected, reason, role)

    def _free(self, prompt: _Prompt, rule: CacheRule) -> _Served:
        """Store every prefix for nothing; read the longest that is known, in steps."""
        request, cache, sums, path = prompt
        at, idle, longest = request.at, rule.idle_seconds, rule.max_seconds
        self._tree.known(cache, request.blocks, path)
        held = 0
        for node in path:
            if not node.ready <= at <= node.expires:
                break
            held += 1
        read = _in_steps(sums[held - 1] if held else 0, rule)
        if held < len(request.blocks):
            self._tree.grow(cache, request.blocks, path)
        ready = at if request.ready is None else request.ready
        until = at + idle
        if rule.refresh_on_hit:
            for node in path[:held]:
                limit = until if longest is None else node.born + longest
                node.expires = until if until < limit else limit
        for node in path[held:]:
            node.write(at, idle, ready, longest)
        covered = _in_steps(sums[-1], rule)
        return _Served(_split(sums[-1], read), path, read, covered, path[0].expires)

    def _marked(self, prompt: _Prompt, rule: CacheRule, marks: Iterable[Mark]) -> _Served:
        """Store prefixes at marks, billed; read the longest that a mark finds."""
        request, cache, sums, known = prompt
        at, total = request.at, sums[-1]
        usable = [mark for mark in marks if sums[mark.position] >= rule.min_tokens]
        if not usable:
            return _Served({"input": total}, known)
        upto = request.blocks[: usable[-1].position + 1]
        path = self._tree.known(cache, upto, known[: len(upto)])
        hit = _lookup(path, upto, usable, rule, at)
        read = sums[hit] if hit >= 0 else 0
        if hit >= 0 and rule.refresh_on_hit:
            path[hit].use(at, path[hit].seconds, rule.max_seconds)
        if len(path) < len(upto):
            self._tree.grow(cache, upto, path)
        ready = at if request.ready is None else request.ready
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
        return _Served(usage, path, read, sums[last], path[last].expires)

    def _object(self, prompt: _Prompt, rule: CacheRule, wanted: Plan) -> _Served:
        """Store the head of the session as an object: input once, then storage by the hour."""
        request, cache, sums, known = prompt
        at, held = request.at, sums[wanted.head - 1]
        blocks = request.blocks[: wanted.head]
        path = self._tree.known(cache, blocks, known[: wanted.head])
        if len(path) < len(blocks):
            self._tree.grow(cache, blocks, path)
        node = path[-1]
        fresh = not node.live(at)
        before = node.expires
        until = at + wanted.seconds
        if fresh:
            node.expires = until
            node.ready = at if request.ready is None else request.ready
            before = at
        else:
            node.expires = max(until, node.expires)
        node.born = at  # of an object: when it was used last
        paid = node.expires - before
        read = 0 if fresh else held
        storage = round(max(0.0, paid) * held)
        return _Served(_split(sums[-1], read), path, read, held, node.expires, storage)

    def _remember(self, prompt: _Prompt, served: _Served) -> None:
        request, cache, sums, _ = prompt
        ready = request.at if request.ready is None else request.ready
        self._past[request.history] = _Previous(
            request.blocks, cache, served.covered, served.until, ready, sums, served.path
        )
        if len(self._past) > _SESSIONS:
            del self._past[next(iter(self._past))]
        if self._tree.sweep(request.at):
            self._past = {
                session: past._replace(
                    path=[], sums=[], blocks=past.blocks if past.until >= request.at else ()
                )
                for session, past in self._past.items()
            }


def _resumed(request: CacheRequest, cache: CacheKey, past: _Previous | None) -> _Prompt:
    """Start from what is known of the call before, where a prompt continues it."""
    if past is None or not past.sums or past.cache != cache:
        return _Prompt(request, cache, prefix_sums(request.blocks), [])
    shared = len(past.blocks)
    if request.blocks[:shared] != past.blocks:
        return _Prompt(request, cache, prefix_sums(request.blocks), [])
    sums = [*past.sums]
    total = sums[-1]
    for block in request.blocks[shared:]:
        total += block.tokens
        sums.append(total)
    return _Prompt(request, cache, sums, [*past.path])


def _reason(
    request: CacheRequest, rule: CacheRule | None, served: _Served, past: _Previous | None
) -> tuple[str, str | None]:
    if rule is None:
        return UNCACHED, None
    if not served.covered:
        return TOO_SHORT, None
    if past is None or not past.covered:
        return NEVER_WRITTEN, None
    if past.cache.scope != request.scope:
        return OTHER_MODEL, None
    if not past.blocks:
        return EXPIRED, None
    same = 0
    for old, new in zip(past.blocks, request.blocks, strict=False):
        if old.digest != new.digest:
            break
        same += old.tokens
        if same >= past.covered:
            break
    if same < past.covered:
        position = _differs_at(past.blocks, request.blocks)
        blocks = request.blocks if position < len(request.blocks) else past.blocks
        return CHANGED, blocks[position].role
    if past.until < request.at:
        return EXPIRED, None
    if past.ready > request.at:
        return NOT_READY, None
    return OUTSIDE_LOOKBACK, None


def _differs_at(before: Sequence[CacheBlock], after: Sequence[CacheBlock]) -> int:
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
    """Return how much of a known prefix is read: from the smallest on, in full steps."""
    if tokens < rule.min_tokens:
        return 0
    if not rule.increment:
        return tokens
    return tokens - (tokens - rule.min_tokens) % rule.increment


def _lookup(
    path: Sequence[Node],
    blocks: Sequence[CacheBlock],
    marks: Sequence[Mark],
    rule: CacheRule,
    at: float,
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
