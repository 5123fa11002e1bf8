"""Caches, prompts and calls for the tests of the cache simulator."""

from __future__ import annotations

from decimal import Decimal

from tokencost_pricing.caching import CacheRule, Lifetime
from tokencost_profiles.whatif.prompt_cache.blocks import CacheBlock, CacheRequest
from tokencost_profiles.whatif.prompt_cache.simulator import simulate

FIVE = Lifetime("cache_write_5m", 300)
HOUR = Lifetime("cache_write_1h", 3600)
STEPS = CacheRule(
    "prefix_128", "automatic", min_tokens=1024, increment=128, idle_seconds=300, max_seconds=3600
)
MARKS = CacheRule(
    "explicit",
    "breakpoints",
    min_tokens=1024,
    lifetimes=(FIVE, HOUR),
    default=FIVE.unit,
    lookback_blocks=20,
)
AUTOMATIC_MARK = CacheRule(
    "breakpoints_2026",
    "automatic",
    min_tokens=1024,
    lifetimes=(Lifetime("cache_write_30m", 1800), Lifetime("cache_write_12h", 43200)),
    default="cache_write_30m",
    lookback_breakpoints=80,
)
IMPLICIT = CacheRule("implicit_3", "automatic", min_tokens=4096, idle_seconds=300)
OBJECT = CacheRule("object", "object", min_tokens=4096, idle_seconds=3600)


def block(name: str, tokens: int, role: str = "user", marked: str = "") -> CacheBlock:
    """Make a block; `marked` is the lifetime of a mark, or `default`."""
    lifetime = None if marked in ("", "default") else marked
    return CacheBlock(name.encode(), tokens, role, bool(marked), lifetime)


RATES = {
    name: Decimal(rate)
    for name, rate in (
        ("input", "5"),
        ("cache_read", "0.5"),
        ("cache_write_5m", "6.25"),
        ("cache_write_1h", "10"),
    )
}
TOOLS = block("tools", 2000, "tools")
SYSTEM = block("system", 1000, "system")


def request(
    at: float,
    rule: CacheRule | tuple[CacheRule, ...],
    *blocks: CacheBlock,
    scope: str = "a",
    session: str = "",
) -> CacheRequest:
    rules = (rule,) if isinstance(rule, CacheRule) else rule
    return CacheRequest(at, rules, blocks, scope, session)


def run(policy: str, *requests: CacheRequest) -> list[dict[str, int]]:
    return [dict(outcome.usage) for outcome in simulate(requests, policy).outcomes]


def why(policy: str, *requests: CacheRequest) -> list[str | None]:
    return [outcome.missed for outcome in simulate(requests, policy).outcomes]


class PromptGrower:
    """Blocks of prompts whose text is not logged, from what was billed for them.

    A prompt that is longer than the one before continues it; a shorter one has the first call's
    prompt, where it is long enough, and other text after it.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[CacheBlock, ...]] = {}
        self._count = 0

    def __call__(self, session: str, billed: int) -> tuple[CacheBlock, ...]:
        """Return the blocks of the next call of a session."""
        before = self._last.get(session, ())
        prefix = before if billed >= _tokens(before) else before[:1]
        if billed < _tokens(prefix):
            prefix = ()
        added = billed - _tokens(prefix)
        if added:
            self._count += 1
            role = "user" if prefix else "head"
            prefix = (*prefix, CacheBlock(f"{session} {self._count}".encode(), added, role))
        self._last[session] = prefix
        return prefix


def _tokens(blocks: tuple[CacheBlock, ...]) -> int:
    return sum(block.tokens for block in blocks)
