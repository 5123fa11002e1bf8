"""Containers, code and other hosted tools: each is paid or named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from logs.answers import (
    NOW,
    chat,
    cost_of,
    lines,
    message,
    response,
)
from logs.reading import totals
from profiles.test_profile import total_of
from profiling import profile_of
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.call_pricer import Pricer


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
