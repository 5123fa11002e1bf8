"""Recorded HTTP: bodies in separate files, files that only look like recordings, request text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from logs.reading import calls_of, detected, from_text
from tokencost_profiles.logs.formats import readers

ASKED = {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 9}
CORPUS = Path(__file__).parents[1] / "corpus" / "http-cassette"


def answer(number: int = 1) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-recordings{number:09}",
        "object": "chat.completion",
        "created": 1780000000,
        "model": "gpt-4.1-mini-2025-04-14",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def mapping(file: str) -> str:
    return json.dumps(
        {
            "request": {"method": "POST", "urlPath": "/v1/chat/completions"},
            "response": {"status": 200, "bodyFileName": file},
        },
        indent=1,
    )


def test_a_body_in_a_separate_file_is_read(tmp_path: Path) -> None:
    for folder in ("mappings", "__files"):
        (tmp_path / folder).mkdir()
    path = tmp_path / "mappings" / "chat.json"
    path.write_text(mapping("chat-1.json"))
    (tmp_path / "__files" / "chat-1.json").write_text(json.dumps(answer()))
    calls, audit = calls_of(path)
    assert [call.usage for call in calls] == [{"input": 100, "output": 10}]
    assert audit.skipped == 0


def test_a_body_in_a_file_that_is_not_here_is_named(tmp_path: Path) -> None:
    path = tmp_path / "chat.json"
    path.write_text(mapping("gone.json"))
    calls, audit = calls_of(path, forced="http-cassette")
    assert calls == []
    assert audit.reasons == {"its answer is in a file that is not here": 1}


def test_what_a_conversation_quotes_is_no_answer() -> None:
    quoted = {"role": "tool", "url": "x", "status": 200, "content": json.dumps(answer())}
    asked = {"role": "user", "content": "what is in the file?"}
    document = json.dumps({"conversation": {"messages": [asked, quoted]}}, indent=1)
    assert not any(
        reader.name in ("provider-objects", "http-cassette")
        for reader in readers()
        if reader.recognises(_input(document))
    )


def _input(text: str) -> Any:
    from tokencost_profiles.files.archives import open_inputs
    from tokencost_profiles.files.paths import from_bytes

    return next(iter(open_inputs(from_bytes(text.encode(), "log.json"))))


def test_a_page_that_shows_a_request_and_an_answer_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(
        f"# API\n\nrequest:\n\n{json.dumps(ASKED)}\n\nresponse:\n\n{json.dumps(answer())}"
    )
    assert detected(path) == set()


def test_a_stream_in_text_beside_its_request() -> None:
    chunk = {
        "id": "chatcmpl-recordings000000002",
        "object": "chat.completion.chunk",
        "created": 1780000000,
        "model": "gpt-4.1-mini",
        "choices": [],
        "usage": answer()["usage"],
    }
    body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"
    for row in (
        {"call": json.dumps(ASKED), "came_back": body},
        {"a": {"b": ASKED}, "c": {"d": [body[:60], body[60:]]}},
        {"request_body": json.dumps(ASKED), "response_body": body},
    ):
        calls, _ = from_text(json.dumps(row))
        assert [call.usage for call in calls] == [{"input": 100, "output": 10}], row


def test_requests_of_recordings_are_taken_where_text_is_asked_for() -> None:
    for name in ("wiremock.json", "hoverfly.json", "httpmock.yaml", "turns.txtar", "pact.json"):
        calls, _ = calls_of(CORPUS / name, text=True)
        assert any(call.parts for call in calls), name
        assert calls[0].max_output == 50, name
