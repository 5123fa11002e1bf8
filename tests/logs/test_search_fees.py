"""Searches beside the tokens: counted once, at the price of the API that ran them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from logs.answers import (
    NOW,
    chat,
    cost_of,
    gemini,
    lines,
    response,
)
from logs.reading import from_text, totals
from profiles.test_profile import total_of
from profiling import profile_of
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.call_pricer import Pricer


@pytest.mark.parametrize(
    ("model", "tool", "fee"),
    [
        ("gpt-4.1", "web_search_preview", "0.025"),
        ("gpt-4o-mini", "web_search_preview_2025_03_11", "0.025"),
        ("gpt-5-mini", "web_search_preview", "0.01"),
        ("o3", "web_search_preview", "0.01"),
        ("gpt-4.1", "web_search", "0.01"),
        ("gpt-4o", "web_search_2025_08_26", "0.01"),
    ],
)
def test_preview_search_has_a_price_apart(
    table: PriceTable, model: str, tool: str, fee: str
) -> None:
    bare = cost_of(table, lines(response(model)))
    assert bare is not None
    items = [
        {"type": "web_search_call", "id": "ws_1", "action": {"type": "search", "query": "x"}},
        {"type": "web_search_call", "id": "ws_2", "action": {"type": "open_page", "url": "u"}},
    ]
    calls = lines(response(model, output=items, tools=[{"type": tool}]))
    assert cost_of(table, calls) == bare + Decimal(fee)
    asked = {"model": model, "tools": [{"type": tool}]}
    calls = lines({"request": asked, "response": response(model, output=items)})
    assert cost_of(table, calls) == bare + Decimal(fee)


def test_what_the_answer_reports_beats_its_items(table: PriceTable) -> None:
    items = [{"type": "web_search_call", "id": "ws_1", "status": "completed"}]
    stated = {"web_search": {"num_requests": 3}}
    (call,) = lines(response("gpt-5.4", output=items, tool_usage=stated))
    assert (call.usage or {})["web_search"] == 3


@pytest.mark.parametrize(
    ("model", "queries", "searches", "fee"),
    [
        ("gemini-2.5-flash", ["a", "b", "c"], 3, "0.035"),
        ("gemini-2.5-pro", ["a"], 1, "0.035"),
        ("gemini-2.0-flash", ["a", "b"], 2, "0.035"),
        ("gemini-3.8-flash", ["a", "b"], 2, "0.028"),
        ("gemini-3.8-flash", ["a", "", "a", "b"], 2, "0.028"),
        ("gemini-2.5-flash", [], 0, "0"),
    ],
)
@pytest.mark.parametrize("snake", [False, True])
@pytest.mark.parametrize("vertex", [False, True])
def test_grounding_is_paid_by_the_prompt_then_by_the_query(
    table: PriceTable,
    model: str,
    queries: list[str],
    searches: int,
    fee: str,
    snake: bool,
    vertex: bool,
) -> None:
    answer = gemini(model, {"web_search_queries" if snake else "webSearchQueries": queries})
    if vertex:
        answer["usageMetadata"]["trafficType"] = "ON_DEMAND"
    if snake:
        candidate = answer["candidates"][0]
        candidate["grounding_metadata"] = candidate.pop("groundingMetadata")
    plain = gemini(model, {})
    plain["usageMetadata"] = answer["usageMetadata"]
    calls = lines(answer)
    assert (calls[0].usage or {}).get("web_search", 0) == searches
    bare = cost_of(table, lines(plain))
    if bare is not None:
        assert cost_of(table, calls) == bare + Decimal(fee)


def test_chunks_of_a_stream_have_one_grounding() -> None:
    first = gemini("gemini-3.8-flash", {"webSearchQueries": ["a", "b"]})
    last = gemini(
        "gemini-3.8-flash",
        {
            "webSearchQueries": ["a", "b"],
            "groundingChunks": [{"web": {"uri": "u"}}, {"maps": {"placeId": "p"}}],
        },
    )
    for text in (
        "".join(f"data: {json.dumps(block)}\n\n" for block in (first, last)),
        json.dumps([first, last]),
        f"{json.dumps(first)}\n{json.dumps(last)}\n",
    ):
        calls, _ = from_text(text, "log.json")
        assert totals(calls)["web_search"] == 2, text
        assert totals(calls)["maps_grounding"] == 1, text


INTERACTION = {"total_input_tokens": 1000, "total_output_tokens": 100, "total_tokens": 1100}
SEARCH_STEP = {"type": "google_search_call", "arguments": {"queries": ["a", "", "b", "a"]}}


def test_interactions_count_their_searches() -> None:
    shared = {
        "id": "v1_" + "x" * 30,
        "model": "gemini-3.8-flash",
        "created": "2026-10-01T00:00:00Z",
    }
    interaction = {**shared, "steps": [SEARCH_STEP], "usage": INTERACTION}
    counted = {**INTERACTION, "grounding_tool_count": [{"type": "google_search", "count": 4}]}
    assert totals(lines(interaction))["web_search"] == 2
    assert totals(lines({**interaction, "usage": counted}))["web_search"] == 4
    events: list[dict[str, Any]] = [
        {"event_type": "interaction.created", "interaction": shared},
        {"event_type": "step.start", "index": 0, "step": SEARCH_STEP},
        {
            "event_type": "interaction.completed",
            "interaction": {"id": shared["id"], "status": "completed", "usage": INTERACTION},
        },
    ]
    stream = "".join(f"event: {e['event_type']}\ndata: {json.dumps(e)}\n\n" for e in events)
    for calls in (lines(*events), from_text(stream, "log.sse")[0]):
        assert [c.model for c in calls] == ["gemini-3.8-flash"]
        assert totals(calls) == {"input": 1000, "output": 100, "web_search": 2}


@pytest.mark.parametrize(
    ("model", "context", "fee"),
    [
        ("sonar", "low", "0.005"),
        ("sonar", "medium", "0.008"),
        ("sonar", "high", "0.012"),
        ("sonar-pro", "low", "0.006"),
        ("sonar-pro", "high", "0.014"),
        ("sonar-pro", None, "0.006"),
        ("sonar-reasoning", "medium", "0.008"),
        ("sonar-reasoning-pro", "medium", "0.01"),
    ],
)
def test_perplexity_is_paid_by_the_search_context(
    table: PriceTable, model: str, context: str | None, fee: str
) -> None:
    may = 1_778_000_000
    rates = {"sonar": "1 1", "sonar-pro": "3 15", "sonar-reasoning": "1 5"}
    input_rate, output_rate = map(Decimal, rates.get(model, "2 8").split())
    wanted = (input_rate * 1000 + output_rate * 100) / 1_000_000 + Decimal(fee)
    options = {"search_context_size": context} if context else {}
    assert cost_of(table, lines(chat(model, options, may))) == wanted
    asked = {"model": model, "web_search_options": {"search_context_size": context or "low"}}
    assert cost_of(table, lines({"request": asked, "response": chat(model, {}, may)})) == wanted


def test_perplexity_research_is_paid_by_the_query(table: PriceTable) -> None:
    usage = {"citation_tokens": 20_000, "num_search_queries": 18, "reasoning_tokens": 70_000}
    calls = lines(chat("sonar-deep-research", usage, 1_778_000_000))
    assert totals(calls) == {
        "input": 1000,
        "output": 100,
        "reasoning": 70_000,
        "citation": 20_000,
        "web_search": 18,
    }
    assert cost_of(table, calls) == Decimal("0.002") + Decimal("0.0008") + Decimal(
        "0.21"
    ) + Decimal("0.04") + Decimal("0.09")


def test_sources_of_live_search_are_paid_until_it_ended(table: PriceTable) -> None:
    september, may = 1_757_000_000, 1_778_000_000
    calls = lines(chat("grok-4", {"num_sources_used": 10}, september))
    assert cost_of(table, calls) == Decimal("0.0045") + Decimal("0.25")
    later = lines(chat("grok-4.3", {"num_sources_used": 10}, may))
    total = total_of(profile_of(later, Pricer(table, NOW)))
    assert any("10 left out" in note for note in total.price_notes)


def test_agent_tools_of_xai_are_paid_by_the_call(table: PriceTable) -> None:
    used = {
        "web_search_calls": 2,
        "x_search_calls": 1,
        "code_interpreter_calls": 1,
        "mcp_calls": 5,
        "file_search_calls": 2,
        "document_search_calls": 1,
    }
    answer = response("grok-4.3", output=[{"type": "web_search_call"}] * 7)
    answer["usage"] |= {"num_sources_used": 9, "server_side_tool_usage_details": used}
    calls = lines(answer)
    bare = cost_of(table, lines(response("grok-4.3")))
    assert bare is not None
    fees = (
        Decimal("0.01") + Decimal("0.005") + Decimal("0.005") + Decimal("0.005") + Decimal("0.01")
    )
    assert cost_of(table, calls) == bare + fees
    assert "search_sources" not in totals(calls)
