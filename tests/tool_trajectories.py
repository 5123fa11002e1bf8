"""The conversation of `tool_conversations` as spans, evaluations and agent frameworks write it."""

from __future__ import annotations

import json
from typing import Any

from tool_conversations import (
    ANSWER,
    ARGUMENTS,
    ASKED,
    CHAT_ASKED,
    CHAT_CALLED,
    CHAT_FINAL,
    CHAT_PAIRS,
    CHAT_TOOL,
    ID,
    NAME,
    RESULT,
    SCHEMA,
    SPACED,
    SYSTEM,
    chat_answer,
    lines,
)


def _spans(listed: list[dict[str, Any]]) -> str:
    return lines(
        [
            {
                "name": "chat",
                "context": {"trace_id": "0" * 31 + "1", "span_id": f"00000000000000a{at}"},
                "parent_id": "00000000000000ff",
                "start_time": f"2026-01-01T00:00:0{at}Z",
                "end_time": f"2026-01-01T00:00:0{at + 1}Z",
                "attributes": attributes,
            }
            for at, attributes in enumerate(listed)
        ]
    )


def genai_spans() -> str:
    """Return spans of OpenTelemetry's GenAI conventions."""
    call = {"type": "tool_call", "id": ID, "name": NAME, "arguments": ARGUMENTS}
    asked = [{"role": "user", "parts": [{"type": "text", "content": ASKED}]}]
    sent = [
        *asked,
        {"role": "assistant", "parts": [call]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": ID, "response": RESULT}]},
    ]
    return _spans(
        [
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.conversation.id": "s1",
                "gen_ai.usage.input_tokens": 40,
                "gen_ai.usage.output_tokens": 9,
                "gen_ai.system_instructions": json.dumps([{"type": "text", "content": SYSTEM}]),
                "gen_ai.tool.definitions": json.dumps([CHAT_TOOL]),
                "gen_ai.input.messages": json.dumps(messages),
                "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [part]}]),
            }
            for messages, part in ((asked, call), (sent, {"type": "text", "content": ANSWER}))
        ]
    )


def openinference_spans() -> str:
    """Return spans of OpenInference, with the messages in attributes of their own."""
    listed = []
    for messages, answer in CHAT_PAIRS:
        attributes: dict[str, Any] = {
            "openinference.span.kind": "LLM",
            "session.id": "s1",
            "llm.model_name": "gpt-4o",
            "llm.token_count.prompt": 40,
            "llm.token_count.completion": 9,
            "llm.tools.0.tool.json_schema": json.dumps(CHAT_TOOL),
        }
        for kind, entries in (("input", messages), ("output", [answer])):
            for at, message in enumerate(entries):
                place = f"llm.{kind}_messages.{at}.message"
                attributes[f"{place}.role"] = message["role"]
                if message["content"]:
                    attributes[f"{place}.content"] = message["content"]
                if "tool_call_id" in message:
                    attributes[f"{place}.tool_call_id"] = ID
                if "tool_calls" in message:
                    called = f"{place}.tool_calls.0.tool_call"
                    attributes[f"{called}.id"] = ID
                    attributes[f"{called}.function.name"] = NAME
                    attributes[f"{called}.function.arguments"] = SPACED
        listed.append(attributes)
    return _spans(listed)


def ai_sdk_spans() -> str:
    """Return spans of the AI SDK."""
    call = {"type": "tool-call", "toolCallId": ID, "toolName": NAME, "input": ARGUMENTS}
    output = {"type": "text", "value": RESULT}
    result = {"type": "tool-result", "toolCallId": ID, "toolName": NAME, "output": output}
    asked: list[Any] = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": [{"type": "text", "text": ASKED}]},
    ]
    sent = [*asked, {"role": "assistant", "content": [call]}, {"role": "tool", "content": [result]}]
    common = {
        "ai.operationId": "ai.generateText.doGenerate",
        "ai.model.id": "gpt-4o",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 40,
        "gen_ai.usage.output_tokens": 9,
        "ai.prompt.tools": [json.dumps({"type": "function", "name": NAME, "inputSchema": SCHEMA})],
        "ai.telemetry.metadata.sessionId": "s1",
    }
    called = json.dumps([{"toolCallId": ID, "toolName": NAME, "input": SPACED}])
    return _spans(
        [
            {**common, "ai.prompt.messages": json.dumps(asked), "ai.response.toolCalls": called},
            {**common, "ai.prompt.messages": json.dumps(sent), "ai.response.text": ANSWER},
        ]
    )


def inspect_log() -> str:
    """Return a log of Inspect."""
    asked: list[Any] = [*CHAT_ASKED]
    called = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": ID, "function": NAME, "arguments": ARGUMENTS, "type": "function"}],
    }
    result = {"role": "tool", "tool_call_id": ID, "function": NAME, "content": RESULT}
    events = [
        {
            "event": "model",
            "model": "openai/gpt-4o",
            "timestamp": f"2026-01-01T00:00:0{at}Z",
            "input": messages,
            "tools": [{"name": NAME, "parameters": SCHEMA}],
            "output": {
                "choices": [{"message": message}],
                "usage": {"input_tokens": 40, "output_tokens": 9, "total_tokens": 49},
            },
        }
        for at, (messages, message) in enumerate(
            ((asked, called), ([*asked, called, result], CHAT_FINAL))
        )
    ]
    spec = {"task": "t", "created": "2026-01-01T00:00:00Z", "eval_id": "e1"}
    sample = {"id": 1, "epoch": 1, "uuid": "s1", "events": events}
    return json.dumps({"version": 2, "status": "success", "eval": spec, "samples": [sample]})


def atif() -> str:
    """Return a trajectory of ATIF."""
    metrics = {"prompt_tokens": 40, "completion_tokens": 9}
    steps = [
        {"step_id": 1, "source": "system", "message": SYSTEM},
        {"step_id": 2, "source": "user", "message": ASKED},
        {
            "step_id": 3,
            "source": "agent",
            "message": "",
            "timestamp": "2026-01-01T00:00:00Z",
            "tool_calls": [{"tool_call_id": ID, "function_name": NAME, "arguments": ARGUMENTS}],
            "observation": {"results": [{"source_call_id": ID, "content": RESULT}]},
            "metrics": metrics,
        },
        {
            "step_id": 4,
            "source": "agent",
            "message": ANSWER,
            "timestamp": "2026-01-01T00:00:01Z",
            "metrics": metrics,
        },
    ]
    agent = {"name": "helper", "model_name": "gpt-4o"}
    return json.dumps(
        {"schema_version": "ATIF-v1.5", "session_id": "s1", "agent": agent, "steps": steps}
    )


def framework_state() -> str:
    """Return a state of LangGraph, whose answers have their usage."""
    usage = {"input_tokens": 40, "output_tokens": 9, "total_tokens": 49}
    call = {"name": NAME, "args": ARGUMENTS, "id": ID, "type": "tool_call"}
    answered = {"usage_metadata": usage, "response_metadata": {"model_name": "gpt-4o"}}
    messages = [
        {"type": "system", "content": SYSTEM},
        {"type": "human", "content": ASKED},
        {"type": "ai", "content": "", "tool_calls": [call], "id": "run--1", **answered},
        {"type": "tool", "name": NAME, "tool_call_id": ID, "content": RESULT},
        {"type": "ai", "content": ANSWER, "id": "run--2", **answered},
    ]
    return json.dumps({"messages": messages})


def typed_parts() -> str:
    """Return messages of Pydantic AI."""
    usage = {"input_tokens": 40, "output_tokens": 9}
    about = {"kind": "response", "usage": usage, "model_name": "gpt-4o"}
    call = {"part_kind": "tool-call", "tool_name": NAME, "args": SPACED, "tool_call_id": ID}
    result = {"part_kind": "tool-return", "tool_name": NAME, "content": RESULT, "tool_call_id": ID}
    asked = [
        {"part_kind": "system-prompt", "content": SYSTEM},
        {"part_kind": "user-prompt", "content": ASKED},
    ]
    return json.dumps(
        [
            {"kind": "request", "parts": asked},
            {**about, "timestamp": "2026-01-01T00:00:00Z", "parts": [call]},
            {"kind": "request", "parts": [result]},
            {
                **about,
                "timestamp": "2026-01-01T00:00:01Z",
                "parts": [{"part_kind": "text", "content": ANSWER}],
            },
        ]
    )


def trajectory() -> str:
    """Return a trajectory of mini-swe-agent with the answers of the provider."""
    messages = [
        *CHAT_ASKED,
        {
            **CHAT_CALLED,
            "extra": {"response": chat_answer(CHAT_CALLED, 0), "timestamp": 1767225600},
        },
        {"role": "tool", "tool_call_id": ID, "content": RESULT},
        {**CHAT_FINAL, "extra": {"response": chat_answer(CHAT_FINAL, 1)}},
    ]
    return json.dumps(
        {
            "info": {"model_stats": {"instance_cost": 0.1, "api_calls": 2}},
            "messages": messages,
            "trajectory_format": "mini-swe-agent-1.1",
        }
    )


def printed_log() -> str:
    """Return what the llm tool prints of its log."""
    about = {"model": "gpt-4o", "conversation_id": "s1", "duration_ms": 900, "input_tokens": 40}
    return json.dumps(
        [
            {
                **about,
                "id": "1",
                "datetime_utc": "2026-01-01T00:00:00",
                "output_tokens": 9,
                "system": SYSTEM,
                "prompt": ASKED,
                "response": "",
                "tools": [{"name": NAME, "input_schema": SCHEMA}],
                "tool_calls": [{"tool_call_id": ID, "name": NAME, "arguments": ARGUMENTS}],
            },
            {
                **about,
                "id": "2",
                "datetime_utc": "2026-01-01T00:00:01",
                "output_tokens": 9,
                "prompt": "",
                "response": ANSWER,
                "tools": [{"name": NAME, "input_schema": SCHEMA}],
                "tool_results": [{"tool_call_id": ID, "name": NAME, "output": RESULT}],
            },
        ]
    )
