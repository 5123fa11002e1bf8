"""What holds of the cache simulator for any input."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from caches import IMPLICIT, MARKS, OBJECT, OWN_MARK, RATES, STEPS, run
from tokencost_pricing.caching import CacheRule
from tokencost_profiles.whatif.prompt_cache.simulator import (
    Block,
    Simulator,
    Turn,
    price_with,
    simulate,
)

NAMES = st.lists(st.integers(0, 3), min_size=1, max_size=30)
SIZES = (90, 700, 1500, 4200)
RULES: tuple[tuple[CacheRule, ...], ...] = ((STEPS,), (MARKS,), (OWN_MARK,), (IMPLICIT, OBJECT))


@st.composite
def histories(draw: st.DrawFn) -> list[Turn]:
    """Draw calls of a few sessions whose prompts share prefixes by chance."""
    rules = draw(st.sampled_from(RULES))
    found = []
    at = 0.0
    for names in draw(st.lists(NAMES, max_size=12)):
        at += draw(st.sampled_from((1, 299, 300, 301, 2000, 4000)))
        blocks = [Block(name, SIZES[name], "user" if name else "system") for name in sorted(names)]
        scope = draw(st.sampled_from("ab"))
        found.append(Turn(at, rules, tuple(blocks), scope, draw(st.sampled_from("xy"))))
    return found


@given(histories(), st.sampled_from(("off", "as-logged", "auto", "5m", "1h", "best")))
def test_tokens_are_conserved(turns: list[Turn], policy: str) -> None:
    result = simulate(turns, policy, price=price_with(RATES))
    for given_turn, outcome in zip(turns, result.outcomes, strict=True):
        assert sum(outcome.usage.values()) == sum(item.tokens for item in given_turn.blocks)
        assert min(outcome.usage.values()) >= 0
    summary = result.summary
    assert summary.hits + sum(missed.calls for missed in summary.misses.values()) == len(turns)


@given(histories())
def test_off_is_all_input(turns: list[Turn]) -> None:
    for given_turn, usage in zip(turns, run("off", *turns), strict=True):
        assert usage == {"input": sum(item.tokens for item in given_turn.blocks)}


@given(histories())
def test_a_longer_lifetime_never_reads_less(turns: list[Turn]) -> None:
    marked = [item._replace(rules=(MARKS,)) for item in turns]
    short, long = run("5m", *marked), run("1h", *marked)
    for five, hour in zip(short, long, strict=True):
        assert hour.get("cache_read", 0) >= five.get("cache_read", 0)


@given(histories(), st.sampled_from(("auto", "5m", "1h")))
def test_scopes_do_not_touch_each_other(turns: list[Turn], policy: str) -> None:
    apart = [item._replace(session=item.scope) for item in turns]
    together = run(policy, *apart)
    for scope in "ab":
        alone = [item for item in apart if item.scope == scope]
        kept = [usage for item, usage in zip(apart, together, strict=True) if item.scope == scope]
        assert run(policy, *alone) == kept


@given(histories(), st.sampled_from(("auto", "5m", "1h")))
def test_the_order_of_calls_given_is_no_matter(turns: list[Turn], policy: str) -> None:
    assert run(policy, *reversed(turns)) == [*reversed(run(policy, *turns))]


@given(histories())
def test_best_is_never_dearer_than_any_single_policy(turns: list[Turn]) -> None:
    price = price_with({**RATES, "cache_write": Decimal("6.25"), "cache_storage_hour": Decimal(1)})

    def total(policy: str) -> Decimal:
        outcomes = simulate(turns, policy, price=price).outcomes
        return sum((price(*pair) for pair in zip(turns, outcomes, strict=True)), Decimal(0))

    assert total("best") <= min(total(policy) for policy in ("off", "auto", "5m", "1h"))


def test_memory_follows_what_is_live() -> None:
    simulator = Simulator()
    for number in range(3000):
        blocks = [Block(number * 100 + place, 50, "user") for place in range(100)]
        simulator.take(Turn(number * 60.0, (STEPS,), tuple(blocks), "a", str(number)), "auto")
    assert simulator.size < 120_000, "300,000 blocks were seen, a few hundred are live"
