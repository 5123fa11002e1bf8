"""Changes that move the beginning of a prompt: their caches are replayed, on both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.whatif.advisor import suggestions
from tokencost_profiles.whatif.call_set import CallSet, of_calls
from tokencost_profiles.whatif.changes.mode import waiting_entries
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import REPLAYED_BASE, parse
from tokencost_profiles.whatif.unchanged import Unchanged
from whatifs import AGENT_MODEL, DAY, LONG, agent, call, models_of

SHORTER = ("drop-results=2", "keep-turns=2", "compress=tool_result:0.5", "prune-tools")


def compared(table: PriceTable, cache: Path, calls: CallSet, terms: str) -> tuple[Outcome, Outcome]:
    """Return the outcome of a scenario, and what it is compared with."""
    at = models_of(table, cache, calls)
    outcome = replay(calls, parse(terms), at)
    return outcome, Unchanged(calls, at).of(outcome)


@pytest.mark.parametrize("terms", SHORTER)
def test_both_sides_are_replayed_where_the_log_shows_reads(
    table: PriceTable, cache: Path, terms: str
) -> None:
    outcome, base = compared(table, cache, agent(), terms)
    assert (outcome.cache, base.cache) == ("replayed", "replayed")
    assert base.scenario.name == REPLAYED_BASE
    assert outcome.delta(base) is not None


def test_dropping_results_breaks_the_cache_and_costs_more(table: PriceTable, cache: Path) -> None:
    outcome, base = compared(table, cache, agent(), "drop-results=2")
    assert outcome.totals.usage["cache_read"] < base.totals.usage["cache_read"] / 4
    assert outcome.cost is not None
    assert base.cost is not None
    assert outcome.cost > base.cost
    naive, recorded = compared(table, cache, agent(), "drop-results=2+cache=as-logged")
    assert (naive.cache, recorded.cache) == ("recorded", "recorded")
    assert naive.cost is not None
    assert naive.cost < base.cost  # what the tokens alone seemed to save


def test_the_replay_of_the_unchanged_calls_is_near_their_record(
    table: PriceTable, cache: Path
) -> None:
    calls = agent()
    unchanged = Unchanged(calls, models_of(table, cache, calls))
    error = unchanged.replayed.relative(unchanged.recorded)
    assert error is not None
    assert abs(error) < 0.02
    assert unchanged.used == (unchanged.recorded, unchanged.replayed)


def test_a_session_that_cached_nothing_is_replayed_uncached(table: PriceTable, cache: Path) -> None:
    other = [
        Call(
            model=AGENT_MODEL,
            usage={"input": 5_000, "output": 9},
            session="plain",
            at=DAY + 900 + n,
            parts=(Part("user", LONG * 4, "messages[0]"),),
        )
        for n in range(3)
    ]
    calls = [entry.call for entry in agent().entries]
    alone, both = of_calls(calls), of_calls([*calls, *other])
    costs = [
        Unchanged(one, models_of(table, cache, one)).replayed.totals.usage for one in (alone, both)
    ]
    assert costs[1]["input"] - costs[0]["input"] == 15_000
    assert costs[1]["cache_read"] == costs[0]["cache_read"]


@pytest.mark.parametrize("terms", SHORTER)
def test_nothing_is_replayed_where_nothing_was_read(
    table: PriceTable, cache: Path, terms: str
) -> None:
    outcome, base = compared(table, cache, agent(cached=False), terms)
    assert (outcome.cache, base.cache) == ("recorded", "recorded")
    assert outcome.cost is not None


@pytest.mark.parametrize("terms", ["drop-results=2", "keep-turns=2", "compress=tool_result:0.5"])
@pytest.mark.parametrize("missing", ["text", "time"])
def test_lacking_text_or_time_tokens_are_reported_and_no_saving(
    table: PriceTable, cache: Path, terms: str, missing: str
) -> None:
    calls = agent(text=missing != "text", timed=missing != "time")
    outcome, base = compared(table, cache, calls, terms)
    assert outcome.totals.usage["output"] == 12 * 60
    assert outcome.totals.usage["cache_read"] > 0
    assert (outcome.cost, outcome.delta(base)) == (None, None)


def test_a_batch_is_not_advised_for_calls_that_wait(table: PriceTable, cache: Path) -> None:
    calls = agent()
    at = models_of(table, cache, calls)
    advice = suggestions(calls, Unchanged(calls, at), at)
    names = [one.outcome.scenario.name for one in advice.suggestions]
    assert not [name for name in names if "batch" in name]
    assert advice.not_tried == (
        "batch: not advised, all 12 calls wait for another call of their session",
    )


def test_a_batch_is_advised_for_the_calls_that_do_not_wait(table: PriceTable, cache: Path) -> None:
    alone = [
        call(AGENT_MODEL, usage={"input": 90_000, "output": 900}, session=f"{n}") for n in range(9)
    ]
    calls = of_calls([*alone, *(entry.call for entry in agent().entries)])
    at = models_of(table, cache, calls)
    unchanged = Unchanged(calls, at)
    advice = suggestions(calls, unchanged, at)
    batch = next(one for one in advice.suggestions if one.outcome.scenario.name == "batch")
    singles = of_calls(alone)
    half = Unchanged(singles, models_of(table, cache, singles)).recorded.cost
    assert half is not None
    assert batch.saved * 2 == half
    assert "12 of 21 calls that wait" in advice.not_tried[0]


def test_a_chat_that_has_no_session_id_is_known_by_its_history(
    table: PriceTable, cache: Path
) -> None:
    chat = [
        call(AGENT_MODEL, parts=entry.parts(), usage={"input": 9_000, "output": 90})
        for entry in agent(4).entries
    ]
    single = call(AGENT_MODEL, parts=(Part("user", LONG, "messages[0]"),))
    assert waiting_entries(of_calls([*chat, single]).entries) == {0, 1, 2, 3}


def test_a_mode_that_a_model_lacks_has_no_cost(table: PriceTable, cache: Path) -> None:
    calls = of_calls([call("grok-3")])
    outcome = replay(calls, parse("batch"), models_of(table, cache, calls))
    assert outcome.cost is None
    assert any("has no batch" in note for note in outcome.notes)


def test_the_recorded_session_of_pi(table: PriceTable, cache: Path, corpora: Path) -> None:
    from tokencost_profiles.calls.merging import settle
    from tokencost_profiles.files.paths import from_file
    from tokencost_profiles.logs import read

    (path,) = (corpora / "samples" / "pi-session-jsonl").glob("*.jsonl")
    store = read.read([from_file(path, path.name)], read.ReadOptions(text=True))
    calls = of_calls(settle(store)[0])
    outcome, base = compared(table, cache, calls, "drop-results=3")
    recorded = Unchanged(calls, models_of(table, cache, calls)).recorded
    costs = [row.cost for row in (recorded, base, outcome)]
    assert [f"{cost:.2f}" for cost in costs if cost is not None] == ["42.60", "36.81", "124.40"]
