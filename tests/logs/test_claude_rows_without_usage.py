"""Claude Code: answers that report no usage are calls without usage, not nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from logs.reading import from_text

USAGE = {"input_tokens": 10, "output_tokens": 5}


def _row(call: str, usage: dict[str, int] | None, model: str = "claude-sonnet-4-5") -> bytes:
    message: dict[str, Any] = {"id": call, "role": "assistant", "model": model, "usage": usage}
    message["content"] = [{"type": "text", "text": "yes"}]
    row = {"type": "assistant", "uuid": call, "requestId": f"r{call}", "message": message}
    row |= {"sessionId": "s", "timestamp": "2026-10-01T00:00:00Z"}
    return json.dumps(row).encode() + b"\n"


def test_an_answer_of_no_usage_is_a_call_without_usage() -> None:
    calls, _ = from_text(_row("one", USAGE) + _row("two", None))
    assert [call.usage for call in calls] == [{"input": 10, "output": 5}, None]


@pytest.mark.parametrize("turned", [False, True])
def test_one_row_of_an_answer_that_reports_its_usage_is_enough(turned: bool) -> None:
    rows = [_row("one", USAGE), _row("one", None)]
    calls, audit = from_text(b"".join(reversed(rows) if turned else rows))
    assert [call.usage for call in calls] == [{"input": 10, "output": 5}]
    assert not audit.skipped


def test_what_the_client_wrote_itself_is_no_call() -> None:
    calls, _ = from_text(_row("one", USAGE) + _row("two", None, "<synthetic>"))
    assert len(calls) == 1
