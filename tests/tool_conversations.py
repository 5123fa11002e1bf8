"""One conversation of two calls, in which a tool reads a file, as every kind of log writes it."""

from __future__ import annotations

import json
from typing import Any

SYSTEM = "Be brief."
ASKED = "What is in notes.txt?"
RESULT = "milk"
ANSWER = "It holds milk."
NAME = "read_file"
ID = "call_1"
ARGUMENTS = {"path": "notes.txt", "lines": 3}
SPACED = '{"path": "notes.txt", "lines": 3}'
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}}

CHAT_TOOL = {"type": "function", "function": {"name": NAME, "parameters": SCHEMA}}
CHAT_CALL = {"id": ID, "type": "function", "function": {"name": NAME, "arguments": SPACED}}
CHAT_ASKED = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": ASKED}]
CHAT_CALLED = {"role": "assistant", "content": None, "tool_calls": [CHAT_CALL]}
CHAT_SENT = [*CHAT_ASKED, CHAT_CALLED, {"role": "tool", "tool_call_id": ID, "content": RESULT}]
CHAT_FINAL = {"role": "assistant", "content": ANSWER}
CHAT_PAIRS: tuple[tuple[Any, Any], ...] = ((CHAT_ASKED, CHAT_CALLED), (CHAT_SENT, CHAT_FINAL))
CHAT_USAGE = {"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49}


def lines(rows: list[Any]) -> str:
    """Return JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def chat_body(messages: Any) -> dict[str, Any]:
    """Return a chat request."""
    return {"model": "gpt-4o", "messages": messages, "tools": [CHAT_TOOL]}


def chat_answer(message: Any, at: int) -> dict[str, Any]:
    """Return the response of a chat request."""
    return {
        "id": f"chatcmpl-{at}abcdefghijk",
        "object": "chat.completion",
        "created": 1767225600 + at,
        "model": "gpt-4o",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": CHAT_USAGE,
    }


def chat_rows() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the two requests and responses."""
    return [(chat_body(m), chat_answer(a, at)) for at, (m, a) in enumerate(CHAT_PAIRS)]


def cassette() -> str:
    """Return a recording of a chat."""
    interactions = [
        {
            "request": {
                "method": "POST",
                "uri": "https://api.openai.com/v1/chat/completions",
                "body": json.dumps(body),
            },
            "response": {"status": {"code": 200}, "headers": {}, "body": {"string": json.dumps(a)}},
        }
        for body, a in chat_rows()
    ]
    return json.dumps({"interactions": interactions, "version": 1})


def chat_pairs() -> str:
    """Return rows of requests and responses of a chat."""
    return lines([{"request": body, "response": answer} for body, answer in chat_rows()])


def messages_pairs() -> str:
    """Return rows of requests and responses of Anthropic's Messages."""
    use = {"type": "tool_use", "id": ID, "name": NAME, "input": ARGUMENTS}
    result = {"type": "tool_result", "tool_use_id": ID, "content": RESULT}
    asked: list[Any] = [{"role": "user", "content": ASKED}]
    sent = [*asked, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    rows = []
    for at, (messages, block) in enumerate(
        ((asked, use), (sent, {"type": "text", "text": ANSWER}))
    ):
        request = {
            "model": "claude-sonnet-5-5",
            "max_tokens": 99,
            "system": SYSTEM,
            "tools": [{"name": NAME, "input_schema": SCHEMA}],
            "messages": messages,
        }
        response = {
            "id": f"msg_0{at}abcdefghijk",
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-5-5",
            "content": [block],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 40, "output_tokens": 9},
        }
        rows.append({"request": request, "response": response})
    return lines(rows)


def responses_pairs() -> str:
    """Return rows of requests and responses of OpenAI's Responses."""
    call = {"type": "function_call", "id": "fc_1", "call_id": ID, "name": NAME, "arguments": SPACED}
    result = {"type": "function_call_output", "call_id": ID, "output": RESULT}
    asked: list[Any] = [{"role": "user", "content": ASKED}]
    output = {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": ANSWER}],
    }
    rows = []
    for at, (items, item) in enumerate(((asked, call), ([*asked, call, result], output))):
        request = {
            "model": "gpt-5",
            "instructions": SYSTEM,
            "input": items,
            "tools": [{"type": "function", "name": NAME, "parameters": SCHEMA}],
        }
        response = {
            "id": f"resp_0{at}abcdefghijk",
            "object": "response",
            "created_at": 1767225600 + at,
            "model": "gpt-5",
            "status": "completed",
            "output": [item],
            "usage": {"input_tokens": 40, "output_tokens": 9, "total_tokens": 49},
        }
        rows.append({"request": request, "response": response})
    return lines(rows)


def gemini_pairs() -> str:
    """Return rows of requests and responses of Gemini."""
    call = {"functionCall": {"id": ID, "name": NAME, "args": ARGUMENTS}}
    result = {"functionResponse": {"id": ID, "name": NAME, "response": {"result": RESULT}}}
    asked = [{"role": "user", "parts": [{"text": ASKED}]}]
    sent = [*asked, {"role": "model", "parts": [call]}, {"role": "user", "parts": [result]}]
    rows = []
    for at, (contents, part) in enumerate(((asked, call), (sent, {"text": ANSWER}))):
        request = {
            "model": "gemini-3.8-flash",
            "systemInstruction": {"parts": [{"text": SYSTEM}]},
            "contents": contents,
            "tools": [{"functionDeclarations": [{"name": NAME, "parameters": SCHEMA}]}],
        }
        response = {
            "candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 40, "candidatesTokenCount": 9},
            "modelVersion": "gemini-3.8-flash",
            "responseId": f"r{at}abcdefghijklmnop",
        }
        rows.append({"request": request, "response": response})
    return lines(rows)


def converse_log() -> str:
    """Return an invocation log of Bedrock."""
    use = {"toolUse": {"toolUseId": ID, "name": NAME, "input": ARGUMENTS}}
    result = {"toolResult": {"toolUseId": ID, "content": [{"text": RESULT}]}}
    asked = [{"role": "user", "content": [{"text": ASKED}]}]
    sent = [*asked, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    spec = {"toolSpec": {"name": NAME, "inputSchema": {"json": SCHEMA}}}
    rows = []
    for at, (messages, block) in enumerate(((asked, use), (sent, {"text": ANSWER}))):
        body = {
            "system": [{"text": SYSTEM}],
            "messages": messages,
            "toolConfig": {"tools": [spec]},
        }
        answer = {
            "output": {"message": {"role": "assistant", "content": [block]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 40, "outputTokens": 9, "totalTokens": 49},
        }
        rows.append(
            {
                "schemaType": "ModelInvocationLog",
                "schemaVersion": "1.0",
                "timestamp": f"2026-01-01T00:00:0{at}Z",
                "operation": "Converse",
                "requestId": f"0000000{at}-aaaa-bbbb-cccc-000000000000",
                "modelId": "anthropic.claude-sonnet-5-5-v1:0",
                "input": {"inputBodyJson": body, "inputTokenCount": 40},
                "output": {"outputBodyJson": answer, "outputTokenCount": 9},
            }
        )
    return lines(rows)
