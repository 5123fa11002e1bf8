"""The text of calls in requests, exports, spans and trajectories, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import tool_conversations as logs
import tool_exports as exports
import tool_trajectories as others
from logs.reading import calls_of
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part

# Name, the log, whether it holds the schemas, whether it says that requests are complete.
LOGS: tuple[tuple[str, Callable[[], str], bool, bool], ...] = (
    ("http-cassette", logs.cassette, True, True),
    ("provider-objects", logs.chat_pairs, True, True),
    ("provider-objects", logs.messages_pairs, True, True),
    ("provider-objects", logs.responses_pairs, True, True),
    ("provider-objects", logs.gemini_pairs, True, True),
    ("bedrock-invocation", logs.converse_log, True, True),
    ("walker", exports.unknown_rows, True, True),
    ("langfuse", exports.langfuse, True, True),
    ("langsmith", exports.langsmith, True, True),
    ("braintrust", exports.braintrust, True, True),
    ("weave", exports.weave, True, True),
    ("helicone", exports.helicone, True, True),
    ("portkey", exports.portkey, True, True),
    ("litellm", exports.litellm, True, True),
    ("otel-spans", others.genai_spans, True, True),
    ("otel-spans", others.openinference_spans, True, True),
    ("otel-spans", others.ai_sdk_spans, True, True),
    ("inspect", others.inspect_log, True, True),
    ("atif", others.atif, False, False),
    ("agent-messages", others.framework_state, False, False),
    ("agent-messages", others.typed_parts, False, False),
    ("mini-swe-agent", others.trajectory, False, False),
    ("llm-logs", others.printed_log, True, False),
)
CALL = (
    "tool_call",
    f'{logs.NAME}{{"path":"notes.txt","lines":3}}',
    logs.NAME,
    logs.ID,
    "notes.txt",
)
ASKED = [("system", logs.SYSTEM, "", "", ""), ("user", logs.ASKED, "", "", "")]


def _fields(parts: Sequence[Part] | None) -> list[tuple[str, str, str, str, str]]:
    """Return parts with all but their place; of schemas the name and no text."""
    return [
        (
            part.role,
            "" if part.role == "tools" else part.text,
            "" if part.role == "tool_result" else part.name,
            part.id,
            part.target,
        )
        for part in parts or ()
    ]


def _read(tmp_path: Path, text: str, *, want_text: bool = True) -> list[Call]:
    path = tmp_path / "log.json"
    path.write_text(text)
    return calls_of(path, text=want_text)[0]


@pytest.mark.parametrize(
    ("reader", "log", "has_tools", "is_complete"), LOGS, ids=[log.__name__ for _, log, _, _ in LOGS]
)
def test_parts_of_two_calls(
    tmp_path: Path, reader: str, log: Callable[[], str], has_tools: bool, is_complete: bool
) -> None:
    first, second = _read(tmp_path, log())
    assert first.reader == reader
    frame = [("tools", "", logs.NAME, "", "")] if has_tools else []
    assert _fields(first.parts) == [*frame, *ASKED]
    assert _fields(first.answer) == [CALL]
    result = ("tool_result", logs.RESULT, "", logs.ID, "")
    assert _fields(second.parts) == [*frame, *ASKED, CALL, result]
    assert _fields(second.answer) == [("assistant", logs.ANSWER, "", "", "")]
    assert (first.has_request, second.has_request) == (is_complete, is_complete)


@pytest.mark.parametrize("log", [log for _, log, _, _ in LOGS], ids=lambda log: log.__name__)
def test_calls_are_the_same_with_and_without_text(tmp_path: Path, log: Callable[[], str]) -> None:
    calls = _read(tmp_path, log())
    for call in calls:
        call.parts = call.answer = None
        call.has_request = False
        call.max_output = None
    plain = _read(tmp_path, log(), want_text=False)
    for call in plain:
        call.max_output = None
    assert calls == plain


def _agents(tmp_path: Path, spans: list[tuple[str, str, str, str]]) -> dict[str, str | None]:
    """Return the thread of each call. `spans`: (id, parent, kind, name)."""
    rows = []
    for at, (span, parent, kind, name) in enumerate(spans):
        attributes: dict[str, object] = {"openinference.span.kind": kind, "session.id": "s1"}
        if kind == "LLM":
            attributes |= {"llm.model_name": "gpt-4o", "llm.token_count.prompt": 9}
        rows.append(
            {
                "name": name,
                "context": {"trace_id": "0" * 31 + "1", "span_id": span},
                "parent_id": parent or None,
                "start_time": f"2026-01-01T00:00:{at:02}Z",
                "attributes": attributes,
            }
        )
    calls = _read(tmp_path, logs.lines(rows))
    assert {call.turn for call in calls} == {"0" * 31 + "1"}
    assert all(call.agent == "finder" for call in calls if call.thread)
    return {str(call.span): call.thread for call in calls}


def test_an_agent_below_a_tool_is_a_sub_agent(tmp_path: Path) -> None:
    spans = [
        ("a1", "", "AGENT", "main"),
        ("c1", "a1", "LLM", "llm"),
        ("b1", "a1", "TOOL", "task"),
        ("a2", "b1", "AGENT", "finder"),
        ("c2", "a2", "LLM", "llm"),
        ("c3", "b1", "LLM", "llm"),
    ]
    assert _agents(tmp_path, spans) == {"c1": None, "c2": "a2", "c3": None}


def test_an_agent_below_an_agent_that_calls_is_a_sub_agent(tmp_path: Path) -> None:
    spans = [
        ("a1", "", "AGENT", "main"),
        ("c1", "a1", "LLM", "llm"),
        ("a2", "a1", "AGENT", "finder"),
        ("c2", "a2", "LLM", "llm"),
    ]
    assert _agents(tmp_path, spans) == {"c1": None, "c2": "a2"}


def test_an_agent_around_another_that_makes_no_call_is_no_parent(tmp_path: Path) -> None:
    spans = [
        ("a1", "", "AGENT", "workflow"),
        ("a2", "a1", "AGENT", "finder"),
        ("c1", "a2", "LLM", "llm"),
    ]
    assert _agents(tmp_path, spans) == {"c1": None}


def test_an_export_has_sub_agents_and_turns(tmp_path: Path) -> None:
    kinds = (("a1", "", "AGENT"), ("b1", "a1", "TOOL"), ("a2", "b1", "AGENT"))
    rows: list[dict[str, object]] = [
        {"id": one, "traceId": "t1", "parentObservationId": above, "type": kind, "name": one}
        for one, above, kind in kinds
    ]
    rows += [
        {
            "id": f"c{above}",
            "traceId": "t1",
            "parentObservationId": above,
            "type": "GENERATION",
            "sessionId": "s1",
            "startTime": "2026-01-01T00:00:00Z",
            "providedModelName": "gpt-4o",
            "usageDetails": {"input": 40, "output": 9, "total": 49},
        }
        for above in ("a1", "a2")
    ]
    calls = _read(tmp_path, logs.lines(rows))
    assert {(call.span, call.thread, call.agent, call.turn) for call in calls} == {
        ("ca1", None, None, "t1"),
        ("ca2", "a2", "a2", "t1"),
    }


def test_an_image_has_its_type_and_its_size(tmp_path: Path) -> None:
    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
        "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    url = {"url": f"data:image/png;base64,{pixel}"}
    content = [{"type": "text", "text": "Look."}, {"type": "image_url", "image_url": url}]
    pairs = json.loads(logs.chat_pairs().splitlines()[0])
    pairs["request"]["messages"] = [{"role": "user", "content": content}]
    (request,) = _read(tmp_path, json.dumps(pairs) + "\n" + json.dumps(pairs))
    row = json.loads(exports.langfuse().splitlines()[0])
    row["input"] = [{"role": "user", "content": content}]
    (exported,) = _read(tmp_path, json.dumps(row))
    for call in (request, exported):
        image = (call.parts or ())[-1]
        assert (image.role, image.text) == ("attachment", "")
        assert image.media is not None
        assert (image.media.media_type, image.media.width, image.media.height) == (
            "image/png",
            1,
            1,
        )
