"""The cache simulator against cases computed by hand. The laws are in test_cache_laws.py."""

from __future__ import annotations

import pytest

from caches import (
    AUTOMATIC_MARK,
    IMPLICIT,
    MARKS,
    OBJECT,
    STEPS,
    SYSTEM,
    TOOLS,
    block,
    request,
    run,
    why,
)
from tokencost_profiles.whatif.prompt_cache.blocks import CacheRequest
from tokencost_profiles.whatif.prompt_cache.engine import Simulator
from tokencost_profiles.whatif.prompt_cache.rules import good_marks
from tokencost_profiles.whatif.prompt_cache.simulator import simulate

# Automatic caches: free writes, reads in steps.


@pytest.mark.parametrize(
    ("prefix", "read"),
    [(1023, 0), (1024, 1024), (1151, 1024), (1152, 1152), (2006, 1920), (4352, 4352)],
)
def test_openai_reads_1024_and_then_steps_of_128(prefix: int, read: int) -> None:
    shared, other = block("p", prefix), block("q", 2000)
    first, second = run(
        "auto", request(0, STEPS, shared, block("r", 3000)), request(1, STEPS, shared, other)
    )
    assert first == {"input": prefix + 3000}
    assert second.get("cache_read", 0) == read
    assert second["input"] == prefix + 2000 - read


def test_an_idle_gap_ends_an_automatic_cache_and_a_read_renews_it() -> None:
    prompt = block("p", 1024)
    requests = [request(at, STEPS, prompt) for at in (0, 290, 580, 881)]
    assert [usage.get("cache_read", 0) for usage in run("auto", *requests)] == [0, 1024, 1024, 0]
    assert why("auto", *requests) == ["never written", None, None, "expired"]


def test_an_automatic_cache_ends_after_its_longest_life_however_often_it_is_read() -> None:
    requests = [request(at, STEPS, block("p", 1024)) for at in range(0, 4000, 200)]
    read = [usage.get("cache_read", 0) for usage in run("auto", *requests)]
    assert read.index(0, 1) == 19  # at 3,800 s; at 3,600 s it was still there
    assert read.count(0) == 2


def test_the_longest_life_ends_before_an_idle_gap_does() -> None:
    rule = STEPS._replace(max_seconds=200)
    first, last, late = (request(at, rule, block("p", 1024)) for at in (0, 200, 201))
    assert run("auto", first, last)[1] == {"input": 0, "cache_read": 1024}
    assert run("auto", first, late)[1] == {"input": 1024}


def test_a_longer_prompt_reads_as_far_as_it_is_the_same() -> None:
    requests = [
        request(0, STEPS, TOOLS, SYSTEM, block("x", 500)),
        request(1, STEPS, TOOLS, SYSTEM, block("y", 500), block("z", 500)),
    ]
    outcome = simulate(requests, "auto").outcomes[1]
    assert outcome.usage == {"input": 4000 - 2944, "cache_read": 2944}  # 1,024 + 15 x 128
    assert (outcome.missed, outcome.role) == ("prefix changed", "user")


def test_a_newer_openai_model_bills_the_write_at_the_end_of_the_prompt() -> None:
    a, b, c = (block(name, 1000) for name in "abc")
    assert run(
        "auto", request(0, AUTOMATIC_MARK, a, b), request(1700, AUTOMATIC_MARK, a, b, c)
    ) == [
        {"input": 0, "cache_write_30m": 2000},
        {"input": 0, "cache_write_30m": 1000, "cache_read": 2000},
    ]
    long = request(7000, AUTOMATIC_MARK, a, b, c)
    assert run("1h", request(0, AUTOMATIC_MARK, a, b), long)[0] == {
        "input": 0,
        "cache_write_12h": 2000,
    }
    assert run("1h", request(0, AUTOMATIC_MARK, a, b), long)[1]["cache_read"] == 2000


def test_a_newer_openai_model_finds_a_breakpoint_however_far_back() -> None:
    many = [block(str(number), 100) for number in range(60)]
    requests = [request(0, AUTOMATIC_MARK, *many[:15]), request(1, AUTOMATIC_MARK, *many)]
    assert run("auto", *requests)[1]["cache_read"] == 1500


def test_only_so_many_of_the_latest_breakpoints_are_considered() -> None:
    a, b, c, d = (block(name, 2000) for name in "abcd")
    stored = a._replace(marked=True, lifetime="12h")

    def last(considered: int) -> int:
        rule = AUTOMATIC_MARK._replace(lookback_breakpoints=considered)
        requests = [request(0, rule, stored), request(1, rule, a, b), request(2, rule, a, b, c)]
        return run("as-logged", *requests, request(4000, rule, a, b, c, d))[3].get("cache_read", 0)

    assert (last(2), last(3)) == (0, 2000)


# Breakpoints: billed writes, look-back.


@pytest.mark.parametrize(("added", "read"), [(1, 2000), (19, 2000), (20, 0), (25, 0)])
def test_a_breakpoint_looks_back_twenty_blocks_itself_included(added: int, read: int) -> None:
    head = block("head", 2000)
    tail = [block(str(number), 10) for number in range(added)]
    requests = [request(0, MARKS, head), request(1, MARKS, head, *tail)]
    usage = run("auto", *requests)[1]
    assert usage.get("cache_read", 0) == read
    assert usage["cache_write_5m"] == 2000 + 10 * added - read
    assert why("auto", *requests)[1] == (None if read else "outside the look-back")


def test_a_run_of_tool_calls_or_of_results_is_one_step_of_the_look_back() -> None:
    head = block("head", 2000)
    calls = [block(f"call {number}", 10, "tool_call") for number in range(15)]
    results = [block(f"result {number}", 10, "tool_result") for number in range(15)]
    requests = [request(0, MARKS, head), request(1, MARKS, head, *calls, *results)]
    assert run("auto", *requests)[1] == {"input": 0, "cache_read": 2000, "cache_write_5m": 300}


def test_a_good_client_finds_its_last_write_however_long_the_answer() -> None:
    question = block("q", 1000)
    answer = [block(f"answer {number}", 10, "assistant") for number in range(30)]
    after = (TOOLS, SYSTEM, question, *answer, block("next", 50))
    assert good_marks(after) == [0, 1, 2, 33]
    requests = [request(0, MARKS, TOOLS, SYSTEM, question), request(1, MARKS, *after)]
    assert run("5m", *requests)[1] == {"input": 0, "cache_read": 4000, "cache_write_5m": 350}
    assert run("auto", *requests)[1] == {"input": 0, "cache_write_5m": 4350}


def test_a_head_of_several_blocks_is_marked_at_its_ends() -> None:
    tools, system = block("t", 500, "tools"), block("s", 500, "system")
    prompt = [tools, tools, system, system, system, block("u", 10)]
    assert good_marks(prompt) == [1, 4, 5]
    assert good_marks(prompt[1:]) == [0, 3, 4]


def test_reads_of_a_cache_have_the_unit_of_its_rule() -> None:
    rule = MARKS._replace(reads="cache_read_explicit")
    requests = [request(at, rule, block("p", 2000)) for at in (0, 1)]
    assert run("auto", *requests)[1] == {"input": 0, "cache_read_explicit": 2000}
    assert simulate(requests, "auto").outcomes[1].read == 2000


def test_a_lifetime_begins_with_the_request_and_a_hit_renews_it() -> None:
    requests = [request(at, MARKS, block("p", 2000)) for at in (0, 300, 600, 901)]
    assert run("auto", *requests) == [
        {"input": 0, "cache_write_5m": 2000},
        {"input": 0, "cache_read": 2000},
        {"input": 0, "cache_read": 2000},
        {"input": 0, "cache_write_5m": 2000},
    ]
    assert run("1h", *requests)[3] == {"input": 0, "cache_read": 2000}


def test_a_hit_through_look_back_renews_what_it_read() -> None:
    head = block("head", 2000)
    requests = [
        request(0, MARKS, head),
        request(200, MARKS, head, block("a", 10)),
        request(450, MARKS, head, block("b", 10)),
    ]
    assert run("auto", *requests)[2] == {"input": 0, "cache_read": 2000, "cache_write_5m": 10}


def test_a_hit_renews_the_marks_before_it() -> None:
    requests = [
        request(0, MARKS, TOOLS, SYSTEM, block("q", 500)),
        request(200, MARKS, TOOLS, SYSTEM, block("q", 500)),
        request(450, MARKS, TOOLS, SYSTEM, block("summary", 400)),
    ]
    assert run("5m", *requests)[2] == {"input": 0, "cache_read": 3000, "cache_write_5m": 400}


def test_a_mark_inside_what_is_read_is_stored_for_nothing() -> None:
    simulator = Simulator()
    prompt = request(0, MARKS, TOOLS, SYSTEM, block("q", 500))
    assert simulator.add(prompt, "auto").usage == {"input": 0, "cache_write_5m": 3500}
    assert simulator.add(prompt._replace(at=10), "5m").usage == {"input": 0, "cache_read": 3500}
    other = request(20, MARKS, TOOLS, SYSTEM, block("other", 400))
    assert simulator.add(other, "5m").usage["cache_read"] == 3000


def test_marks_of_an_hour_stand_before_marks_of_five_minutes() -> None:
    tools = block("tools", 2000, "tools", "1h")
    system = block("system", 1000, "system", "5m")
    last = block("hi", 100, "user", "default")
    tail = block("tail", 7)
    first, second = run(
        "as-logged",
        request(0, MARKS, tools, system, last, tail),
        request(400, MARKS, tools, system, last),
    )
    assert first == {"input": 7, "cache_write_1h": 2000, "cache_write_5m": 1100}
    assert second == {"input": 0, "cache_read": 2000, "cache_write_5m": 1100}


def test_an_hour_asked_for_after_five_minutes_is_five_minutes() -> None:
    wrong = (block("a", 2000, "tools", "5m"), block("b", 1000, "user", "1h"))
    assert run("as-logged", request(0, MARKS, *wrong)) == [{"input": 0, "cache_write_5m": 3000}]


def test_only_the_last_four_marks_count() -> None:
    marked = [block(str(number), 2000, "user", "5m") for number in range(6)]
    requests = [
        request(0, MARKS, *marked),
        request(1, MARKS, marked[0], block("x", 9, "user", "5m")),
    ]
    assert "cache_read" not in run("as-logged", *requests)[1]


def test_where_no_mark_is_nothing_is_written_as_logged() -> None:
    assert run("as-logged", request(0, MARKS, TOOLS)) == [{"input": 2000}]


def test_a_request_below_the_minimum_writes_nothing() -> None:
    small = request(0, MARKS, block("p", 1023))
    assert run("5m", small, small) == [{"input": 1023}] * 2
    assert why("5m", small, small) == ["below the minimum"] * 2


def test_a_mark_below_the_minimum_writes_nothing_where_a_later_one_does() -> None:
    parts = (block("system", 1000, "system"), block("hi", 500))
    assert run("5m", request(0, MARKS, *parts)) == [{"input": 0, "cache_write_5m": 1500}]
    changed = request(1, MARKS, parts[0], block("other", 500))
    assert run("5m", request(0, MARKS, *parts), changed)[1] == {"input": 0, "cache_write_5m": 1500}


# Histories.


def test_a_fork_reads_what_it_shares() -> None:
    common = [TOOLS, SYSTEM, block("q", 500), block("a", 100, "assistant")]
    requests = [
        request(0, MARKS, *common[:3], session="one"),
        request(10, MARKS, *common, block("left", 40), session="one"),
        request(20, MARKS, *common, block("right", 60), session="two"),
    ]
    assert run("5m", *requests)[2] == {"input": 0, "cache_read": 3500, "cache_write_5m": 160}


def test_compaction_reads_only_tools_and_system() -> None:
    requests = [
        request(0, MARKS, TOOLS, SYSTEM, block("long", 9000)),
        request(10, MARKS, TOOLS, SYSTEM, block("summary", 400)),
    ]
    outcome = simulate(requests, "5m").outcomes[1]
    assert outcome.usage == {"input": 0, "cache_read": 3000, "cache_write_5m": 400}
    assert (outcome.missed, outcome.role, outcome.expected) == ("prefix changed", "user", 12000)


def test_another_model_reads_nothing_and_the_first_stays_cached() -> None:
    requests = [
        request(0, MARKS, TOOLS, scope="opus", session="s"),
        request(10, STEPS, TOOLS, scope="luna", session="s"),
        request(20, MARKS, TOOLS, scope="opus", session="s"),
    ]
    assert [usage.get("cache_read", 0) for usage in run("auto", *requests)] == [0, 0, 2000]
    assert why("auto", *requests)[1] == "other model"


def test_what_is_still_being_written_is_not_read() -> None:
    writes = CacheRequest(0, (MARKS,), (TOOLS,), "a", "one", ready=5)
    early, late = (CacheRequest(at, (MARKS,), (TOOLS,), "a", "one") for at in (3, 5))
    assert run("auto", writes, early)[1] == {"input": 0, "cache_write_5m": 2000}
    assert why("auto", writes, early)[1] == "still being written"
    assert run("auto", writes, late)[1] == {"input": 0, "cache_read": 2000}


def test_each_call_has_the_rules_of_its_day() -> None:
    lower = MARKS._replace(min_tokens=512)
    prompt = block("p", 600)
    requests = [request(at, rule, prompt) for at, rule in ((0, MARKS), (10, lower), (20, lower))]
    assert run("5m", *requests) == [
        {"input": 600},
        {"input": 0, "cache_write_5m": 600},
        {"input": 0, "cache_read": 600},
    ]


# Objects: input once, storage by the hour.


def test_a_gemini_object_is_paid_once_and_stored_until_its_lifetime_ends() -> None:
    system = block("system", 5000, "system")
    rules = (IMPLICIT, OBJECT)
    requests = [request(at, rules, system, block(str(at), 100)) for at in (0, 1800, 9000)]
    result = simulate(requests, "1h")
    assert [dict(outcome.usage) for outcome in result.outcomes] == [
        {"input": 5100},
        {"input": 100, "cache_read": 5000},
        {"input": 5100},
    ]
    # Each use keeps it for another hour: 0 to 5,400 s, then 9,000 to 12,600 s.
    assert [outcome.storage for outcome in result.outcomes] == [
        5000 * 3600,
        5000 * 1800,
        5000 * 3600,
    ]
