"""What Claude Code reports that a session cost: one figure of the complete session, never split."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.test_sessions import profiled, write

Cli = Callable[..., Any]
SONNET, HAIKU = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"


def answer(number: int, at: str, *, session: str = "s1", **more: Any) -> str:
    """Return a row of a call of $0.315: 100,000 tokens of input, 1,000 of output."""
    row = {
        "type": "assistant",
        "uuid": f"u{number}",
        "parentUuid": None,
        "sessionId": session,
        "timestamp": at,
        "cwd": "/p",
        "requestId": f"req_{number}",
        "message": {
            "id": f"msg_01costs{number:014}",
            "type": "message",
            "role": "assistant",
            "model": more.pop("model", SONNET),
            "content": [],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 100_000, "output_tokens": 1000},
        },
        **more,
    }
    return json.dumps(row)


def costs(session: str = "s1", **models: tuple[int, int, float]) -> str:
    """Return a `cost-state` row: input, output and cost of each model."""
    names = {"sonnet": SONNET, "window": f"{SONNET}[1m]", "haiku": HAIKU}
    usage = {
        names[name]: {
            "inputTokens": prompt_tokens,
            "outputTokens": output,
            "thinkingTokens": output // 2,
            "cacheReadInputTokens": 0,
            "cacheCreationInputTokens": 0,
            "webSearchRequests": 0,
            "costUSD": cost,
        }
        for name, (prompt_tokens, output, cost) in models.items()
    }
    total = round(sum(cost for _, _, cost in models.values()), 6)
    return json.dumps(
        {
            "type": "cost-state",
            "sessionId": session,
            "totalCostUSD": total,
            "hasUnknownModelCost": False,
            "modelUsage": usage,
        }
    )


DAYS = ("2026-09-01T10:00:00Z", "2026-09-01T11:30:00Z", "2026-09-02T09:00:00Z")
SESSION = [
    answer(1, DAYS[0]),
    costs(sonnet=(100_000, 1000, 0.315)),
    answer(2, DAYS[1]),
    answer(3, DAYS[2]),
    costs(window=(300_000, 3000, 0.945), haiku=(10_000, 500, 0.0125)),
]


def reported(document: dict[str, Any]) -> dict[str, str | None]:
    """Return the reported cost of each group, by its key."""
    return {
        " ".join(str(part) for part in group["key"].values()): group["cost_reported"]
        for group in document["groups"]
    }


@pytest.fixture
def log(tmp_path: Path) -> str:
    return str(write(tmp_path / "s1.jsonl", *SESSION))


def test_the_last_one_is_the_reported_cost_and_never_the_cost(cli: Cli, log: str) -> None:
    for cost in ("auto", "computed", "both", "reported"):
        document = profiled(cli, log, "--cost", cost)
        total = document["total"]
        assert (total["cost"], total["cost_reported"]) == ("0.945", "0.9575")
        assert (total["charged_cost"], total["charged_calls"]) == (None, 0)
        assert total["reported_calls"] == total["calls"] == 3
        expected = ["billed but not in the log: $0.0125 on model claude-haiku-4-5"]
        assert [w for w in document["warnings"] if "billed" in w] == expected
    result = cli("profile", log, "--cost", "both")
    assert "$0.958 as reported by the log" in result.out
    assert "billed but not in the log: $0.0125 on model claude-haiku-4-5" in result.err


def test_it_counts_on_the_last_day(cli: Cli, log: str) -> None:
    for by, last in (("day", "2026-09-02"), ("month", "2026-09"), ("session", "s1")):
        by_key = reported(profiled(cli, log, "--by", by))
        assert by_key == {**dict.fromkeys(by_key), last: "0.9575"}
    by_key = reported(profiled(cli, log, "--by", "day", "--timezone", "Pacific/Honolulu"))
    assert by_key == {"2026-09-01": "0.9575"}


def test_the_last_day_has_all_of_it_and_no_difference(cli: Cli, log: str) -> None:
    table = cli("profile", log, "--by", "day", "--cost", "both").out
    (row,) = [line for line in table.splitlines() if line.startswith("2026-09-02")]
    assert "$0.958" in row
    assert "≥" not in row
    assert "-$0.643" not in row


def test_hours_and_filters_that_cut_a_session_have_none(cli: Cli, log: str) -> None:
    document = profiled(cli, log, "--by", "hour")
    assert set(reported(document).values()) == {None}
    assert document["total"]["cost_reported"] == "0.9575"
    for flags in (
        ("--since", "2026-09-02"),
        ("--until", "2026-09-01"),
        ("--where", "hour=2026-09-02 09:00"),
    ):
        document = profiled(cli, log, *flags)
        assert document["total"]["cost_reported"] is None
        assert set(reported(document).values()) == {None}
        assert document["total"]["reported_calls"] == 0
        assert not [warning for warning in document["warnings"] if "billed" in warning]
    for flags in (("--since", "2026-09-01"), ("--until", "2026-09-02"), ("--where", "session=s1")):
        assert profiled(cli, log, *flags)["total"]["cost_reported"] == "0.9575"
    result = cli("profile", log, "--since", "2026-09-02", "--cost", "both")
    assert "it is of complete sessions" in result.err


def test_by_model_it_stands_as_the_client_divides_it(cli: Cli, log: str) -> None:
    document = profiled(cli, log)
    assert reported(document) == {"claude-sonnet-4-5": "0.945", "claude-haiku-4-5": "0.0125"}
    (helper,) = [group for group in document["groups"] if not group["calls"]]
    assert (helper["key"]["model"], helper["cost"], helper["usage"]) == (
        "claude-haiku-4-5",
        None,
        {},
    )
    by_key = reported(profiled(cli, log, "--by", "day,model"))
    assert by_key == {
        "2026-09-01 claude-sonnet-4-5": None,
        "2026-09-02 claude-sonnet-4-5": "0.945",
        "2026-09-02 claude-haiku-4-5": "0.0125",
    }
    plain = cli("profile", log).out
    assert "claude-haiku" not in plain
    both = cli("profile", log, "--cost", "both").out
    assert "claude-haiku-4-5" in both


@pytest.mark.parametrize("by", ["model", "day", "session", "project", "day,model", "agent"])
def test_groups_that_cut_no_session_sum_up_to_the_total(cli: Cli, tmp_path: Path, by: str) -> None:
    other = [answer(9, DAYS[0], session="s2"), costs("s2", sonnet=(100_000, 1000, 0.32))]
    path = write(tmp_path / "log.jsonl", *SESSION, *other)
    document = profiled(cli, str(path), "--by", by)
    sums = sum(Decimal(cost) for cost in reported(document).values() if cost is not None)
    assert sums == Decimal(document["total"]["cost_reported"]) == Decimal("1.2775")


def test_retries_of_a_model_are_billed_but_not_in_the_log(cli: Cli, tmp_path: Path) -> None:
    rows = [answer(1, DAYS[0]), costs(sonnet=(200_000, 2000, 0.63))]
    document = profiled(cli, str(write(tmp_path / "a.jsonl", *rows)))
    assert "billed but not in the log: $0.315 on model claude-sonnet-4-5" in document["warnings"]
    same = [answer(1, DAYS[0]), costs(sonnet=(100_000, 1000, 0.4))]
    document = profiled(cli, str(write(tmp_path / "b.jsonl", *same)))
    assert not [warning for warning in document["warnings"] if "billed" in warning]


def test_one_that_does_not_cover_the_models_is_not_taken(cli: Cli, tmp_path: Path) -> None:
    rows = [
        answer(1, DAYS[0]),
        answer(2, DAYS[1], model="claude-opus-4-5-20251101"),
        costs(sonnet=(100_000, 1000, 0.315)),
    ]
    document = profiled(cli, str(write(tmp_path / "a.jsonl", *rows)))
    assert document["total"]["cost_reported"] is None
    assert (
        "the cost that 1 session reports is not taken: it does not cover claude-opus-4-5-20251101"
        in document["warnings"]
    )


def test_subagents_belong_to_their_session(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path / "s1.jsonl", *SESSION)
    write(
        tmp_path / "s1" / "subagents" / "agent-a1.jsonl",
        answer(7, DAYS[2], model=HAIKU, isSidechain=True, agentId="a1"),
    )
    document = profiled(cli, str(tmp_path))
    assert document["total"]["cost_reported"] == "0.9575"
    assert not [warning for warning in document["warnings"] if "billed" in warning]


def test_calls_after_the_last_one_are_stated(cli: Cli, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *SESSION, answer(4, DAYS[2]))
    warnings = profiled(cli, str(path))["warnings"]
    assert "1 call came after the last cost that the session reports" in warnings


def test_an_unknown_price_is_stated(cli: Cli, tmp_path: Path) -> None:
    rows = [
        row.replace('"hasUnknownModelCost": false', '"hasUnknownModelCost": true')
        for row in SESSION
    ]
    warnings = profiled(cli, str(write(tmp_path / "a.jsonl", *rows)))["warnings"]
    assert "the cost that 1 session reports has an unknown price in it" in warnings


def test_a_resumed_session_holds_what_it_goes_on_from(cli: Cli, tmp_path: Path) -> None:
    """Its file copies the rows under its name; the sum goes on."""
    again = [row.replace('"s1"', '"s2"') for row in SESSION]
    later = [
        answer(8, "2026-09-05T08:00:00Z", session="s2"),
        costs("s2", window=(400_000, 4000, 1.26), haiku=(10_000, 500, 0.0125)),
    ]
    write(tmp_path / "s1.jsonl", *SESSION)
    write(tmp_path / "s2.jsonl", *again, *later)
    document = profiled(cli, str(tmp_path))
    assert (document["total"]["calls"], document["total"]["cost_reported"]) == (4, "1.2725")
    billed = [warning for warning in document["warnings"] if "billed" in warning]
    assert billed == ["billed but not in the log: $0.0125 on model claude-haiku-4-5"]


@pytest.mark.parametrize(
    "row",
    [
        '{"type": "cost-state", "sessionId": "s1"}',
        '{"type": "cost-state", "sessionId": "s1", "totalCostUSD": -1, "modelUsage": {}}',
        '{"type": "cost-state", "sessionId": "s1", "totalCostUSD": 1e40, "modelUsage": {}}',
        '{"type": "cost-state", "sessionId": "s1", "totalCostUSD": "much", "modelUsage": 3}',
        '{"type": "cost-state", "sessionId": 1, "totalCostUSD": 1, "modelUsage": {"a": 3}}',
        '{"type": "cost-state", "totalCostUSD": 1}',
        '{"type": "cost-state", "sessionId": "s1", "totalCostUSD": 1, "mod',
    ],
)
def test_one_that_says_nothing_costs_no_call(cli: Cli, tmp_path: Path, row: str) -> None:
    path = write(tmp_path / "a.jsonl", answer(1, DAYS[0]), row)
    total = profiled(cli, str(path))["total"]
    assert (total["calls"], total["cost_reported"]) == (1, None)


def test_it_survives_being_saved_and_added(cli: Cli, log: str, tmp_path: Path) -> None:
    paths = {}
    for name, flags in (
        ("complete", ()),
        ("first", ("--until", "2026-09-01")),
        ("later", ("--since", "2026-09-02")),
    ):
        paths[name] = str(tmp_path / f"{name}.json")
        assert cli("profile", log, "--save", paths[name], *flags).code == 0
    full = profiled(cli, log)
    again = profiled(cli, paths["complete"])
    for name in ("total", "groups", "warnings"):
        assert again[name] == full[name], name
    assert profiled(cli, paths["first"])["total"]["cost_reported"] is None
    both = profiled(cli, paths["first"], paths["later"])
    assert both["total"] == full["total"]
    part = profiled(cli, paths["complete"], "--where", "day=2026-09-02")
    assert part["total"]["cost_reported"] is None


def test_other_commands_say_what_the_log_lacks(cli: Cli, log: str) -> None:
    for command in (
        ("whatif", log, "--mode", "batch"),
        ("check", log, "--logs", "--budget", "5", "--budget-per", "run"),
    ):
        result = cli(*command)
        assert result.code == 0, result.err
        assert "billed but not in the log: $0.0125" in result.out + result.err


def test_results_of_an_agent_run_are_figures_of_a_session(cli: Cli, tmp_path: Path) -> None:
    message = {
        "id": "msg_01agentRun000000001",
        "role": "assistant",
        "model": "claude-next-9",
        "content": [],
        "usage": {"input_tokens": 5, "output_tokens": 1},
    }
    rows = [
        {"type": "assistant", "session_id": "r", "parent_tool_use_id": None, "message": message},
        {
            "type": "result",
            "session_id": "r",
            "total_cost_usd": 0.5,
            "usage": {"input_tokens": 5, "output_tokens": 9},
        },
    ]
    path = write(tmp_path / "run.jsonl", *(json.dumps(row) for row in rows))
    total = profiled(cli, str(path))["total"]
    assert (total["cost"], total["charged_calls"], total["unpriced_calls"]) == (None, 0, 1)
    assert total["cost_reported"] == "0.5"


def test_accuracy_holds_our_cost_against_the_clients(cli: Cli, log: str) -> None:
    result = cli("accuracy", log, "-f", "json")
    assert result.code == 0, result.err
    scored = json.loads(result.out)["session_costs"]
    assert scored == {
        "sessions": 1,
        "cost": "0.945",
        "cost_reported": "0.9575",
        "missing_cost": "0.0125",
        "difference_cost": "0",
        "relative_error": 0.0,
        "sessions_left_out": 0,
    }
    plain = cli("accuracy", log)
    assert "not in the log" in plain.out
    assert cli("accuracy", log, "--since", "2026-09-02").code == 3


def test_accuracy_shows_where_the_client_multiplied_otherwise(cli: Cli, tmp_path: Path) -> None:
    rows = [answer(1, DAYS[0]), costs(sonnet=(100_000, 1000, 0.3))]
    result = cli("accuracy", str(write(tmp_path / "a.jsonl", *rows)), "-f", "json")
    scored = json.loads(result.out)["session_costs"]
    assert (scored["difference_cost"], scored["relative_error"]) == ("0.015", 0.05)
