"""Fees beside tokens, and passes: what is billed, counted once and at its own price."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from logs.reading import from_text, totals
from profiles.test_profile import total_of
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.profile import profile_of
from tokencost_profiles.providers.answers.passes import SHORT

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CREATED = 1_790_000_000  # 21 September 2026


def lines(*rows: Any) -> list[Call]:
    return from_text("".join(json.dumps(row) + "\n" for row in rows))[0]


def cost_of(table: PriceTable, calls: list[Call]) -> Decimal | None:
    total = total_of(profile_of(calls, Pricer(table, NOW)))
    return None if total.unpriced_calls else total.cost


def response(model: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """Return an answer of the Responses API: 1,000 tokens in, 100 out."""
    return {
        "id": f"resp_{number:048d}",
        "object": "response",
        "created_at": CREATED + number,
        "status": "completed",
        "model": model,
        "output": [],
        "usage": {
            "input_tokens": 1000,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 100,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 1100,
        },
        **more,
    }


def chat(model: str, usage: dict[str, Any], created: int = CREATED, **more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, **usage}
    return {
        "id": "chatcmpl-" + "0" * 28,
        "object": "chat.completion",
        "created": created,
        "model": model,
        "usage": usage,
        "choices": [{"index": 0, "message": {"content": "x"}, "finish_reason": "stop"}],
        **more,
    }


def gemini(model: str, metadata: Any, **more: Any) -> dict[str, Any]:
    return {
        "candidates": [
            {
                "content": {"parts": [{"text": "x"}], "role": "model"},
                "finishReason": "STOP",
                "groundingMetadata": metadata,
            }
        ],
        "modelVersion": model,
        "responseId": "abcDEFghiJKLmnoPQRstuv",
        "usageMetadata": {
            "promptTokenCount": 1000,
            "candidatesTokenCount": 100,
            "totalTokenCount": 1100,
        },
        "createTime": "2026-10-01T00:00:00Z",
        **more,
    }


def message(usage: dict[str, Any], model: str = "claude-opus-4-8", **more: Any) -> dict[str, Any]:
    return {
        "id": "msg_01" + "0" * 22,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": "end_turn",
        "usage": {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, **usage},
        **more,
    }


def a_pass(kind: str, given: int, made: int, model: str | None = None) -> dict[str, Any]:
    named = {"model": model} if model else {}
    return {"type": kind, "input_tokens": given, "output_tokens": made, **named}


# Images of the Responses API.


def image_answer(*tools: Any, **more: Any) -> dict[str, Any]:
    made = {
        "input_tokens": 50,
        "input_tokens_details": {"text_tokens": 30, "image_tokens": 20},
        "output_tokens": 4160,
        "total_tokens": 4210,
    }
    items = [{"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": "x"}]
    return response(
        "gpt-5.4", output=items, tools=list(tools), tool_usage={"image_gen": made}, **more
    )


def test_an_image_without_a_named_model_is_counted_and_has_no_price(table: PriceTable) -> None:
    calls = lines(image_answer())
    assert totals(calls) == {"input": 1030, "input_image": 20, "output": 100, "output_image": 4160}
    assert cost_of(table, calls) is None
    assert any("does not name the image model" in note for c in calls for note in c.warnings)


def test_an_image_is_a_call_of_the_model_that_the_tool_names() -> None:
    calls = lines(image_answer({"type": "image_generation", "model": "gpt-image-1"}))
    assert [(c.model, c.scope) for c in calls] == [("gpt-5.4", "call"), ("gpt-image-1", "pass")]
    asked = {"model": "gpt-5.4", "tools": [{"type": "image_generation", "model": "gpt-image-2"}]}
    calls = lines({"request": asked, "response": image_answer()})
    assert [c.model for c in calls] == ["gpt-5.4", "gpt-image-2"]
    assert not any(c.warnings for c in calls)


def test_an_image_is_priced_by_its_model(table: PriceTable) -> None:
    calls = lines(image_answer({"type": "image_generation", "model": "gpt-image-1"}))
    image = Decimal(30 * 5 + 20 * 10 + 4160 * 40) / 1_000_000
    assert cost_of(table, calls) == Decimal("0.004") + image
    asked = {"model": "gpt-image-1", "prompt": "a boat", "size": "1024x1024"}
    answer = {
        "created": CREATED,
        "data": [{"b64_json": "x"}],
        "size": "1024x1024",
        "usage": {
            "input_tokens": 50,
            "output_tokens": 4160,
            "total_tokens": 4210,
            "input_tokens_details": {"text_tokens": 30, "image_tokens": 20},
        },
    }
    assert cost_of(table, lines({"request": asked, "response": answer})) == image


def test_an_image_without_tokens_is_named() -> None:
    items = [{"type": "image_generation_call", "id": "ig_1", "result": "x"}]
    (call,) = lines(response("gpt-5", output=items))
    assert any("images were made" in note for note in call.warnings)


# Searches.


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
def test_preview_search_has_its_own_price(
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
    told = {"web_search": {"num_requests": 3}}
    (call,) = lines(response("gpt-5.4", output=items, tool_usage=told))
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


def test_pieces_of_a_stream_tell_of_one_grounding() -> None:
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
    whole = {**shared, "steps": [SEARCH_STEP], "usage": INTERACTION}
    counted = {**INTERACTION, "grounding_tool_count": [{"type": "google_search", "count": 4}]}
    assert totals(lines(whole))["web_search"] == 2
    assert totals(lines({**whole, "usage": counted}))["web_search"] == 4
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
    given, made = map(Decimal, rates.get(model, "2 8").split())
    wanted = (given * 1000 + made * 100) / 1_000_000 + Decimal(fee)
    told = {"search_context_size": context} if context else {}
    assert cost_of(table, lines(chat(model, told, may))) == wanted
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


# Containers.


def test_a_container_is_paid_once_however_many_answers_use_it() -> None:
    ran = {"type": "code_interpreter_call", "id": "ci_1", "container_id": "cntr_1"}
    other = {**ran, "container_id": "cntr_2"}
    calls = lines(
        response("gpt-5.4", 1, output=[ran, ran]),
        response("gpt-5.4", 2, output=[ran, other]),
        response("gpt-5.4", 3, output=[other]),
    )
    assert totals(calls)["code_container"] == 2
    assert [(c.usage or {}).get("code_container") for c in calls] == [1, 1, None]


@pytest.mark.parametrize(
    ("memory", "unit", "fee"),
    [
        (None, "code_container", "0.03"),
        ("1g", "code_container", "0.03"),
        ("4g", "code_container_4g", "0.12"),
        ("64g", "code_container_64g", "1.92"),
    ],
)
def test_a_container_is_paid_by_its_memory(
    table: PriceTable, memory: str | None, unit: str, fee: str
) -> None:
    tool = {"type": "code_interpreter", "container": {"type": "auto", "memory_limit": memory}}
    ran = {"type": "code_interpreter_call", "id": "ci_1", "container_id": "cntr_1"}
    calls = lines(response("gpt-5.4", output=[ran], tools=[tool]))
    assert totals(calls)[unit] == 1
    assert cost_of(table, calls) == Decimal("0.004") + Decimal(fee)


def test_code_that_claude_ran_is_named_where_its_hours_are_not_known(table: PriceTable) -> None:
    block = {"type": "server_tool_use", "id": "s", "name": "bash_code_execution", "input": {}}
    place = {"id": "container_01", "expires_at": "2026-10-01T00:00:00Z"}
    answers = [
        {
            **message({"input_tokens": 10, "output_tokens": 5}, content=[block], container=place),
            "id": f"msg_01{n:022d}",
        }
        for n in range(2)
    ]
    calls = lines(*answers)
    assert totals(calls)["code_container"] == 1
    total = total_of(profile_of(calls, Pricer(table, NOW)))
    assert any("1 left out ($0.05 an hour" in note for note in total.price_notes)


def test_searches_that_moonshot_runs_are_paid(table: PriceTable) -> None:
    answer = chat("kimi-k3", {}, provider="moonshotai")
    asked = {"function": {"name": "$web_search", "arguments": "{}"}, "id": "t1"}
    answer["choices"] = [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "message": {"content": "", "tool_calls": [asked]},
        }
    ]
    bare = cost_of(table, lines(chat("kimi-k3", {})))
    assert bare is not None
    assert cost_of(table, lines(answer)) == bare + Decimal("0.005")


def test_a_tool_that_has_no_meter_is_named() -> None:
    calls = lines(response("gpt-5.4", output=[{"type": "teleport_call"}, {"type": "mcp_call"}]))
    assert [note for c in calls for note in c.warnings] == [
        "'teleport_call' in the answer may be billed: its fee is not metered"
    ]
    compound = chat("groq/compound", {})
    compound["choices"][0]["message"]["executed_tools"] = [{"type": "search"}]
    (call,) = lines(compound)
    assert any("'search' ran on the server" in note for note in call.warnings)


# Passes.


def test_a_refused_pass_that_put_out_nothing_is_free(table: PriceTable) -> None:
    entries = [
        a_pass("message", 1000, 0, "claude-opus-5-5"),
        a_pass("fallback_message", 1000, 0, "claude-opus-5"),
        a_pass("fallback_message", 1000, 100, "claude-opus-4-8"),
    ]
    usage = {"input_tokens": 1000, "output_tokens": 100, "iterations": entries}
    calls = lines({"timestamp": "2026-10-01T00:00:00Z", "response": message(usage)})
    assert [(c.model, c.usage) for c in calls] == [
        ("claude-opus-4-8", {"input": 1000, "output": 100})
    ]
    assert cost_of(table, calls) == Decimal("0.0075")
    entries[0]["output_tokens"] = 10  # refused while it answered: billed
    assert len(lines(message(usage))) == 2


@pytest.mark.parametrize("entries", [[], [a_pass("message", 1000, 0)]])
def test_a_refused_message_without_output_is_free(
    table: PriceTable, entries: list[dict[str, Any]]
) -> None:
    usage = {"input_tokens": 1000, "output_tokens": 0, "iterations": entries}
    refused = message(usage, stop_reason="refusal")
    row = {
        "sessionId": "s1",
        "uuid": "u1",
        "type": "assistant",
        "requestId": "req_1",
        "timestamp": "2026-10-01T00:00:00Z",
        "message": refused,
    }
    started = {
        **row,
        "message": message({"input_tokens": 1000, "output_tokens": 3}, stop_reason=None),
    }
    for calls in (lines(refused), lines(row), lines(started, row)):
        assert (len(calls), cost_of(table, calls)) == (1, Decimal(0))
        assert any("not billed" in note for note in calls[0].warnings)
    assert cost_of(table, lines({**refused, "stop_reason": "end_turn"})) == Decimal("0.005")


def test_a_compaction_alone_is_the_whole_bill(table: PriceTable) -> None:
    compaction = a_pass("compaction", 180_000, 3500)
    usage = {"input_tokens": 0, "output_tokens": 0, "iterations": [compaction]}
    bare = message(usage, "claude-sonnet-4-6")
    row = {
        "sessionId": "s1",
        "uuid": "u1",
        "type": "assistant",
        "requestId": "req_1",
        "cwd": "/p",
        "timestamp": "2026-10-01T00:00:00Z",
        "message": bare,
    }
    for calls in (lines(bare), lines(row)):
        assert [c.usage for c in calls] == [{"input": 180_000, "output": 3500}]
        assert cost_of(table, calls) == Decimal("0.5925")
    assert (lines(row)[0].session, lines(row)[0].project) == ("s1", "/p")


def test_each_pass_has_its_own_context_tier(table: PriceTable) -> None:
    entries = [a_pass("message", 60_000, 10), a_pass("message", 70_000, 20)]
    usage = {
        "input_tokens": 130_000,
        "output_tokens": 30,
        "iterations": entries,
        "server_tool_use": {"web_search_requests": 2},
        "output_tokens_details": {"thinking_tokens": 15},
    }
    calls = lines(message(usage, "claude-haiku-5-5"))
    assert [c.prompt_tokens for c in calls] == [60_000, 70_000]
    assert totals(calls) == {"input": 130_000, "output": 15, "reasoning": 15, "web_search": 2}
    one = lines(message({"input_tokens": 130_000, "output_tokens": 30}, "claude-haiku-5-5"))
    short = lines(message({"input_tokens": 60_000, "output_tokens": 30}, "claude-haiku-5-5"))
    dear, cheap, both = (cost_of(table, c) or Decimal(0) for c in (one, short, calls))
    assert both - Decimal("0.02") < dear / 2 < dear
    assert cheap < both - Decimal("0.02")


def test_no_context_tier_of_claude_is_so_short_that_passes_must_be_apart(table: PriceTable) -> None:
    bands = [
        tier.from_prompt_tokens
        for model in table.models()
        if "claude" in model.id
        for row in model.prices
        for tier in row.tiers
    ]
    assert bands
    assert min(bands) > SHORT


def test_a_message_that_one_log_splits_is_not_counted_again_from_another() -> None:
    entries = [a_pass("message", 60_000, 10), a_pass("message", 70_000, 20)]
    usage = {"input_tokens": 130_000, "output_tokens": 30}
    calls = lines(
        message({**usage, "iterations": entries}), {**message(usage), "stop_reason": None}
    )
    assert totals(calls) == {"input": 130_000, "output": 30}


# Marked caches of Qwen.


def test_marked_caches_of_qwen_are_written_and_read_at_their_prices(table: PriceTable) -> None:
    wrote = {
        "text_tokens": 10_000,
        "cached_tokens": 0,
        "cache_type": "ephemeral",
        "cache_creation_input_tokens": 8000,
        "cache_creation": {"ephemeral_5m_input_tokens": 8000},
    }
    usage = {"prompt_tokens": 10_000, "total_tokens": 10_100, "prompt_tokens_details": wrote}
    calls = lines(chat("qwen3-max", usage))
    assert totals(calls) == {"input": 2000, "cache_write_5m": 8000, "output": 100}
    assert cost_of(table, calls) == Decimal("0.0024") + Decimal("0.012") + Decimal("0.0006")
    read = {"cached_tokens": 8000, "cache_type": "ephemeral", "cache_creation_input_tokens": 0}
    marked = lines(chat("qwen3-max", {**usage, "prompt_tokens_details": read}))
    assert cost_of(table, marked) == Decimal("0.0024") + Decimal("0.00096") + Decimal("0.0006")
    found = lines(chat("qwen3-max", {**usage, "prompt_tokens_details": {"cached_tokens": 8000}}))
    assert cost_of(table, found) == Decimal("0.0024") + Decimal("0.00192") + Decimal("0.0006")


def test_the_responses_api_of_qwen_has_its_cache_one_level_down() -> None:
    inside = {
        "cache_creation": {"ephemeral_5m_input_tokens": 200},
        "cached_tokens": 700,
        "cache_creation_input_tokens": 200,
        "cache_type": "ephemeral",
    }
    answer = response("qwen3-max")
    answer["usage"]["x_details"] = [{"input_tokens": 1000, "prompt_tokens_details": inside}]
    assert totals(lines(answer)) == {
        "input": 100,
        "cache_read_explicit": 700,
        "cache_write_5m": 200,
        "output": 100,
    }
