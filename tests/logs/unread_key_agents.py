"""Logs of coding agents, each with one usage key that no reader knows, with a count of 7."""

from __future__ import annotations

import json
from typing import Any

CLAUDE = {"input_tokens": 5, "output_tokens": 2, "odd_tokens": 7}
PI = {"type": "session", "id": "s1", "cwd": "/p"}
CODEX = {"input_tokens": 50, "output_tokens": 2, "odd_tokens": 7}
AGENT_LOGS: dict[str, tuple[list[Any], str]] = {
    "pi": (
        [
            PI,
            {
                "type": "message",
                "message": {
                    "role": "assistant",
                    "model": "gpt-5",
                    "usage": {"input": 5, "output": 2, "cacheRead": 0, "cacheWrite": 0, "odd": 7},
                },
            },
        ],
        "usage.odd",
    ),
    "codex": (
        [
            {"type": "session_meta", "payload": {"id": "s"}},
            {
                "type": "event_msg",
                "payload": {
                    "type": "token_count",
                    "info": {"total_token_usage": CODEX, "last_token_usage": CODEX},
                },
            },
        ],
        "usage.odd_tokens",
    ),
    "codex-records": (
        [
            {"type": "session_meta", "payload": {"id": "s"}},
            {"type": "token_usage_record", "payload": {"response_id": "r1", "usage": CODEX}},
        ],
        "usage.odd_tokens",
    ),
    "opencode": (
        [
            {
                "id": "m1",
                "role": "assistant",
                "sessionID": "s",
                "modelID": "gpt-5",
                "providerID": "openai",
                "cost": 0,
                "tokens": {
                    "input": 5,
                    "output": 2,
                    "reasoning": 0,
                    "odd": 7,
                    "cache": {"read": 0, "write": 0},
                },
            }
        ],
        "tokens.odd",
    ),
    "cline": (
        [
            [
                {
                    "ts": 1777629600000,
                    "type": "say",
                    "say": "api_req_started",
                    "text": json.dumps({"tokensIn": 5, "tokensOut": 2, "oddTokens": 7}),
                }
            ]
        ],
        "oddTokens",
    ),
    "cline-cli": (
        [
            {
                "sessionId": "s",
                "messages": [
                    {
                        "role": "assistant",
                        "content": [],
                        "modelInfo": {"id": "gpt-5"},
                        "metrics": {"inputTokens": 5, "outputTokens": 2, "oddTokens": 7},
                    }
                ],
            }
        ],
        "metrics.oddTokens",
    ),
    "gemini-cli": (
        [
            {
                "sessionId": "s",
                "projectHash": "p",
                "messages": [
                    {
                        "id": "1",
                        "type": "gemini",
                        "model": "gemini-2.5-pro",
                        "content": "",
                        "tokens": {"input": 5, "output": 2, "odd": 7, "total": 14},
                    }
                ],
            }
        ],
        "tokens.odd",
    ),
    "qwen-code": (
        [
            {
                "uuid": "u",
                "parentUuid": None,
                "sessionId": "s",
                "type": "assistant",
                "model": "q",
                "message": {"role": "model", "parts": [{"text": "x"}]},
                "usageMetadata": {
                    "promptTokenCount": 5,
                    "candidatesTokenCount": 2,
                    "oddTokenCount": 7,
                },
            }
        ],
        "oddTokenCount",
    ),
    "claude-code": (
        [
            {
                "type": "assistant",
                "sessionId": "s",
                "uuid": str(at),
                "parentUuid": None,
                "requestId": "req_1",
                "timestamp": "2026-05-01T00:00:00Z",
                "message": {
                    "id": "msg_0123456789abcdef01",
                    "role": "assistant",
                    "content": [],
                    "model": "claude-sonnet-4-6",
                    "stop_reason": "end_turn",
                    "usage": {**CLAUDE, "odd_tokens": count},
                },
            }
            for at, count in enumerate((0, 7, 7))
        ],
        "odd_tokens",
    ),
    "agent-sdk": (
        [
            {"type": "system", "subtype": "init", "session_id": "s", "model": "claude-sonnet-4-6"},
            {
                "type": "assistant",
                "session_id": "s",
                "parent_tool_use_id": None,
                "message": {
                    "id": "msg_0123456789abcdef01",
                    "role": "assistant",
                    "content": [],
                    "model": "claude-sonnet-4-6",
                    "usage": CLAUDE,
                },
            },
        ],
        "odd_tokens",
    ),
    "llm-logs": (
        [
            [
                {
                    "id": "r",
                    "model": "gpt-5",
                    "conversation_id": "c",
                    "datetime_utc": "2026-05-01",
                    "prompt": "",
                    "response": "",
                    "duration_ms": 5,
                    "input_tokens": 5,
                    "output_tokens": 2,
                    "token_details": json.dumps({"odd_tokens": 7}),
                }
            ]
        ],
        "odd_tokens",
    ),
    "copilot-cli": (
        [
            {"type": "session.start", "data": {"sessionId": "s", "copilotVersion": "1"}},
            {
                "type": "session.shutdown",
                "data": {
                    "modelMetrics": {
                        "gpt-5": {"usage": {"inputTokens": 5, "outputTokens": 2, "oddTokens": 3}}
                    }
                },
            },
            {
                "type": "session.shutdown",
                "data": {
                    "modelMetrics": {
                        "gpt-5": {"usage": {"inputTokens": 9, "outputTokens": 4, "oddTokens": 7}}
                    }
                },
            },
        ],
        "oddTokens",
    ),
    "aider-analytics": (
        [
            {
                "event": "message_send",
                "user_id": "u",
                "time": 1777629600,
                "properties": {
                    "main_model": "gpt-5",
                    "prompt_tokens": 5,
                    "completion_tokens": 2,
                    "odd_tokens": 7,
                },
            }
        ],
        "odd_tokens",
    ),
}
