"""What holds of the cache simulator for any input."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from caches import AUTOMATIC_MARK, IMPLICIT, MARKS, OBJECT, RATES, STEPS, run
from tokencost_pricing.caching import CacheRule
from tokencost_profiles.whatif.prompt_cache.blocks import CacheBlock, CacheRequest
from tokencost_profiles.whatif.prompt_cache.engine import Simulator
from tokencost_profiles.whatif.prompt_cache.simulator import price_with, simulate

NAMES = st.lists(st.integers(0, 3), min_size=1, max_size=30)
SIZES = (90, 700, 1500, 4200)
RULES: tuple[tuple[CacheRule, ...], ...] = (
    (STEPS,),
    (MARKS,),
    (AUTOMATIC_MARK,),
    (IMPLICIT, OBJECT),
)


@st.composite
def histories(draw: st.DrawFn) -> list[CacheRequest]:
    """Draw calls of a few sessions whose prompts share prefixes by chance."""
    rules = draw(st.sampled_from(RULES))
    requests = []
    at = 0.0
    for names in draw(st.lists(NAMES, max_size=12)):
        at += draw(st.sampled_from((1, 299, 300, 301, 2000, 4000)))
        blocks = [
            CacheBlock(name, SIZES[name], "user" if name else "system") for name in sorted(names)
        ]
        scope = draw(st.sampled_from("ab"))
        requests.append(CacheRequest(at, rules, tuple(blocks), scope, draw(st.sampled_from("xy"))))
    return requests


@given(histories(), st.sampled_from(("off", "as-logged", "auto", "5m", "1h", "best")))
def test_tokens_are_conserved(requests: list[CacheRequest], policy: str) -> None:
    result = simulate(requests, policy, price=price_with(RATES))
    for one, outcome in zip(requests, result.outcomes, strict=True):
        assert sum(outcome.usage.values()) == sum(item.tokens for item in one.blocks)
        assert min(outcome.usage.values()) >= 0
        assert outcome.missed is not None or outcome.read >= outcome.expected


@given(histories())
def test_off_is_all_input(requests: list[CacheRequest]) -> None:
    for one, usage in zip(requests, run("off", *requests), strict=True):
        assert usage == {"input": sum(item.tokens for item in one.blocks)}


@given(histories())
def test_a_longer_lifetime_never_reads_less(requests: list[CacheRequest]) -> None:
    marked = [item._replace(rules=(MARKS,)) for item in requests]
    short, long = run("5m", *marked), run("1h", *marked)
    for five, hour in zip(short, long, strict=True):
        assert hour.get("cache_read", 0) >= five.get("cache_read", 0)


@given(histories(), st.sampled_from(("auto", "5m", "1h")))
def test_scopes_do_not_touch_each_other(requests: list[CacheRequest], policy: str) -> None:
    apart = [item._replace(session=item.scope) for item in requests]
    together = run(policy, *apart)
    for scope in "ab":
        alone = [item for item in apart if item.scope == scope]
        usages = [usage for item, usage in zip(apart, together, strict=True) if item.scope == scope]
        assert run(policy, *alone) == usages


@given(histories(), st.sampled_from(("auto", "5m", "1h")))
def test_the_order_of_calls_given_is_no_matter(requests: list[CacheRequest], policy: str) -> None:
    assert run(policy, *reversed(requests)) == [*reversed(run(policy, *requests))]


@given(histories())
def test_best_is_never_dearer_than_any_single_policy(requests: list[CacheRequest]) -> None:
    price = price_with({**RATES, "cache_write": Decimal("6.25"), "cache_storage_hour": Decimal(1)})

    def total(policy: str) -> Decimal:
        outcomes = simulate(requests, policy, price=price).outcomes
        return sum((price(*pair) for pair in zip(requests, outcomes, strict=True)), Decimal(0))

    assert total("best") <= min(total(policy) for policy in ("off", "auto", "5m", "1h"))


def test_memory_follows_what_is_live() -> None:
    simulator = Simulator()
    for number in range(3000):
        blocks = [CacheBlock(number * 100 + place, 50, "user") for place in range(100)]
        simulator.add(
            CacheRequest(number * 60.0, (STEPS,), tuple(blocks), "a", str(number)), "auto"
        )
    assert simulator.size < 120_000, "300,000 blocks were seen, a few hundred are live"
