"""Caches, prompts and calls for the tests of the cache simulator."""

from __future__ import annotations

from decimal import Decimal

from tokencost_pricing.caching import CacheRule, Lifetime
from tokencost_profiles.whatif.prompt_cache.simulator import Block, Turn, simulate

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
OWN_MARK = CacheRule(
    "breakpoints_2026",
    "automatic",
    min_tokens=1024,
    lifetimes=(Lifetime("cache_write_30m", 1800), Lifetime("cache_write_12h", 43200)),
    default="cache_write_30m",
    lookback_breakpoints=80,
)
IMPLICIT = CacheRule("implicit_3", "automatic", min_tokens=4096, idle_seconds=300)
OBJECT = CacheRule("object", "object", min_tokens=4096, idle_seconds=3600)


def block(name: str, tokens: int, role: str = "user", marked: str = "") -> Block:
    """Make a block; `marked` is the lifetime of a mark, or `default`."""
    lifetime = None if marked in ("", "default") else marked
    return Block(name.encode(), tokens, role, bool(marked), lifetime)


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


def turn(
    at: float,
    rule: CacheRule | tuple[CacheRule, ...],
    *blocks: Block,
    scope: str = "a",
    session: str = "",
) -> Turn:
    rules = (rule,) if isinstance(rule, CacheRule) else rule
    return Turn(at, rules, blocks, scope, session)


def run(policy: str, *turns: Turn) -> list[dict[str, int]]:
    return [dict(outcome.usage) for outcome in simulate(turns, policy).outcomes]


def why(policy: str, *turns: Turn) -> list[str | None]:
    return [outcome.missed for outcome in simulate(turns, policy).outcomes]
