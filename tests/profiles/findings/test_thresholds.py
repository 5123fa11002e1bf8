"""Each threshold of a finding: exactly at it, and just beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conftest import NOW
from tokencost_pricing.table import PriceTable
from tokencost_profiles.attribution.finding import Finding
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.attribution.threads import threads_of
from tokencost_profiles.calls.call import ABORTED, PARTIAL, Call
from tokencost_profiles.calls.content import ASSISTANT, TOOL_CALL, Part
from tokencost_profiles.calls.turns import number_turns
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.findings import detectors, find_all

DAY = 1_791_000_000.0  # 2026-10-03
OPUS = "claude-opus-4-5"


@pytest.fixture(scope="module")
def pricer(table: PriceTable) -> Pricer:
    return Pricer(table, NOW)


def call(at: float | None = 0.0, **fields: Any) -> Call:
    fields = {"model": OPUS, "session": "s", "file": "log", "line": 1, **fields}
    return Call(at=None if at is None else DAY + at, **fields)


def finding(
    name: str, calls: list[Call], pricer: Pricer, selected: list[Call] | None = None
) -> Finding | None:
    number_turns(calls)
    chosen = None if selected is None else {id(one) for one in selected}
    inspected = Inspected(threads_of(calls, pricer, chosen), pricer, NOW)
    return next(iter(find_all(inspected, [name])), None)


def saved(name: str, calls: list[Call], pricer: Pricer) -> Decimal | None:
    result = finding(name, calls, pricer)
    return None if result is None else result.saved


@pytest.mark.parametrize(("tokens", "dollars"), [(1_000, "0.005"), (999, None)])
def test_unread_writes_of_a_thousand_tokens(
    tokens: int, dollars: str | None, pricer: Pricer
) -> None:
    calls = [call(usage={"cache_write_1h": tokens, "output": 1})]
    assert saved("unread-1h-writes", calls, pricer) == (Decimal(dollars) if dollars else None)


@pytest.mark.parametrize(
    ("pause", "session", "is_unread"),
    [
        (3_600.0, "s", False),
        (3_601.0, "s", True),
        (3_600.0, "other", False),  # another conversation that begins alike
        (0.0, "other", False),
        (3_601.0, "other", True),
        (-1.0, "other", True),
        (None, "other", False),  # when it was is not known: it may have
    ],
)
def test_who_reads_within_the_hour(
    pause: float | None, session: str, is_unread: bool, pricer: Pricer
) -> None:
    writer = call(usage={"cache_write_1h": 5_000})
    reader = call(pause, session=session, usage={"cache_read": 5_000, "input": 10})
    calls = sorted([writer, reader], key=lambda one: one.at or 0.0)
    assert (finding("unread-1h-writes", calls, pricer) is not None) == is_unread


@pytest.mark.parametrize(
    ("cached", "read", "is_miss"),
    [
        (100_000, 95_000, False),  # 95 % is no miss
        (100_000, 94_999, True),
        (2_000, 0, True),
        (1_999, 0, False),
    ],
)
def test_a_miss_is_below_95_percent_and_of_2000_tokens(
    cached: int, read: int, is_miss: bool, pricer: Pricer
) -> None:
    fresh = cached - read
    calls = [
        call(usage={"cache_write_5m": cached, "output": 1}),
        call(60, usage={"cache_read": read, "cache_write_5m": fresh, "output": 1}),
    ]
    assert saved("cache-broken", calls, pricer) == (
        Decimal(fresh) * Decimal("5.75") / 1_000_000 if is_miss else None
    )


@pytest.mark.parametrize(
    ("pause", "cause"), [(300.0, "unknown"), (301.0, "ttl_expired_5m"), (None, "unknown")]
)
def test_the_cause_of_a_miss_without_text(pause: float | None, cause: str, pricer: Pricer) -> None:
    later = call(pause, usage={"cache_write_5m": 10_000})
    first = call(0.0 if pause is not None else None, usage={"cache_write_5m": 10_000})
    result = finding("cache-broken", [first, later], pricer)
    assert result is not None
    assert [hit.subject for hit in result.hits] == [cause]


def test_implicit_caches_are_missed_at_the_price_of_input(pricer: Pricer) -> None:
    """No writes are billed: what was read before is what was cached."""
    calls = [
        call(model="gpt-5.4", usage={"cache_read": 8_000, "input": 100}),
        call(60, model="gpt-5.4", usage={"input": 8_200}),
    ]
    result = finding("cache-broken", calls, pricer)
    assert result is not None
    assert (result.cost, result.saved) == (Decimal("0.02"), Decimal("0.018"))


def test_what_was_missed_is_paid_in_the_order_of_the_prompt(pricer: Pricer) -> None:
    calls = [
        call(usage={"cache_write_1h": 10_000}),
        call(60, usage={"cache_write_1h": 4_000, "cache_write_5m": 5_000, "input": 3_000}),
    ]
    result = finding("cache-broken", calls, pricer)
    assert result is not None
    # 4,000 x 10 + 5,000 x 6.25 + 1,000 x 5
    assert result.cost == Decimal("0.07625")


@pytest.mark.parametrize(("times", "is_loop"), [(5, True), (4, False)])
def test_a_loop_is_five_calls_on_end(times: int, is_loop: bool, pricer: Pricer) -> None:
    asked = (Part(TOOL_CALL, "", "", "read", hash=b"a"),)
    calls = [call(at, answer=asked, usage={"input": 1_000}) for at in range(times)]
    threads = threads_of(calls, pricer)
    detector = next(one for one in detectors(["loop"]))
    hits = list(detector.find(Inspected(threads, pricer, NOW)))
    assert [hit.cost for hit in hits] == ([Decimal("0.02")] if is_loop else [])


@pytest.mark.parametrize(
    ("prompt", "is_hit"),
    [(200_000, False), (200_001, True), (219_999, True), (220_000, False)],
)
def test_a_tier_is_crossed_by_under_ten_percent(prompt: int, is_hit: bool, pricer: Pricer) -> None:
    calls = [call(model="gemini-2.5-pro", usage={"input": prompt, "output": 10})]
    result = finding("tier-crossed", calls, pricer)
    assert (result is not None) == is_hit
    if result is not None:  # 200,000 x 1.25 + 10 x 10
        assert result.cost is not None
        assert result.cost - (result.saved or 0) == Decimal("0.2501")


@pytest.mark.parametrize(
    ("reasoning", "output", "is_hit"),
    [(1_001, 1_000, True), (1_000, 1_000, False), (1_000, 999, True), (999, 10, False)],
)
def test_reasoning_is_more_than_half(
    reasoning: int, output: int, is_hit: bool, pricer: Pricer
) -> None:
    calls = [call(model="gpt-5.4", usage={"reasoning": reasoning, "output": output})]
    result = finding("reasoning-share", calls, pricer)
    assert (result is not None) == is_hit
    assert result is None or result.saved is None


@pytest.mark.parametrize(
    ("sessions", "tokens", "is_hit"),
    [(8, 20_000, True), (8, 19_999, False), (7, 20_000, False)],
)
def test_a_session_costs_ten_times_the_median_of_eight(
    sessions: int, tokens: int, is_hit: bool, pricer: Pricer
) -> None:
    calls = [call(at, session=f"s{at}", usage={"input": 2_000}) for at in range(sessions - 1)]
    calls.append(call(99, session="last", usage={"input": tokens}))
    assert (finding("costly-session", calls, pricer) is not None) == is_hit


def test_sessions_of_sub_agents_are_those_of_who_started_them(pricer: Pricer) -> None:
    """Eight sessions of a project are needed; a child is none of its own."""
    calls = [call(at, session=f"s{at}", usage={"input": 2_000}) for at in range(6)]
    calls.append(call(50, session="child", started_by="s0", usage={"input": 2_000}))
    calls.append(call(99, session="last", usage={"input": 200_000}))
    assert finding("costly-session", calls, pricer) is None


@pytest.mark.parametrize(
    ("count", "gap", "is_hit"), [(50, 60.0, True), (49, 60.0, False), (50, 61.0, False)]
)
def test_a_job_is_fifty_calls_within_a_minute_of_each_other(
    count: int, gap: float, is_hit: bool, pricer: Pricer
) -> None:
    calls = [call(at * gap, session=None, usage={"input": 1_000}) for at in range(count)]
    assert (finding("batchable", calls, pricer) is not None) == is_hit


@pytest.mark.parametrize(
    "fields", [{"first_token": 0.5}, {"tools": ("read",)}, {"batch": True}, {"session": "one"}]
)
def test_who_waits_is_no_job(fields: dict[str, Any], pricer: Pricer) -> None:
    fields = {"session": None, **fields}
    calls = [call(at, usage={"input": 1_000}, **fields) for at in range(50)]
    assert finding("batchable", calls, pricer) is None


def test_a_job_without_times_may_be_none(pricer: Pricer) -> None:
    calls = [call(None, session=None, usage={"input": 1_000}) for _ in range(50)]
    assert finding("batchable", calls, pricer) is None


@pytest.mark.parametrize(
    ("prompt", "output", "count", "model", "is_hit"),
    [
        (2_000, 100, 20, OPUS, True),
        (2_001, 100, 20, OPUS, False),
        (2_000, 101, 20, OPUS, False),
        (2_000, 100, 19, OPUS, False),
        (2_000, 100, 20, "gpt-4o", True),  # output costs 10 USD a million
        (2_000, 100, 20, "claude-haiku-4-5", False),  # 5 USD
    ],
)
def test_trivial_calls_of_a_dear_model(
    prompt: int, output: int, count: int, model: str, is_hit: bool, pricer: Pricer
) -> None:
    usage = {"input": prompt, "output": output}
    calls = [call(3_600 * at, session=None, model=model, usage=usage) for at in range(count)]
    assert (finding("dear-model", calls, pricer) is not None) == is_hit


def test_a_small_model_of_the_same_maker_and_seller_is_named(pricer: Pricer) -> None:
    usage = {"input": 100, "output": 10}
    names = {"openrouter": "openai/gpt-4o", "openai": "gpt-4o"}
    for provider, model in names.items():
        calls = [
            call(at, session=None, provider=provider, model=model, usage=usage) for at in range(20)
        ]
        result = finding("dear-model", calls, pricer)
        assert result is not None, provider
        assert "gpt" in result.hits[0].subject.partition(": ")[2]
    heard = [
        call(at, session=None, model="gpt-4o", usage={**usage, "input_audio": 5})
        for at in range(20)
    ]
    assert finding("dear-model", heard, pricer) is None


@pytest.mark.parametrize(
    ("tokens", "usual", "peers", "is_hit"),
    [
        (2_000, 200, 20, True),
        (1_999, 100, 20, False),
        (2_000, 201, 20, False),
        (2_000, 200, 19, False),
    ],
)
def test_long_output_is_ten_times_the_median(
    tokens: int, usual: int, peers: int, is_hit: bool, pricer: Pricer
) -> None:
    calls = [
        call(at, session=None, project="web", usage={"input": 10, "output": usual})
        for at in range(peers - 1)
    ]
    calls.append(call(99, session=None, project="web", usage={"input": 10, "output": tokens}))
    assert (finding("long-output", calls, pricer) is not None) == is_hit


def test_long_output_needs_to_know_what_does_the_same(pricer: Pricer) -> None:
    calls = [call(at, session=None, usage={"output": 100}) for at in range(20)]
    calls.append(call(99, session=None, usage={"output": 5_000}))
    assert finding("long-output", calls, pricer) is None


@pytest.mark.parametrize(
    ("size", "output", "source", "is_hit"),
    [
        (240, 20, "reported", False),  # twelve bytes a token
        (241, 20, "reported", True),
        (199, 1, "reported", False),
        (10, 20, PARTIAL, True),
        (400, 1, "counted", False),  # the log has no usage, and says so elsewhere
    ],
)
def test_output_that_cannot_make_its_text(
    size: int, output: int, source: str, is_hit: bool, pricer: Pricer
) -> None:
    answer = (Part(ASSISTANT, "", "", size=size),)
    calls = [call(usage={"output": output}, usage_source=source, answer=answer)]
    assert (finding("placeholder-usage", calls, pricer) is not None) == is_hit


def test_what_an_unfinished_last_call_cost_is_no_retry(pricer: Pricer) -> None:
    first, last = (call(at, status=ABORTED, usage={"input": 1_000}) for at in (0, 1))
    result = finding("retries", [first, last], pricer)
    assert result is not None
    assert (len(result.hits), result.cost, result.saved) == (1, Decimal("0.005"), Decimal("0.005"))


def test_only_calls_that_are_asked_for_cost_anything(pricer: Pricer) -> None:
    """Others explain them: the write before a miss need not be selected."""
    calls = [call(usage={"cache_write_5m": 10_000}), call(60, usage={"cache_write_5m": 10_000})]
    assert finding("cache-broken", calls, pricer, calls[1:]) is not None
    calls = [call(usage={"cache_write_5m": 10_000}), call(60, usage={"cache_write_5m": 10_000})]
    assert finding("cache-broken", calls, pricer, calls[:1]) is None
