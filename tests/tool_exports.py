"""The conversation of `tool_conversations` as observability tools and gateways export it."""

from __future__ import annotations

from typing import Any

from tool_conversations import (
    ARGUMENTS,
    CHAT_PAIRS,
    CHAT_TOOL,
    CHAT_USAGE,
    ID,
    NAME,
    chat_answer,
    chat_rows,
    lines,
)


def unknown_rows() -> str:
    """Return rows of a program that nobody knows."""
    return lines(
        [
            {
                "ts": f"2026-01-01T00:00:0{at}Z",
                "session_id": "s1",
                "request": body,
                "output": answer["choices"][0]["message"],
                "counts": {"input_tokens": 40, "output_tokens": 9},
                "engine": "gpt-4o",
            }
            for at, (body, answer) in enumerate(chat_rows())
        ]
    )


def langfuse() -> str:
    """Return observations of Langfuse."""
    return lines(
        [
            {
                "id": f"o{at}",
                "traceId": "t1",
                "parentObservationId": "root",
                "type": "GENERATION",
                "startTime": f"2026-01-01T00:00:0{at}Z",
                "sessionId": "s1",
                "providedModelName": "gpt-4o",
                "usageDetails": {"input": 40, "output": 9, "total": 49},
                "input": {"messages": messages, "tools": [CHAT_TOOL]},
                "output": answer,
            }
            for at, (messages, answer) in enumerate(CHAT_PAIRS)
        ]
    )


def _constructed(message: dict[str, Any]) -> dict[str, Any]:
    """Return a chat message as LangChain writes its classes."""
    classes = {"system": "SystemMessage", "user": "HumanMessage", "tool": "ToolMessage"}
    fields = {**message, "content": message["content"] or ""}
    if "tool_calls" in message:
        fields["tool_calls"] = [{"name": NAME, "args": ARGUMENTS, "id": ID, "type": "tool_call"}]
    role = fields.pop("role")
    return {
        "lc": 1,
        "type": "constructor",
        "id": ["x", classes.get(role, "AIMessage")],
        "kwargs": fields,
    }


def langsmith() -> str:
    """Return runs of LangSmith."""
    return lines(
        [
            {
                "id": f"r{at}",
                "trace_id": "t1",
                "parent_run_id": "root",
                "dotted_order": f"2026010{at}Zr{at}",
                "run_type": "llm",
                "start_time": f"2026-01-01T00:00:0{at}Z",
                "extra": {
                    "metadata": {"ls_model_name": "gpt-4o", "thread_id": "s1"},
                    "invocation_params": {"tools": [CHAT_TOOL]},
                },
                "inputs": {"messages": [[_constructed(one) for one in messages]]},
                "outputs": {
                    "generations": [[{"text": "", "message": _constructed(answer)}]],
                    "usage_metadata": {"input_tokens": 40, "output_tokens": 9, "total_tokens": 49},
                },
            }
            for at, (messages, answer) in enumerate(CHAT_PAIRS)
        ]
    )


def braintrust() -> str:
    """Return events of Braintrust."""
    return lines(
        [
            {
                "span_id": f"e{at}",
                "root_span_id": "t1",
                "span_parents": ["t1"],
                "span_attributes": {"type": "llm"},
                "created": f"2026-01-01T00:00:0{at}Z",
                "metadata": {"model": "gpt-4o", "tools": [CHAT_TOOL], "session_id": "s1"},
                "metrics": {"prompt_tokens": 40, "completion_tokens": 9, "tokens": 49},
                "input": messages,
                "output": [{"index": 0, "message": answer}],
            }
            for at, (messages, answer) in enumerate(CHAT_PAIRS)
        ]
    )


def weave() -> str:
    """Return calls of Weave."""
    return lines(
        [
            {
                "id": f"w{at}",
                "trace_id": "t1",
                "parent_id": "root",
                "op_name": "chat",
                "thread_id": "s1",
                "turn_id": "turn-1",
                "started_at": f"2026-01-01T00:00:0{at}Z",
                "inputs": body,
                "output": answer,
                "summary": {"usage": {"gpt-4o": CHAT_USAGE}},
            }
            for at, (body, answer) in enumerate(chat_rows())
        ]
    )


def helicone() -> str:
    """Return requests of Helicone."""
    return lines(
        [
            {
                "request_id": f"h{at}",
                "request_created_at": f"2026-01-01T00:00:0{at}Z",
                "prompt_tokens": 40,
                "completion_tokens": 9,
                "response_model": "gpt-4o",
                "request_body": body,
                "response_body": answer,
            }
            for at, (body, answer) in enumerate(chat_rows())
        ]
    )


def portkey() -> str:
    """Return logs of Portkey."""
    return lines(
        [
            {
                "id": f"p{at}",
                "trace_id": "t1",
                "created_at": f"2026-01-01T00:00:0{at}Z",
                "ai_model": "gpt-4o",
                "req_units": 40,
                "res_units": 9,
                "request": {"body": body},
                "response": {"body": answer},
            }
            for at, (body, answer) in enumerate(chat_rows())
        ]
    )


def litellm() -> str:
    """Return payloads of LiteLLM."""
    return lines(
        [
            {
                "id": f"l{at}",
                "call_type": "acompletion",
                "response_cost": 0.001,
                "startTime": f"2026-01-01T00:00:0{at}Z",
                "model": "gpt-4o",
                "prompt_tokens": 40,
                "completion_tokens": 9,
                "total_tokens": 49,
                "model_parameters": {"tools": [CHAT_TOOL]},
                "messages": messages,
                "response": chat_answer(answer, at),
            }
            for at, (messages, answer) in enumerate(CHAT_PAIRS)
        ]
    )
