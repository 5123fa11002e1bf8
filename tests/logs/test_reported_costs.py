"""What an answer says it cost is the reported cost of the call, whatever log it is in."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from logs.logs_with_costs import (
    CHAT,
    CUSTOMER_KEY,
    LOGS,
    ROUTED,
    Usage,
    chat,
    lines,
    messages,
    responses,
    span,
)
from logs.reading import from_text
from tokencost_profiles.calls.call import BY_GATEWAY, BY_PROVIDER, Call
from tokencost_profiles.providers.usage import read_usage


@pytest.mark.parametrize(
    ("stated", "cost", "basis"),
    [
        (ROUTED, "0.00123", BY_PROVIDER),
        (CUSTOMER_KEY, "0.00105", BY_PROVIDER),
        ({**CUSTOMER_KEY, "cost": 0}, "0.001", BY_PROVIDER),
        ({"cost": 0.95, "cost_details": {"upstream_inference_cost": 19}}, "19.95", BY_PROVIDER),
        ({"cost": 0.02, "cost_details": {"upstream_inference_cost": 0.00017}}, "0.02", BY_PROVIDER),
        (
            {"cost": 0.003, "is_byok": False, "cost_details": {"upstream_inference_cost": None}},
            "0.003",
            BY_PROVIDER,
        ),
        (
            {"cost": 0.5, "isByok": True, "costDetails": {"upstreamInferenceCost": 10}},
            "10.5",
            BY_PROVIDER,
        ),
        ({"cost": "1e-05"}, "0.00001", BY_GATEWAY),
        ({"cost": 0, "is_byok": False, "cost_details": {}}, "0", BY_PROVIDER),
        ({"cost_in_usd_ticks": 6306000}, "0.0006306", BY_PROVIDER),
        ({"cost_in_usd_ticks": 25_000_000_000_000}, "2500", BY_PROVIDER),
        (
            {"cost": {"input_tokens_cost": 1e-05, "request_cost": 0.005, "total_cost": 0.00507}},
            "0.00507",
            BY_PROVIDER,
        ),
        ({"cost": {"currency": "USD", "total_cost": 2.8e-08}}, "2.8E-8", BY_PROVIDER),
        ({"estimated_cost": 3.8e-07}, "3.8E-7", BY_GATEWAY),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "counts",
    [
        CHAT,
        {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120},
        {"input_tokens": 100, "output_tokens": 20, "cache_read_input_tokens": 0},
    ],
    ids=["chat", "responses", "messages"],
)
def test_each_form_of_a_cost_in_the_usage_of_each_api(
    counts: Usage, stated: Usage, cost: str, basis: str
) -> None:
    reading = read_usage({**counts, **stated})
    assert reading is not None
    assert (reading.cost, reading.cost_basis) == (Decimal(cost), basis)
    assert reading.usage["input"] == 100


@pytest.mark.parametrize(
    "stated",
    [
        {"cost_in_usd_ticks": 0},  # a host that does not bill by it
        {"cost": {"currency": "EUR", "total_cost": 1}},
        {"cost": {"total_cost": None}},
        {"cost": None},
        {"cost": "free"},
        {"cost": True},
        {"cost": []},
        {"cost": float("nan")},
        {"cost_in_usd_ticks": "many"},
        {"cost_in_usd_ticks": [1]},
    ],
    ids=str,
)
def test_what_is_no_amount_in_usd_is_no_cost(stated: Usage) -> None:
    reading = read_usage({**CHAT, **stated})
    assert reading is not None
    assert (reading.cost, reading.cost_basis, reading.warnings) == (None, None, ())


def test_a_fee_alone_is_not_taken_for_the_cost() -> None:
    reading = read_usage({**CHAT, "cost": 0.00005, "is_byok": True, "cost_details": {}})
    assert reading is not None
    assert reading.cost is None
    assert "the router's fee is $0.00005" in reading.warnings[0]


@pytest.mark.parametrize("name", LOGS)
def test_each_log_passes_the_cost_on(name: str) -> None:
    text, cost, basis = LOGS[name]
    (call,), _ = from_text(text, "log.json" if name in ("recording", "header") else "log.jsonl")
    assert (call.cost, call.cost_basis) == (Decimal(cost), basis)
    assert call.charge == Decimal(cost)
    assert sum((call.usage or {}).values()) == 120


@pytest.mark.parametrize("name", ["messages", "responses", "chat"])
def test_a_router_bills_what_it_prices(name: str) -> None:
    (call,), _ = from_text(LOGS[name][0])
    assert call.provider == "openrouter"


def test_the_cost_of_several_answers_is_the_cost_of_none() -> None:
    one, other = chat(CHAT), {**chat(CHAT), "id": "gen-1790000000-cccccccccccccccccccc"}
    calls, _ = from_text(lines({"steps": [one, other], "total_cost": 0.5}))
    assert [call.cost for call in calls] == [None, None]


def charged(row: dict[str, Any]) -> Decimal | None:
    """What a provider says that a recorded call cost."""
    usage = row["usage"]
    if usage.get("cost_in_usd_ticks"):
        return Decimal(usage["cost_in_usd_ticks"]) / Decimal(10**10)
    cost = usage.get("cost")
    if isinstance(cost, dict):
        return Decimal(str(cost["total_cost"]))
    if not isinstance(cost, int | float):
        return None
    details = usage.get("cost_details") or {}
    upstream = details.get("upstream_inference_cost") if usage.get("is_byok") else None
    return Decimal(str(cost)) + Decimal(str(upstream or 0))


ENVELOPES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "chat.completions": lambda row: chat(row["usage"]),
    "responses": lambda row: responses(row["usage"]),
    "messages": lambda row: messages(row["usage"]),
}


@pytest.mark.parametrize("name", ["dev", "dev2", "dev3"])
def test_recorded_answers_cost_what_they_say(corpora: Path, name: str) -> None:
    """In answers of their APIs, and in the usage objects alone."""
    seen = 0
    with gzip.open(corpora / "truth" / f"{name}.jsonl.gz", "rt") as file:
        for line in file:
            row = json.loads(line)
            cost = charged(row) if isinstance(row.get("usage"), dict) else None
            if cost is None:
                continue
            seen += 1
            reading = read_usage(row["usage"], row["provider"])
            assert reading is not None
            assert equal(reading.cost, cost), row["id"]
            make = ENVELOPES.get(row["api"])
            if make is not None:
                (call,) = only_priced(from_text(lines(make(row)))[0])
                assert equal(call.cost, cost), row["id"]
    assert seen > 100


def equal(a: Decimal | None, b: Decimal) -> bool:
    """Whether two amounts are equal but for the noise of floats."""
    return a is not None and abs(a - b) <= abs(b) * Decimal("1e-14")


def only_priced(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.cost is not None]


def langsmith(name: str, parent: str | None, **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "parent_run_id": parent,
        "run_type": "llm" if parent else "chain",
        "trace_id": "t",
        "dotted_order": name,
        "start_time": "2026-08-01T00:00:00Z",
        "end_time": "2026-08-01T00:00:01Z",
        "outputs": {},
        "extra": {"metadata": {"ls_model_name": "nobody/unknown", "ls_provider": "x"}},
        **fields,
    }


def langfuse(name: str, parent: str | None, **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "parentObservationId": parent,
        "traceId": "t",
        "model": "nobody/unknown",
        "type": "GENERATION" if parent else "SPAN",
        "startTime": "2026-08-01T00:00:00Z",
        "usageDetails": {},
        **fields,
    }


TRACES: dict[str, tuple[Callable[..., dict[str, Any]], str, Usage]] = {
    "langsmith": (langsmith, "total_cost", {"prompt_tokens": 100, "completion_tokens": 20}),
    "langfuse": (langfuse, "totalCost", {"usageDetails": {"input": 100, "output": 20}}),
}


@pytest.mark.parametrize("name", TRACES)
def test_a_call_may_tell_its_cost_alone_and_a_sum_is_no_call(name: str) -> None:
    make, key, usage = TRACES[name]
    rows = [
        make("a" * 8, None, **{key: 0.07}),
        make("b" * 8, "a" * 8, **{key: 0.03}, **usage),
        make("c" * 8, "a" * 8, **{key: 0.04}),
    ]
    calls, _ = from_text(lines(*rows))
    assert sorted(call.cost or 0 for call in calls) == [Decimal("0.03"), Decimal("0.04")]
    assert sum(call.charge or 0 for call in calls) == Decimal("0.07")


def test_spans_that_sum_others_up_are_charged_once() -> None:
    def span_row(number: int, parent: int | None, usage: Usage) -> dict[str, Any]:
        row: dict[str, Any] = json.loads(span({**usage, "gen_ai.usage.cost": 0.01}))
        row["context"]["span_id"] = "0x" + f"{number:016}"
        row["parent_id"] = "0x" + f"{parent:016}" if parent else None
        return row

    counts = {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20}
    calls, _ = from_text(lines(span_row(1, None, {}), span_row(2, 1, {}), span_row(3, 2, counts)))
    assert [call.cost for call in calls] == [Decimal("0.01")]
