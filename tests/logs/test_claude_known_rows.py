"""Rows of Claude Code decoded with their usage give what they give where it is decoded apart."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.formats.claude_code.agents import AgentNames
from tokencost_profiles.logs.formats.claude_code.session_calls import SessionCalls

_Lines = list[tuple[int, bytes]]
_USUAL: Final = {
    "input_tokens": 5,
    "cache_creation_input_tokens": 30,
    "cache_read_input_tokens": 100,
    "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
    "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 2},
    "service_tier": "standard",
}
# What rows have beside the usual keys, or in place of them.
_ODD: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"output_tokens_details": {"thinking_tokens": 3}},
    {"output_tokens_details": {"new_tokens": 3}},
    {"output_tokens_details": {}},
    {"video_tokens": 9},
    {"server_tool_use": {"web_search_requests": 1, "page_requests": 4}},
    {"cache_creation": {"ephemeral_2h_input_tokens": 30}},
    {"iterations": [{"type": "message", "input_tokens": 5, "output_tokens": 1}]},
    {"iterations": [{"type": "compaction", "input_tokens": 5, "output_tokens": 1}]},
    {"input_tokens": "5"},
    {"input_tokens": -5},
    {"input_tokens": 5.5},
    {"input_tokens": None},
    {"service_tier": ["batch"]},
    {"speed": "fast", "inference_geo": "us"},
    {"note": "words"},
)


def _read(
    lines: _Lines, take: Callable[[SessionCalls, _Lines], None]
) -> tuple[list[Record], Audit]:
    log_file = Input("s1.jsonl", lambda: pytest.fail("no file is opened"))
    log = Log("s1.jsonl", Audit())
    session = SessionCalls(log, AgentNames(log_file))
    take(session, lines)
    return list(session.responses.calls()), log.audit


def _at_once(session: SessionCalls, lines: _Lines) -> None:
    session.take_lines(iter(lines))


def _apart(session: SessionCalls, lines: _Lines) -> None:
    for number, line in lines:
        session.take(number, line)


def _rows(drawn: random.Random, size: int) -> Iterator[dict[str, Any]]:
    for number in range(size):
        usage: Any = {**_USUAL, "output_tokens": drawn.choice((0, 1, 7, 300)), **drawn.choice(_ODD)}
        if drawn.random() < 0.1:
            usage = drawn.choice((None, {}, "none", [1]))
        message = {
            "id": drawn.choice(("msg_01aaaaaaaaaaaaaaaaaaaa", "msg_01bbbbbbbbbbbbbbbbbbbb", "7")),
            "model": drawn.choice(("claude-opus-4-5", "claude-haiku-4-5", "<synthetic>")),
            "content": [{"type": "tool_use", "name": drawn.choice("AB"), "id": f"t{number % 3}"}],
            "stop_reason": drawn.choice((None, None, "end_turn", "refusal")),
            "usage": usage,
        }
        row = {
            "type": drawn.choice(("assistant", "assistant", "user")),
            "sessionId": "s1",
            "requestId": drawn.choice(("r1", "r2", None)),
            "timestamp": f"2026-01-05T10:00:{number:02}.250Z",
            "isSidechain": drawn.random() < 0.2,
            "message": message,
        }
        for part in (row, message):
            if drawn.random() < 0.1:
                del part[drawn.choice(list(part))]
        yield row


def test_both_ways_to_decode_give_the_same_calls() -> None:
    drawn = random.Random(3)
    number_of_calls = 0
    for _ in range(300):
        lines = [
            (number, json.dumps(row).encode())
            for number, row in enumerate(_rows(drawn, drawn.randrange(1, 50)), 1)
        ]
        if drawn.random() < 0.3:
            number, line = drawn.choice(lines)
            lines[number - 1] = (number, line[: len(line) // 2])
        calls, audit = _read(lines, _at_once)
        assert (calls, audit) == _read(lines, _apart)
        number_of_calls += len(calls)
    assert number_of_calls > 1000


@pytest.mark.parametrize("odd", _ODD[1:])
def test_a_file_of_odd_rows_is_read_the_same(odd: dict[str, Any]) -> None:
    usage = {**_USUAL, "output_tokens": 7, **odd}
    lines = [
        (
            number,
            json.dumps(
                {
                    "type": "assistant",
                    "sessionId": "s1",
                    "message": {"id": f"msg_{number:024}", "model": "m", "usage": usage},
                }
            ).encode(),
        )
        for number in range(1, 60)
    ]
    assert _read(lines, _at_once) == _read(lines, _apart)


def test_an_answer_that_reports_no_usage_is_not_malformed() -> None:
    row = {"type": "assistant", "sessionId": "s1", "message": {"id": "m1", "model": "m"}}
    answered = {
        **row,
        "message": {"id": "m2", "model": "m", "usage": {**_USUAL, "output_tokens": 1}},
    }
    lines = [(number, json.dumps(one).encode()) for number, one in enumerate((answered, row), 1)]
    for way in (_at_once, _apart):
        calls, audit = _read(lines, way)
        assert len(calls) == 2
        assert audit.skipped == 0
